package pmml_test

import (
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// BenchmarkScoreBoosted100x6 scores rows of 30 doubles that are given beforehand, one Input each: what the engine alone costs.
func BenchmarkScoreBoosted100x6(b *testing.B) { scoreBoosted(b, 100, 6, false) }

// BenchmarkFillAndScoreBoosted100x6 gives the 30 values of each row as well, treatments of the MiningSchema among it.
func BenchmarkFillAndScoreBoosted100x6(b *testing.B) { scoreBoosted(b, 100, 6, true) }

// BenchmarkScoreBoosted500x6 is BenchmarkScoreBoosted100x6 with five times the trees.
func BenchmarkScoreBoosted500x6(b *testing.B) { scoreBoosted(b, 500, 6, false) }

func scoreBoosted(b *testing.B, trees, depth int, fill bool) {
	g := newBoosted(30, trees, depth)
	m, err := pmml.Load(strings.NewReader(g.text))
	if err != nil {
		b.Fatal(err)
	}
	rows, places := g.rows(1024), g.places(m)
	inputs := make([]*pmml.Input, len(rows))
	for i, row := range rows {
		inputs[i] = m.NewInput()
		for j, x := range row {
			inputs[i].SetFloat(places[j], x)
		}
	}
	out := m.NewResult()
	for _, in := range inputs {
		if err := m.Score(in, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		in := inputs[n%len(inputs)]
		if fill {
			for j, x := range rows[n%len(rows)] {
				in.SetFloat(places[j], x)
			}
		}
		if err := m.Score(in, out); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkLoadTrees loads a document of some 10 MB: 500 trees of depth 6.
func BenchmarkLoadTrees(b *testing.B) {
	g := newBoosted(30, 500, 6)
	b.SetBytes(int64(len(g.text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pmml.Load(strings.NewReader(g.text)); err != nil {
			b.Fatal(err)
		}
	}
}
