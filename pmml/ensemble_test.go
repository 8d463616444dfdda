package pmml_test

import (
	"math"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

func TestEnsembleScoresLikeItsTrees(t *testing.T) {
	for _, shape := range []struct{ trees, depth int }{{1, 1}, {7, 3}, {8, 4}, {23, 6}, {100, 6}} {
		g := newBoosted(30, shape.trees, shape.depth)
		m, err := pmml.Load(strings.NewReader(g.text))
		if err != nil {
			t.Fatal(err)
		}
		in, out, places := m.NewInput(), m.NewResult(), g.places(m)
		for i, row := range g.rows(200) {
			in.Clear()
			for j, x := range row {
				in.SetFloat(places[j], x)
			}
			if err := m.Score(in, out); err != nil {
				t.Fatal(err)
			}
			got, _ := out.Value(0).Float64()
			if want := g.score(row); math.Float64bits(got) != math.Float64bits(want) {
				t.Fatalf("%d trees of depth %d, row %d: %v, want %v to the last bit", shape.trees, shape.depth, i, got, want)
			}
		}
	}
}

func TestScoringAllocatesNothing(t *testing.T) {
	g := newBoosted(30, 20, 5)
	m, err := pmml.Load(strings.NewReader(g.text))
	if err != nil {
		t.Fatal(err)
	}
	in, out, places := m.NewInput(), m.NewResult(), g.places(m)
	row := g.rows(1)[0]
	score := func() {
		in.Clear()
		for j, x := range row {
			in.SetFloat(places[j], x)
		}
		if err := m.Score(in, out); err != nil {
			t.Fatal(err)
		}
	}
	score()
	if n := testing.AllocsPerRun(100, score); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
}
