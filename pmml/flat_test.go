package pmml_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// wild writes trees with every predicate over x (double), n (integer), c and k (string).
type wild struct {
	r *rand.Rand
	b strings.Builder
}

func (w *wild) simple() string {
	ops := []string{"equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"}
	switch w.r.IntN(4) {
	case 0:
		return fmt.Sprintf(`<SimplePredicate field="x" operator="%s" value="%d.5"/>`, ops[w.r.IntN(6)], w.r.IntN(6))
	case 1:
		return fmt.Sprintf(`<SimplePredicate field="n" operator="%s" value="%d"/>`, ops[w.r.IntN(6)], w.r.IntN(6))
	case 2:
		return fmt.Sprintf(`<SimplePredicate field="c" operator="%s" value="%s"/>`, ops[w.r.IntN(2)], []string{"a", "b"}[w.r.IntN(2)])
	}
	return fmt.Sprintf(`<SimplePredicate field="k" operator="%s"/>`, []string{"isMissing", "isNotMissing"}[w.r.IntN(2)])
}

func (w *wild) predicate(depth int) string {
	switch {
	case depth > 0 && w.r.IntN(3) == 0:
		op := []string{"and", "or", "surrogate"}[w.r.IntN(3)]
		out := `<CompoundPredicate booleanOperator="` + op + `">`
		for range 2 + w.r.IntN(2) {
			out += w.predicate(depth - 1)
		}
		return out + `</CompoundPredicate>`
	case w.r.IntN(4) == 0:
		return fmt.Sprintf(`<SimpleSetPredicate field="k" booleanOperator="%s"><Array type="string">%s</Array></SimpleSetPredicate>`, []string{"isIn", "isNotIn"}[w.r.IntN(2)], []string{"p", "p q", `"q r" s`}[w.r.IntN(3)])
	case w.r.IntN(12) == 0:
		return `<True/>`
	}
	return w.simple()
}

func (w *wild) node(depth int, predicate string) {
	fmt.Fprintf(&w.b, `<Node score="%d">%s`, w.r.IntN(100), predicate)
	if depth > 0 {
		for range 1 + w.r.IntN(3) {
			w.node(depth-1, w.predicate(2))
		}
	}
	w.b.WriteString(`</Node>`)
}

// ensemble writes a MiningModel whose segments have the given predicate.
func (w *wild) ensemble(method string) string {
	w.b.Reset()
	fmt.Fprintf(&w.b, `<MiningModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="n"/><MiningField name="c"/><MiningField name="k"/></MiningSchema><Segmentation multipleModelMethod="%s">`, method)
	strategies := []string{`noTrueChildStrategy="returnLastPrediction"`, `missingValueStrategy="lastPrediction" noTrueChildStrategy="returnLastPrediction"`, ``}
	for i := range 1 + w.r.IntN(20) {
		strategy := strategies[0]
		if w.r.IntN(4) == 0 {
			strategy = strategies[w.r.IntN(len(strategies))]
		}
		fmt.Fprintf(&w.b, `<Segment id="%d" weight="%d.5">SEGMENT<TreeModel functionName="regression" %s><MiningSchema/>`, i, w.r.IntN(3), strategy)
		w.node(1+w.r.IntN(4), "<True/>")
		w.b.WriteString(`</TreeModel></Segment>`)
	}
	w.b.WriteString(`</Segmentation></MiningModel>`)
	return document(w.b.String())
}

func (w *wild) fill(in *pmml.Input) {
	in.Clear()
	for i, values := range [][]string{{"-1", "0.5", "1.5", "2", "3.5", "9"}, {"0", "1", "2", "3", "5", "7"}, {"a", "b"}, {"p", "q", "q r", "s", "t"}} {
		if w.r.IntN(10) > 0 {
			in.SetText(i, []byte(values[w.r.IntN(len(values))]))
		}
	}
}

// A predicate that is always true but is not True keeps an ensemble from its flat form: both forms must agree in every bit.
func TestFlatTreesAgreeWithTheWalk(t *testing.T) {
	w := &wild{r: rand.New(rand.NewPCG(7, 11))}
	for i := range 300 {
		text := w.ensemble([]string{"sum", "average", "weightedAverage", "weightedSum"}[i%4])
		flat := load(t, strings.ReplaceAll(text, "SEGMENT", "<True/>"))
		walked := load(t, strings.ReplaceAll(text, "SEGMENT", `<CompoundPredicate booleanOperator="or"><True/><True/></CompoundPredicate>`))
		fin, fout, win, wout := flat.NewInput(), flat.NewResult(), walked.NewInput(), walked.NewResult()
		for range 40 {
			seed := w.r.Uint64()
			same := func(in *pmml.Input) {
				(&wild{r: rand.New(rand.NewPCG(seed, 0))}).fill(in)
			}
			same(fin)
			same(win)
			e1, e2 := flat.Score(fin, fout), walked.Score(win, wout)
			a, b := fout.AppendJSON(nil), wout.AppendJSON(nil)
			if fmt.Sprint(e1) != fmt.Sprint(e2) || !bytes.Equal(a, b) {
				t.Fatalf("model %d: flat %s %v, walked %s %v\n%s", i, a, e1, b, e2, text)
			}
		}
	}
}
