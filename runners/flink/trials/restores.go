package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A restore is a start of the job from a checkpoint or savepoint.
type restore struct {
	checkpoint int64
	triggered  time.Time // the checkpoint
	restored   time.Time
}

// zombies bounds how long a worker that Flink has given up may go on to write what it had in its hands.
const zombies = 15 * time.Second

// unexplained are the repeats that no restore explains. An attempt may be repeated by a restore if it was not in its place
// before the checkpoint was triggered: what a source has handed on before a checkpoint is not read again after it.
func unexplained(repeats []repeat, restores []restore, id func(int) string) (list findings) {
	for _, r := range repeats {
		if !slices.ContainsFunc(restores, func(s restore) bool {
			return !r.before.Before(s.triggered) && r.before.Before(s.restored.Add(zombies)) && !r.again.Before(s.restored)
		}) {
			list.add("%s: an attempt of %s is repeated at %s", id(r.n), r.before.Format(clock), r.again.Format(clock))
		}
	}
	return list
}

const clock = "15:04:05.000"

func (s restore) String() string {
	return fmt.Sprintf("at %s from checkpoint %d of %s", s.restored.Format(clock), s.checkpoint, s.triggered.Format(clock))
}

// restored is the newest restore of the job, if there was one.
func (s *session) restored(ctx context.Context) (newest restore, found bool, err error) {
	var answer struct {
		Latest struct {
			Restored *struct {
				ID        int64
				Timestamp int64 `json:"restore_timestamp"`
			}
		}
	}
	if err := s.ask(ctx, "/checkpoints", &answer); err != nil || answer.Latest.Restored == nil {
		return restore{}, false, err
	}
	latest := answer.Latest.Restored
	var details struct {
		Triggered int64 `json:"trigger_timestamp"`
	}
	if err := s.ask(ctx, fmt.Sprintf("/checkpoints/details/%d", latest.ID), &details); err != nil {
		return restore{}, false, err
	}
	return restore{latest.ID, time.UnixMilli(details.Triggered), time.UnixMilli(latest.Timestamp)}, true, nil
}

// ask asks Flink's REST interface about the job.
func (s *session) ask(ctx context.Context, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	url := s.stage.stack.Flink.Settings.REST() + "/jobs/" + s.flink.ID + path
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
