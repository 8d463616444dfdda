package program

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// points draws training rows on a coarse grid, so that many are equally far, with a missing coordinate here and there.
func points(r *rand.Rand, rows, width int, fine bool) []float64 {
	out := make([]float64, rows*width)
	for i := range out {
		switch {
		case fine:
			out[i] = r.NormFloat64()
		case r.IntN(200) == 0:
			out[i] = math.NaN()
		default:
			out[i] = float64(r.IntN(6))
		}
	}
	return out
}

func neighborModel(metric Metric, points []float64, width, k int) *NearestNeighbor {
	n := &NearestNeighbor{K: k, Points: points, Comparison: Comparison{Metric: metric, P: 3}, IDs: make([]value.Value, len(points)/width)}
	for i := range width {
		n.Comparison.Fields = append(n.Comparison.Fields, ComparedField{Weight: 1 + float64(i%2), Missing: 1})
	}
	return n
}

// The tree finds the same neighbours in the same order as looking at every row does, with the same bits.
func TestNeighborTreeFindsWhatEveryRowGives(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, metric := range []Metric{Euclidean, SquaredEuclidean, Chebychev, CityBlock, Minkowski} {
		for _, width := range []int{1, 2, 5, 20} {
			for _, plain := range []bool{true, false} {
				rows := 300 + r.IntN(900)
				all := points(r, rows, width, r.IntN(2) == 0)
				n := neighborModel(metric, all, width, 1+r.IntN(12))
				if n.Comparison.Plain = plain; plain {
					for i := range n.Comparison.Fields {
						n.Comparison.Fields[i].Weight = 1
					}
				}
				tree := newNeighborTree(&n.Comparison, all)
				if tree == nil {
					t.Fatal("no tree")
				}
				for range 60 {
					b := &neighborBuffer{model: n, adjust: 1, x: points(r, 1, width, r.IntN(2) == 0), aside: make([]float64, width)}
					if slices.ContainsFunc(b.x, math.IsNaN) {
						continue
					}
					n.tree = tree
					b.search()
					got := slices.Clone(b.best)
					n.tree, b.best = nil, nil
					b.search()
					if !slices.Equal(got, b.best) {
						t.Fatalf("metric %d, %d coordinates: the tree finds\n%v, every row gives\n%v", metric, width, got, b.best)
					}
				}
			}
		}
	}
}

// What the tree is not for.
func TestNeighborTreeIsNotBuilt(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := points(r, 1000, 3, true)
	for name, change := range map[string]func(n *NearestNeighbor){
		"few rows":         func(n *NearestNeighbor) { n.Points = all[:300] },
		"many fields":      func(n *NearestNeighbor) { *n = *neighborModel(Euclidean, points(r, 300, 10, true), 10, 5) },
		"similarity":       func(n *NearestNeighbor) { n.Comparison.Similarity = true },
		"binary":           func(n *NearestNeighbor) { n.Comparison.Metric = Jaccard },
		"categories":       func(n *NearestNeighbor) { n.Comparison.Fields[1].Levels = []value.Value{value.OfString("a")} },
		"compare function": func(n *NearestNeighbor) { n.Comparison.Fields[1].Function = Delta },
		"negative weight":  func(n *NearestNeighbor) { n.Comparison.Fields[1].Weight = -1 },
		"infinite":         func(n *NearestNeighbor) { n.Points = slices.Concat(all, []float64{1, math.Inf(1), 1}) },
	} {
		n := neighborModel(Euclidean, all, 3, 5)
		change(n)
		if n.Index(); n.tree != nil {
			t.Errorf("%s: a tree was built", name)
		}
	}
	n := neighborModel(Euclidean, slices.Repeat([]float64{1, 2, 3}, 1000), 3, 5)
	if n.Index(); n.tree == nil || len(n.tree.nodes) != 1 {
		t.Error("equal rows are one leaf")
	}
}

func BenchmarkNeighbors(b *testing.B) {
	for _, size := range [][2]int{{256, 4}, {1000, 4}, {1000, 10}, {1000, 30}, {10_000, 4}, {10_000, 10}, {10_000, 20}, {100_000, 4}, {100_000, 10}} {
		for _, tree := range []bool{false, true} {
			b.Run(fmt.Sprintf("rows=%d/fields=%d/tree=%t", size[0], size[1], tree), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				n := neighborModel(Euclidean, points(r, size[0], size[1], true), size[1], 5)
				n.Comparison.Plain = true
				for i := range n.Comparison.Fields {
					n.Comparison.Fields[i].Weight = 1
				}
				if tree {
					n.tree = newNeighborTree(&n.Comparison, n.Points)
				}
				rows := make([][]float64, 64)
				for i := range rows {
					rows[i] = points(r, 1, size[1], true)
				}
				s := &neighborBuffer{model: n, adjust: 1, best: make([]neighbor, 0, 6), aside: make([]float64, size[1])}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					s.x = rows[i%len(rows)]
					s.search()
				}
			})
		}
	}
}
