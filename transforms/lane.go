package transforms

import (
	"errors"
	"fmt"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// lane is where the lines of one kind of scoring go, with what is counted of them.
type lane struct {
	out    writer
	scored map[ModelVersion]int64
	dead   map[sideinput.Reason]int64

	by    []*sideinput.Choice // by record: what gave its result; empty where nobody asks
	until time.Time           // when it gives up; zero: never
}

func newLane() lane {
	return lane{scored: map[ModelVersion]int64{}, dead: map[sideinput.Reason]int64{}}
}

// start begins a block of n records.
func (l *lane) start(n int) {
	l.out.reset(n)
	clear(l.scored)
	clear(l.dead)
}

// letter writes a dead letter and counts it. aside are members that say more about the version c.
func (l *lane) letter(b *records.Block, i int32, reason sideinput.Reason, detail string, c *sideinput.Choice, aside string) {
	l.dead[reason]++
	l.out.deadLetter(b, int(i), reason, detail, c, aside)
}

// bound is what one goroutine needs to score with one loaded model; the entry's pool keeps it between calls.
type bound struct {
	conversion string // the key of the conversion that filler was bound for
	filler     filler
	in         *pmml.Input
	res        *pmml.Result
	types      []byte
	lead       []byte
	choice     sideinput.Choice // whose lead it is
	aside      string           // members that are a part of lead
}

// group scores the records of one version, gives its entry back, and says how many records have a result. aside are
// members of their lines that say more about the version.
func (s *scorer) group(l *lane, t *turn, g *group, entry *modelcache.Entry, aside string) (scored int64) {
	defer entry.Unpin()
	for left := g.records; len(left) > 0; {
		done, results := s.rows(l, t, g.choice, left, entry, aside)
		left, scored = left[done:], scored+results
	}
	if scored > 0 {
		l.scored[ModelVersion{g.choice.Name, g.choice.Version}] += scored
	}
	return scored
}

// rows scores records until one of them panics, which is a fault of that record alone. What was bound is dropped then:
// it may be in any state.
func (s *scorer) rows(l *lane, t *turn, c *sideinput.Choice, rows []int32, entry *modelcache.Entry, aside string) (done int, results int64) {
	defer func() {
		if p := recover(); p != nil {
			l.letter(t.block, rows[done], sideinput.Internal, fmt.Sprintf("panic: %v", p), c, aside)
			done++
		}
	}()
	m := s.bind(entry, c, aside)
	for ; done < len(rows); done++ {
		i := rows[done]
		if !l.until.IsZero() && time.Now().After(l.until) {
			l.letter(t.block, i, sideinput.Limit, errShadowTime.Error(), c, aside)
			continue
		}
		if reason, detail := m.score(t.block, int(i), entry.Model); reason != "" {
			l.letter(t.block, i, reason, detail, c, aside)
			continue
		}
		l.out.result(t.block, int(i), m.lead, t.revision, m.types, m.res, explanation(entry.Model, m.in))
		if len(l.by) > 0 {
			l.by[i] = c
		}
		results++
	}
	entry.Scratch.Put(m)
	return done, results
}

// score fills in and scores one record; a reason says why there is no result.
func (m *bound) score(b *records.Block, i int, model *pmml.Model) (sideinput.Reason, string) {
	if err := m.filler.Fill(b, i, m.in); err != nil {
		return sideinput.InvalidInput, err.Error()
	}
	if err := model.Score(m.in, m.res); err != nil {
		return rowReason(err)
	}
	if m.res.Empty() {
		return sideinput.NoResult, "no target and no output has a value"
	}
	return "", ""
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
func (s *scorer) bind(entry *modelcache.Entry, c *sideinput.Choice, aside string) *bound {
	key := s.cfg.conversionKey()
	m, _ := entry.Scratch.Get().(*bound)
	if m == nil || m.conversion != key {
		m = &bound{
			conversion: key, filler: s.fills(entry),
			in: entry.Model.NewInput(), res: entry.Model.NewResult(), types: resultTypes(entry.Model),
		}
	}
	if m.lead == nil || m.choice != *c || m.aside != aside {
		m.lead, m.choice, m.aside = resultLead(c, entry.SHA256, aside), *c, aside
	}
	return m
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
