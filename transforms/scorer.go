package transforms

import (
	"context"
	"errors"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// scorer turns blocks and a table into results and dead letters. It is what all mechanisms share and knows nothing of
// Beam. One belongs to one DoFn instance, which Beam gives to one bundle at a time.
type scorer struct {
	cfg   Scoring
	cache *modelcache.Cache
	sole  *sideinput.Choice // scores all events, whatever they refer to; nil: the table says what does

	out    writer
	groups []group
	scored map[ModelVersion]int64
	dead   map[sideinput.Reason]int64
	meter  meter
}

// group is the records of a block that one version scores. Scoring model by model keeps a model's arrays in the CPU's
// cache (docs/performance.md).
type group struct {
	choice  *sideinput.Choice
	records []int32
	pending *modelcache.Pending
}

// bound is what one goroutine needs to score with one loaded model; the entry's pool keeps it between calls.
type bound struct {
	conversion string // the key of the conversion that filler was bound for
	filler     filler
	in         *pmml.Input
	res        *pmml.Result
	lead       []byte
	choice     sideinput.Choice // whose lead it is
	types      []byte
}

func newScorer(cfg Scoring) (*scorer, error) {
	cache, err := cfg.cache()
	if err != nil {
		return nil, err
	}
	return &scorer{cfg: cfg, cache: cache, out: writer{keep: cfg.KeepOriginal},
		scored: map[ModelVersion]int64{}, dead: map[sideinput.Reason]int64{}}, nil
}

// block scores all records of b against t. Each record ends in exactly one line, of results or of dead letters.
func (s *scorer) block(ctx context.Context, b *records.Block, t *sideinput.Table) (results, dead records.Lines) {
	s.out.reset(len(b.Records))
	s.resolve(b, t)
	revision := t.Revision().Number
	// Loads are started for all groups before any is waited for; records whose model is here are scored meanwhile.
	for g := range s.groups {
		g := &s.groups[g]
		id := modelcache.IdentityOf(g.choice)
		entry, ok := s.cache.Pin(id)
		if !ok {
			g.pending = s.cache.Load(id)
			continue
		}
		s.group(b, g, entry, revision)
	}
	for g := range s.groups {
		if g := &s.groups[g]; g.pending != nil {
			s.wait(ctx, b, g, revision)
		}
	}
	count(s.scored, s.dead)
	s.meter.block(ctx, s.cache, t, s.scored, s.dead)
	clear(s.scored)
	clear(s.dead)
	return s.out.results, s.out.dead
}

// resolve says for each record which version scores it, and collects the records of each version.
func (s *scorer) resolve(b *records.Block, t *sideinput.Table) {
	for i := range s.groups {
		s.groups[i] = group{records: s.groups[i].records[:0]}
	}
	s.groups = s.groups[:0]
	for i := range b.Records {
		r := &b.Records[i]
		if s.sole != nil && (r.Reason == "" || r.Reason == sideinput.NoReference) {
			s.join(s.sole, int32(i))
			continue
		}
		if r.Reason != "" {
			s.letter(b, i, r.Reason, r.Detail, nil)
			continue
		}
		ref, err := sideinput.ParseReference(b.Reference(i))
		if err != nil {
			reason := sideinput.Undecodable
			if errors.Is(err, sideinput.ErrNoReference) {
				reason = sideinput.NoReference
			}
			s.letter(b, i, reason, err.Error(), nil)
			continue
		}
		res := t.Resolve(ref, r.Time)
		if res.Reason != "" {
			s.letter(b, i, res.Reason, "", nil)
			continue
		}
		s.join(res.Choice, int32(i))
	}
}

// join puts record i to the group of its version. A block has few versions, and a table gives each fact one pointer.
func (s *scorer) join(c *sideinput.Choice, i int32) {
	for g := range s.groups {
		if s.groups[g].choice == c {
			s.groups[g].records = append(s.groups[g].records, i)
			return
		}
	}
	if n := len(s.groups); n < cap(s.groups) {
		s.groups = s.groups[:n+1]
		s.groups[n] = group{choice: c, records: append(s.groups[n].records[:0], i)}
		return
	}
	s.groups = append(s.groups, group{choice: c, records: []int32{i}})
}

// wait scores a group once its document is loaded. What is not there in time is a dead letter that can be tried again.
func (s *scorer) wait(ctx context.Context, b *records.Block, g *group, revision uint64) {
	entry, err := g.pending.Wait(ctx)
	if err == nil {
		s.group(b, g, entry, revision)
		return
	}
	for _, i := range g.records {
		s.letter(b, int(i), sideinput.LoadFailed, err.Error(), g.choice)
	}
}

// group scores the records of one version and gives its entry back.
func (s *scorer) group(b *records.Block, g *group, entry *modelcache.Entry, revision uint64) {
	defer entry.Unpin()
	m := s.bind(entry, g.choice)
	defer entry.Scratch.Put(m)
	n := int64(0)
	for _, i := range g.records {
		if err := m.filler.Fill(b, int(i), m.in); err != nil {
			s.letter(b, int(i), sideinput.InvalidInput, err.Error(), g.choice)
			continue
		}
		if err := entry.Model.Score(m.in, m.res); err != nil {
			reason, detail := rowReason(err)
			s.letter(b, int(i), reason, detail, g.choice)
			continue
		}
		if m.res.Empty() {
			s.letter(b, int(i), sideinput.NoResult, "no target and no output has a value", g.choice)
			continue
		}
		s.out.result(b, int(i), m.lead, revision, m.types, m.res, explanation(entry.Model, m.in))
		n++
	}
	s.scored[ModelVersion{g.choice.Name, g.choice.Version}] += n
	if n > 0 && s.sole == nil {
		s.meter.serve(g.choice, b.Records[g.records[len(g.records)-1]].Time)
	}
}

// explanation says how the row that was scored last came to its result, nil where nobody asks.
func explanation(m *pmml.Model, in *pmml.Input) *pmml.Explanation {
	if !m.Explains() {
		return nil
	}
	e := m.Explain(in)
	return &e
}

// bind takes what scoring with a model needs from the entry's pool. The pool may hold what another Score of this
// process bound for records of another form.
func (s *scorer) bind(entry *modelcache.Entry, c *sideinput.Choice) *bound {
	key := s.cfg.conversionKey()
	m, _ := entry.Scratch.Get().(*bound)
	if m == nil || m.conversion != key {
		m = &bound{
			conversion: key, filler: s.cfg.newFiller(entry.Model),
			in: entry.Model.NewInput(), res: entry.Model.NewResult(), types: resultTypes(entry.Model),
		}
	}
	if m.lead == nil || m.choice != *c {
		m.lead, m.choice = resultLead(c, entry.SHA256), *c
	}
	return m
}

// letter writes a dead letter and counts it.
func (s *scorer) letter(b *records.Block, i int, reason sideinput.Reason, detail string, c *sideinput.Choice) {
	s.dead[reason]++
	s.out.deadLetter(b, i, reason, detail, c)
}

// rowReason turns the engine's error into a reason: its codes have the reasons' names.
func rowReason(err error) (sideinput.Reason, string) {
	var row *pmml.RowError
	if !errors.As(err, &row) {
		return sideinput.Internal, err.Error()
	}
	detail := row.Message
	if row.Field != "" {
		detail = row.Field + ": " + row.Message
	}
	return sideinput.Reason(row.Code), detail
}
