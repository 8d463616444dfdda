package transforms

import (
	"context"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// scorer turns blocks and a table into results and dead letters. It is what all mechanisms share and knows nothing of
// Beam. One belongs to one DoFn instance, which Beam gives to one bundle at a time.
type scorer struct {
	cfg   Scoring
	cache *modelcache.Cache
	ahead *ahead
	sole  *sideinput.Choice // scores all events, whatever they refer to; nil: the table says what does
	now   func() time.Time  // the worker's clock
	fills func(*modelcache.Entry) filler

	meter   meter
	served  lane
	shadows shadows
	groups  grouping
	holds   bool     // records whose reason a message may still change are set aside
	aside   []int32  // of the last block
	moved   grouping // records whose version did not answer, by what is asked next
	loaded  grouping // those of a group, by the loaded version that answers for it
	key     []byte   // scratch: what an alias chooses by
}

// turn is the way of one block through the scorer.
type turn struct {
	block    *records.Block
	table    *sideinput.Table
	revision uint64
	clock    int64 // milliseconds since 1970 UTC, read once, so that all events of a block see one time
	earlier  earlier
	patience context.Context // ends when no fallback is waited for any more; nil if none can be
	cancel   context.CancelFunc
}

func newScorer(cfg Scoring) (*scorer, error) {
	cache, err := cfg.cache()
	if err != nil {
		return nil, err
	}
	return scorerOn(cfg, aheadOf(cache)), nil
}

func scorerOn(cfg Scoring, ahead *ahead) *scorer {
	s := &scorer{cfg: cfg, cache: ahead.cache, ahead: ahead, now: time.Now, served: newLane()}
	s.fills = func(e *modelcache.Entry) filler { return s.cfg.newFiller(e.Model) }
	s.served.out.keep, s.served.out.ordered = cfg.KeepOriginal, cfg.Ordered
	s.shadows = newShadows(cfg)
	return s
}

// turn begins the way of a block, which is scored with the table.
func (s *scorer) turn(b *records.Block, table *sideinput.Table) turn {
	now := s.now()
	s.ahead.see(table, now)
	return turn{block: b, table: table, revision: table.Revision().Number, clock: now.UnixMilli()}
}

// block scores all records of a block. Each ends in exactly one line, of results or of dead letters.
func (s *scorer) block(ctx context.Context, t *turn) (results, dead records.Lines) {
	s.served.start(len(t.block.Records))
	s.shadows.watch(&s.served, len(t.block.Records))
	s.resolve(t)
	defer t.end()
	// Each round moves records on to a version that served earlier, so there is a last one.
	for len(s.groups.list) > 0 {
		s.round(ctx, t)
		s.groups, s.moved = s.moved, s.groups
		s.moved.reset()
	}
	count(s.served.scored, s.served.dead)
	s.meter.block(ctx, s.cache, t.table, s.served.scored, s.served.dead)
	return s.served.out.lines()
}

func (t *turn) end() {
	if t.cancel != nil {
		t.cancel()
	}
}

// round scores the groups, or moves their records. Loads are started for all groups before any is waited for; records
// for which a model is here are scored meanwhile.
func (s *scorer) round(ctx context.Context, t *turn) {
	impatient := false
	for i := range s.groups.list {
		g := &s.groups.list[i]
		id := modelcache.IdentityOf(g.choice)
		if entry, ok := s.cache.Pin(id); ok {
			s.serve(t, g, entry)
			continue
		}
		g.pending = s.cache.Load(id)
		if g.latest {
			s.answerLoaded(t, g)
			impatient = true
		}
	}
	if impatient && t.patience == nil {
		t.patience, t.cancel = context.WithTimeout(ctx, s.cache.LoadWait())
	}
	for i := range s.groups.list {
		if g := &s.groups.list[i]; g.pending != nil && len(g.records) > 0 {
			s.wait(ctx, t, g)
		}
	}
}

// serve scores a group whose document is loaded.
func (s *scorer) serve(t *turn, g *group, entry *modelcache.Entry) {
	if n := s.group(&s.served, t, g, entry, g.aside()); n > 0 && s.sole == nil {
		s.meter.serve(g.choice, t.block.Records[g.records[len(g.records)-1]].Time)
	}
}

// wait scores a group once its document is loaded. What is not there in time is a dead letter that can be tried again,
// unless an earlier version may answer.
func (s *scorer) wait(ctx context.Context, t *turn, g *group) {
	if g.beside != nil {
		ctx = t.patience
	}
	entry, err := g.pending.Wait(ctx)
	if err == nil {
		s.serve(t, g, entry)
		return
	}
	if g.latest {
		s.moveOn(t, g, err)
	}
	chosen, why := g.choice, err
	if g.beside != nil {
		chosen = g.beside
	}
	if g.why != nil {
		why = g.why
	}
	for _, i := range g.records {
		s.served.letter(t.block, i, sideinput.LoadFailed, why.Error(), chosen, "")
	}
}
