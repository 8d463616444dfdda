package modelcache

import (
	"errors"
	"time"
)

// Config bounds a Cache. It is plain data that travels within a DoFn; a zero field means its default, a negative one where
// allowed means none. Times are nanoseconds in JSON.
//
// A document that brings rows for its own verification (ModelVerification) is scored on VerifyRows of them before it is served, and
// one that says otherwise is a lasting failure with row, field and both values. That is the default because such a document would
// give wrong results without a sign: writers put the rows there for the engine that serves it. It costs a load what scoring so many
// rows costs, which is far below compiling the document, and ends with LoadTimeout at the latest.
//
// Two times say how long a model that nobody uses stays. IdleTTL gives memory back although nobody else asks for it. Residency
// protects models from loads ahead (Preload), which may evict only what nobody pinned for so long; a load that records wait for
// evicts the least recently pinned model, however short ago that was.
type Config struct {
	Bytes       int64         `json:"bytes,omitempty"`        // budget of all models and reservations; 1 GiB
	Loads       int           `json:"loads,omitempty"`        // loads at once; 2
	LoadWait    time.Duration `json:"load_wait,omitempty"`    // that records wait for one attempt at loading, counted from when the first of them asked; 10 s; negative: they don't wait
	LoadTimeout time.Duration `json:"load_timeout,omitempty"` // that the loader's context lasts; 60 s
	MinBackoff  time.Duration `json:"min_backoff,omitempty"`  // before the second attempt; 1 s
	MaxBackoff  time.Duration `json:"max_backoff,omitempty"`  // before any attempt, and after a failure that trying again cannot help; 5 min
	Jitter      float64       `json:"jitter,omitempty"`       // share by which back-offs vary either way, below 1; 0.3; negative: none
	IdleTTL     time.Duration `json:"idle_ttl,omitempty"`     // after which a model that nobody pinned is evicted; none
	Residency   time.Duration `json:"residency,omitempty"`    // since the last pin, before a load ahead may evict a model; 1 min; negative: none
	Failures    int           `json:"failures,omitempty"`     // remembered at once; 1024
	VerifyRows  int           `json:"verify_rows,omitempty"`  // of a document's ModelVerification that a load scores; 100; negative: none
	Explain     bool          `json:"explain,omitempty"`      // models can explain their results: pmml.WithExplanations
}

func (c Config) withDefaults() Config {
	set(&c.Bytes, 1<<30)
	set(&c.Loads, 2)
	set(&c.LoadWait, 10*time.Second)
	set(&c.LoadTimeout, 60*time.Second)
	set(&c.MinBackoff, time.Second)
	set(&c.MaxBackoff, 5*time.Minute)
	set(&c.Jitter, 0.3)
	set(&c.Residency, time.Minute)
	set(&c.Failures, 1024)
	set(&c.VerifyRows, 100)
	c.Jitter, c.Residency, c.VerifyRows = max(c.Jitter, 0), max(c.Residency, 0), max(c.VerifyRows, 0)
	c.MaxBackoff = max(c.MaxBackoff, c.MinBackoff)
	return c
}

func set[T int | int64 | float64 | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

func (c Config) check() error {
	switch {
	case c.Bytes < 0, c.Loads < 0, c.LoadTimeout < 0, c.MinBackoff < 0, c.MaxBackoff < 0, c.IdleTTL < 0, c.Failures < 0:
		return errors.New("modelcache: only LoadWait, Jitter, Residency and VerifyRows may be negative")
	case c.Jitter >= 1:
		return errors.New("modelcache: Jitter must be below 1")
	}
	return nil
}
