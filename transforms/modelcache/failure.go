package modelcache

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// failures remembers which loads failed and when they may be tried again. Guarded by Cache.mu.
type failures struct {
	config Config
	of     map[Identity]*failure
}

type failure struct {
	err     *LoadError
	backoff *backoff.ExponentialBackOff
}

func newFailures(c Config) failures { return failures{config: c, of: map[Identity]*failure{}} }

// remembered returns the failure of an identity that may not be tried again yet, nil otherwise.
func (f *failures) remembered(id Identity, now time.Time) *LoadError {
	if known := f.of[id]; known != nil && now.Before(known.err.NextTry) {
		return known.err
	}
	return nil
}

// remember counts a failure and sets the next try: after a back-off that doubles, or at once the longest one if trying again does
// not help. It is never "never": a document may be mended in its place.
func (f *failures) remember(id Identity, err error, now time.Time) *LoadError {
	known := f.of[id]
	if known == nil {
		f.makeRoom()
		known = &failure{backoff: &backoff.ExponentialBackOff{
			InitialInterval: f.config.MinBackoff, MaxInterval: f.config.MaxBackoff, Multiplier: 2, RandomizationFactor: f.config.Jitter,
		}, err: &LoadError{}}
		f.of[id] = known
	}
	if isPermanent(err) {
		known.backoff.InitialInterval = f.config.MaxBackoff
		known.backoff.Reset()
	}
	// A new value each time: the last one was given away.
	known.err = &LoadError{
		Identity: id, Attempts: known.err.Attempts + 1, Permanent: isPermanent(err), Err: err,
		NextTry: now.Add(known.backoff.NextBackOff()),
	}
	return known.err
}

// makeRoom forgets the failure that may be tried again soonest, if there are as many as may be remembered.
func (f *failures) makeRoom() {
	if len(f.of) < f.config.Failures {
		return
	}
	var soonest *LoadError
	for _, known := range f.of {
		if soonest == nil || known.err.NextTry.Before(soonest.NextTry) {
			soonest = known.err
		}
	}
	delete(f.of, soonest.Identity)
}

func (f *failures) forget(id Identity) { delete(f.of, id) }
