package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Live events have the time at which they are due as their event time, and messages hold from the moment at which they are
// sent. So an event may be scored before a message reaches its table, and the version before is right, too, for as long as
// grace. How long it is in fact is what is measured.
type live struct {
	place  place
	models string // folder of the documents
	names  int
	rate   int

	mu       sync.Mutex
	begin    time.Time
	fed      int
	versions [][]liveVersion // by model, in order
	updates  int

	cancel context.CancelFunc
	group  sync.WaitGroup
	broken error
}

const grace = 15 * time.Second

// A liveVersion is a version and the time from which it holds.
type liveVersion struct {
	version
	at time.Time
}

// newLive makes the first version of every model known, long before any event.
func newLive(ctx context.Context, p place, models string, names, rate int) (*live, error) {
	l := &live{place: p, models: models, names: names, rate: rate, versions: make([][]liveVersion, names)}
	before := time.Now().Add(-time.Hour)
	for i := range names {
		if err := l.update(ctx, i, before); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// update gives a model a new version from a time on.
func (l *live) update(ctx context.Context, model int, at time.Time) error {
	l.mu.Lock()
	l.updates++
	v := liveVersion{version{model: model, phase: len(l.versions[model])}, at.UTC().Truncate(time.Millisecond)}
	document := v.document()
	digest := sha256.Sum256(document)
	v.sha256 = hex.EncodeToString(digest[:])
	l.versions[model] = append(l.versions[model], v)
	seq := l.updates
	l.mu.Unlock()
	if err := os.WriteFile(filepath.Join(l.models, v.file()), document, 0o644); err != nil {
		return err
	}
	return l.place.sendControl(ctx, fmt.Appendf(nil, `{"op":"UPDATE","model":%q,"version":%q,"uri":%q,"sha256":%q,"at":%q,"seq":%d}`,
		modelName(model), v.label(), v.file(), v.sha256, v.at.Format("2006-01-02T15:04:05.000Z"), seq))
}

// start begins to feed, and gives each line of the outputs to take.
func (l *live) start(ctx context.Context, take func(output, []byte, time.Time)) {
	ctx, l.cancel = context.WithCancel(ctx)
	l.begin = time.Now()
	l.group.Go(func() { l.note(keepFeeding(ctx, l.place, l.rate, 5*time.Millisecond, l.ask)) })
	l.group.Go(func() { l.note(l.place.follow(ctx, take)) })
}

func (l *live) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = errors.Join(l.broken, err)
}

func (l *live) stop() error {
	l.cancel()
	l.group.Wait()
	return l.broken
}

func (l *live) ask(before int) (lines [][]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; l.fed < before; l.fed++ {
		lines = append(lines, fmt.Appendf(nil, `{"id":%q,"time":%d,"model":%q,"x":%d}`, eventID(l.fed), l.due(l.fed).UnixMilli(),
			modelName(l.fed%l.names), l.fed%997))
	}
	return lines
}

// due is when event n is to be fed.
func (l *live) due(n int) time.Time {
	return l.begin.Add(time.Duration(float64(n) / float64(l.rate) * float64(time.Second)))
}

func (l *live) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fed
}

func (l *live) name(n int) string { return eventID(n) }

// find says which version was in force at an event's time, or the one before if that has scored it and was in force less than
// grace before.
func (l *live) find(id string, got outcome) (int, outcome, bool) {
	n := eventNumber(id)
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < 0 || n >= l.fed {
		return 0, outcome{}, false
	}
	time, versions := l.due(n).Truncate(time.Millisecond), l.versions[n%l.names]
	i := len(versions) - 1
	for versions[i].at.After(time) {
		i--
	}
	for earlier := i; earlier > 0 && time.Sub(versions[earlier].at) < grace; earlier-- {
		if before := versions[earlier-1]; got.Version == before.label() {
			return n, before.answers(n % 997), true
		}
	}
	return n, versions[i].answers(n % 997), true
}
