package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
)

// A sample is how far a job is and what was spent until then.
type sample struct {
	at     time.Time
	scored int
	spent  cpu
}

// A pace is how fast a job got from one sample to another and what an event cost.
type pace struct {
	events int
	took   time.Duration
	spent  cpu
}

func between(from, to sample) pace {
	return pace{to.scored - from.scored, to.at.Sub(from.at), to.spent.since(from.spent)}
}

func (p pace) rate() float64 { return float64(p.events) / p.took.Seconds() }

// each is CPU time an event in microseconds.
func (p pace) each(d time.Duration) float64 { return float64(d.Microseconds()) / float64(p.events) }

func (p pace) String() string {
	return fmt.Sprintf(" %.0f events/s, CPU s per million events: JVM %.1f, Go %.1f, together %.1f (broker %.1f; of all CPU that the machine spent %.0f %% is in these)",
		p.rate(), p.each(p.spent.jvm), p.each(p.spent.golang), p.each(p.spent.job()), p.each(p.spent.broker),
		100*float64(p.spent.job()+p.spent.broker)/float64(p.spent.all))
}

// paces are the pace of one job: of all it did, from its first result on, and of what it did once it was warm.
type paces struct{ whole, warm pace }

func (p paces) String() string {
	return fmt.Sprintf("from the first result on %.0f events/s\n          once warm%v", p.whole.rate(), p.warm)
}

// warmAfter is the share of events after which a job is taken to be warm: its code is compiled, its connections are open.
const warmAfter = 0.25

// watchRun follows a job until it has scored that many events, or until the time is over, whatever it has done by then.
// Results are counted by their offsets, which costs next to nothing; what is in them is looked at later. A job that has failed
// meanwhile has done some of its work twice: that is an error.
func (st *stage) watchRun(ctx context.Context, j *flink.Job, p benchPlace, events int, atMost time.Duration) (paces, error) {
	var first, later, now sample
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	asked, patient := time.Now(), time.Now().Add(patience)
	for {
		scored, dead, err := p.counts(ctx)
		if err != nil {
			return paces{}, err
		}
		if dead > 0 {
			return paces{}, fmt.Errorf("%d events are dead letters", dead)
		}
		if scored > now.scored {
			spent, err := st.cpu()
			if err != nil {
				return paces{}, err
			}
			now = sample{time.Now(), scored, spent}
			patient = now.at.Add(patience)
			if first.scored == 0 {
				first = now
			}
			if later.scored == 0 && (float64(scored) >= warmAfter*float64(events) || now.at.Sub(first.at) >= time.Duration(warmAfter*float64(atMost))) {
				later = now
			}
			if scored >= events || now.at.Sub(first.at) >= atMost {
				break
			}
		}
		if time.Since(asked) > 2*time.Second {
			asked = time.Now()
			if failures, err := j.Exceptions(ctx); err == nil && len(failures) > 0 {
				return paces{}, fmt.Errorf("the job has failed: %s", lastBytes([]byte(failures[0].Text)))
			}
		}
		if time.Now().After(patient) {
			return paces{}, fmt.Errorf("there are %d results of %d events, and no more come", scored, events)
		}
		select {
		case <-ctx.Done():
			return paces{}, ctx.Err()
		case <-ticker.C:
		}
	}
	if now.scored <= later.scored {
		return paces{}, errors.New("all results were there at once: take more events (-events)")
	}
	return paces{between(first, now), between(later, now)}, nil
}
