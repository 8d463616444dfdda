package kafka

import (
	"errors"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// followLane is one call of a following source. It ends once there is something to hand on, or after Hold: what was read
// leaves a worker when the call's bundle ends, and a bundle costs some milliseconds of CPU. So a call goes on for Gather
// after its first records, and as long as more have been fetched already.
func followLane(source *Source, work records.Work, launch map[string][]int64, rt *sdf.LockRTracker, to handler) (sdf.ProcessContinuation, error) {
	l := &lane{
		source: source, work: work, launch: launch, to: to,
		claim:     func(c claim) bool { return rt.TryClaim(c) },
		positions: rt.GetRestriction().(Positions).clone(),
	}
	if l.positions.Ended {
		return sdf.StopProcessing(), nil
	}
	if l.positions.Watermark != records.NoTime {
		to.moved(l.positions.Watermark)
	}
	if err := l.open(); err != nil {
		return sdf.StopProcessing(), err
	}
	continuation, err := l.follow(time.Now())
	switch {
	case err != nil:
		l.reader.close()
		if errors.Is(err, errSplit) {
			err = nil
		}
		return sdf.StopProcessing(), firstError(err, rt.GetError())
	case !continuation.ShouldResume():
		l.reader.close()
	default:
		readers.put(l.key(), l.reader)
	}
	return continuation, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// follow reads for one call.
func (l *lane) follow(began time.Time) (sdf.ProcessContinuation, error) {
	var first time.Time // when the first records of this call came
	var seen *view
	for {
		if isStopping() {
			if !l.claim(claim{end: true}) {
				return sdf.StopProcessing(), errSplit
			}
			return sdf.StopProcessing(), nil
		}
		v, err := l.look(seen)
		if err != nil {
			return sdf.StopProcessing(), err
		}
		seen = v
		n, err := l.read(l.patience(began, first))
		if err != nil {
			return sdf.StopProcessing(), err
		}
		if err := l.advance(v); err != nil {
			return sdf.StopProcessing(), err
		}
		now := time.Now()
		if n > 0 && first.IsZero() {
			first = now
		}
		switch {
		case now.Sub(began) >= l.source.Hold:
			return sdf.ResumeProcessingIn(0), nil
		case first.IsZero() && !l.source.Wait:
			return sdf.ResumeProcessingIn(l.source.Poll), nil
		case !first.IsZero() && now.Sub(first) >= l.source.Gather && !l.reader.hasMore():
			return sdf.ResumeProcessingIn(0), nil
		}
	}
}

// patience is how long the next poll may wait.
func (l *lane) patience(began, first time.Time) time.Duration {
	switch {
	case !first.IsZero():
		return time.Until(first.Add(l.source.Gather))
	case l.source.Wait:
		return time.Until(began.Add(l.source.Hold))
	}
	return 0
}

// look takes what the scout has found out since the call looked last.
func (l *lane) look(seen *view) (*view, error) {
	scout := l.reader.scout
	if since, err := scout.silence(); !since.IsZero() {
		if isRefused(err) {
			return nil, err
		}
		if time.Since(since) >= stalledAfter && scout.tellStalled(since) {
			l.to.tell(brokersNews(StatusStalled, l.source.Place.Brokers, l.work, since, err))
		}
	} else if since := scout.tellResumed(); !since.IsZero() {
		l.to.tell(brokersNews(StatusResumed, l.source.Place.Brokers, l.work, since, nil))
	}
	v := scout.view()
	if v == nil || v == seen {
		return v, nil
	}
	return v, l.adopt(v)
}

// stalledAfter is how long brokers must not answer before status says so.
const stalledAfter = 10 * time.Second

// advance moves the watermark, and notes what was reached.
func (l *lane) advance(v *view) error {
	if t := l.positions.watermark(v, l.source.Idle); t != records.NoTime {
		t -= l.source.Lateness.Milliseconds()
		if t > l.positions.Watermark {
			if err := l.take(claim{watermark: t}); err != nil {
				return err
			}
			l.to.moved(t)
		}
	}
	if lag := l.reader.scout.lag; lag != nil {
		lag.reach(time.Now(), l.positions)
	}
	return nil
}
