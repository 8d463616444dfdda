package transforms

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Scoring is what the scoring DoFns take to the workers, as JSON.
type Scoring struct {
	Conversion   records.Conversion
	Models       modelstore.Config
	Cache        modelcache.Config
	KeepOriginal bool      // the original record goes into the result
	User         *userType // how events of a user's type are read; nil: by Conversion
	Resolution   records.Resolution
	Shadow       string // the label that names shadows; none
	Ordered      bool   // lines of a block leave in the order of its records

	key string // of Conversion and User, made once
}

// cache is the process's one cache for these documents and bounds: DoFn instances come and go.
func (c *Scoring) cache() (*modelcache.Cache, error) { return modelcache.ForStore(c.Models, c.Cache) }

// conversionKey tells ways of reading records apart: what one Score of a process has bound is of no use to another that
// reads otherwise.
func (c *Scoring) conversionKey() string {
	if c.key == "" {
		text, err := json.Marshal(struct {
			Conversion records.Conversion
			User       *userType
		}{c.Conversion, c.User})
		if err != nil { // the DoFn that holds all of it travels as JSON
			panic(fmt.Sprintf("transforms: conversion: %v", err))
		}
		c.key = string(text)
	}
	return c.key
}

// Option changes what Score does. An Option that gets a value out of range makes Score fail at construction.
type Option func(*options) error

type options struct {
	scoring   Scoring
	join      Join
	runner    string
	streaming bool
	shards    int
	subShards int
	waits     Waits
	horizon   *time.Duration // nil: by default
	bounds    sideinput.Bounds
	keyGroups int
	base      []sideinput.Message
	baseDir   string
	user      *userType
	withoutID bool
	explain   bool
}

// Options makes one option of several.
func Options(opts ...Option) Option {
	return func(o *options) error {
		for _, opt := range opts {
			if err := opt(o); err != nil {
				return err
			}
		}
		return nil
	}
}

func newOptions(opts []Option) (*options, error) {
	o := &options{join: JoinAuto, shards: 16, subShards: 1, keyGroups: 128}
	for _, opt := range opts {
		if err := opt(o); err != nil {
			return nil, err
		}
	}
	if isPrism(o.runner) {
		keepBundlesWhole()
	}
	o.scoring.Cache.Explain = o.scoring.Cache.Explain || o.explain // after WithCache, whatever the order
	if err := o.checkJoin(); err != nil {
		return nil, err
	}
	return o, o.scoring.Conversion.Check()
}

// tableState is the configuration of the state that holds the table, for a number of shards.
func (o *options) tableState(shards int) sideinput.TableState {
	return sideinput.TableState{Shards: shards, SubShards: 1, Horizon: o.keptTime(), Bounds: o.bounds}
}

// DefaultHorizon is how far behind the watermark the table of an endless pipeline forgets.
const DefaultHorizon = 30 * 24 * time.Hour

func (o *options) keptTime() time.Duration {
	switch {
	case o.horizon != nil:
		return *o.horizon
	case o.streaming:
		return DefaultHorizon
	}
	return 0
}

// WithJoin chooses the mechanism; the default is JoinAuto.
func WithJoin(j Join) Option {
	return func(o *options) (err error) {
		o.join, err = ParseJoin(string(j))
		return err
	}
}

// WithRunner names the runner that the pipeline is for, since JoinAuto and the shape of the pipeline depend on it. The
// default is the embedded one.
func WithRunner(name string) Option {
	return func(o *options) error { o.runner = name; return nil }
}

// WithStreaming says that events or messages have no end. The default is that both are bounded.
func WithStreaming() Option {
	return func(o *options) error { o.streaming = true; return nil }
}

// WithShards sets the number of shards of the state and keyed mechanisms. It is written into the state: a restore with
// another number is refused. The default is 16.
func WithShards(n int) Option {
	return func(o *options) error {
		if n < 1 || n > 1<<15 {
			return fmt.Errorf("shards: %d is not within 1 and %d", n, 1<<15)
		}
		o.shards = n
		return nil
	}
}

// WithKeyGroups says over how many subtasks Flink can ever spread the state, the greatest parallelism of the job, so that the
// shards are spread evenly over them. Like that it is fixed for the life of the state. The default is 128, that of runners/flink.
func WithKeyGroups(n int) Option {
	return func(o *options) error {
		if n < 1 || n > 1<<15 {
			return fmt.Errorf("key groups: %d is not within 1 and %d", n, 1<<15)
		}
		o.keyGroups = n
		return nil
	}
}

// spread says how so many keys are spread.
func (o *options) spread(keys int) KeySpread {
	if !isFlink(o.runner) {
		return KeySpread{}
	}
	return KeySpread{Keys: keys, Groups: o.keyGroups}
}

// WithSubShards sets the number of sub-shards of each shard of the keyed mechanism, for names that have more events than
// one worker takes: an event goes to one of them by its record id, and each holds what the shard holds. It is written into
// the state: a restore with another number is refused. The default is 1.
func WithSubShards(n int) Option {
	return func(o *options) error {
		if n < 1 || n > 1<<10 {
			return fmt.Errorf("sub-shards: %d is not within 1 and %d", n, 1<<10)
		}
		o.subShards = n
		return nil
	}
}

// WithHold lets an event wait whose reference is unknown, until a message makes it known at the event's time; when the
// watermark has passed its time by d, and reached the next half second, it is a dead letter. In each key at most so many
// bytes of events wait: what there is no room for is a dead letter at once, hold_full. The output watermark waits with
// them. It needs JoinState or JoinKeyed; JoinAuto then takes the former. By default no event waits.
func WithHold(d time.Duration, bytes int64) Option {
	return func(o *options) error {
		if d < time.Millisecond || d > maxHold {
			return fmt.Errorf("hold: %v is not within a millisecond and %v", d, maxHold)
		}
		if bytes < 1 {
			return fmt.Errorf("hold: %d bytes is no room for any event: give more", bytes)
		}
		o.waits.Hold, o.waits.HoldBytes = d, bytes
		return nil
	}
}

// WithExact scores an event only once the input watermark has passed its time and reached the next half second: when all
// messages up to then are there, whatever their order of arrival, so that outcomes are those of a replay. It needs a
// control collection whose watermark says so: not before a message has come does it pass the time from which the message
// holds. A message that holds from before its record's timestamp less WithControlLateness is told of as BACKDATED, with
// the interval in which outcomes may differ. A record that has no timestamp of its own has that of its element. It needs
// JoinState or JoinKeyed; JoinAuto then takes the former. By default an event is scored when it comes.
func WithExact() Option {
	return func(o *options) error { o.waits.Exact = true; return nil }
}

// WithControlLateness says by how much the watermark of the control collection lies behind its records' timestamps, for
// WithExact: a message may hold from so long before its record's timestamp. The default is 0.
func WithControlLateness(d time.Duration) Option {
	return func(o *options) error {
		if d < 0 {
			return errors.New("control lateness: negative")
		}
		o.waits.Lateness = d
		return nil
	}
}

// WithHorizon lets the table forget what lies further behind the watermark; 0 keeps everything. The default is
// DefaultHorizon with WithStreaming, else 0.
func WithHorizon(d time.Duration) Option {
	return func(o *options) error {
		if d < 0 {
			return errors.New("horizon: negative")
		}
		o.horizon = &d
		return nil
	}
}

// WithBounds limits what the table keeps.
func WithBounds(b sideinput.Bounds) Option {
	return func(o *options) error { o.bounds = b; return nil }
}

// WithBase gives the messages that are known at launch: a key with empty state starts from them, so the table is there
// before the first event. What the control stream says again changes nothing.
func WithBase(messages []sideinput.Message) Option {
	return func(o *options) error { o.base = messages; return nil }
}

// WithBaseFolder names a folder that all workers can read under that path. A base of more than 4 MiB needs it.
func WithBaseFolder(dir string) Option {
	return func(o *options) error { o.baseDir = dir; return nil }
}

// The resolutions: the time at which the table is asked what serves an event (docs/protocol.md).
const (
	AsOf   = records.AsOf   // the event's own time; the event waits for the document that was in force then
	Latest = records.Latest // the later of the event's time and the worker's clock; while that document is not loaded, what served before answers
)

// WithResolution sets the resolution of events that name none themselves (Conversion.ResolutionField). The default is
// AsOf, with which all runners and mechanisms choose the same; under Latest two workers may differ while one of them
// loads, and by as much as their clocks do.
func WithResolution(r records.Resolution) Option {
	return func(o *options) error {
		if r != AsOf && r != Latest {
			return fmt.Errorf("resolution: %v is neither asof nor latest", r)
		}
		o.scoring.Resolution = r
		return nil
	}
}

// WithShadow lets events be scored by what a label of their model names as well, which goes to Outcome.Shadows: events that
// name a model, with or without a version or label, and have a result, where the label is in force at the event's time and
// names another version than the one that served. A shadow never delays or fails what is served (docs/protocol.md).
func WithShadow(label string) Option {
	return func(o *options) error {
		if _, err := sideinput.ParseReference([]byte("model:" + label)); err != nil {
			return fmt.Errorf("shadow: %q is not a label", label)
		}
		o.scoring.Shadow = label
		return nil
	}
}

// WithOrder sets the order in which lines leave. The default is OrderFree.
func WithOrder(order Order) Option {
	return func(o *options) error {
		order, err := ParseOrder(string(order))
		o.scoring.Ordered = order == OrderPartition
		return err
	}
}

// WithConversion says how the events' records are read. The default is JSON with the members model, time and id.
func WithConversion(c records.Conversion) Option {
	return func(o *options) error { o.scoring.Conversion = c; return c.Check() }
}

// WithModels says where documents lie and which may be opened.
func WithModels(c modelstore.Config) Option {
	return func(o *options) error { o.scoring.Models = c; return nil }
}

// WithCache sets the bounds of the worker process's model cache.
func WithCache(c modelcache.Config) Option {
	return func(o *options) error { o.scoring.Cache = c; return nil }
}

// WithExplanations puts into each result how its model came to it: a tree's path, a scorecard's points, what the segments of an ensemble said
// (pmml.Explanation). Models are larger and score more slowly then; results are the same.
func WithExplanations() Option {
	return func(o *options) error { o.explain = true; return nil }
}

// WithOriginal puts the original record into each result.
func WithOriginal() Option {
	return func(o *options) error { o.scoring.KeepOriginal = true; return nil }
}
