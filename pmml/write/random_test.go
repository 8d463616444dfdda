package write_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// random draws models and rows, and works out by the definitions of package write what each must make of each.
type random struct{ *rand.Rand }

// row holds a number or the place of a category for each input; NaN is missing.
type row []float64

func (r random) inputs() []write.Input {
	inputs := write.Numbers("n0", "n1")
	for i := range 2 {
		in := write.Input{Name: fmt.Sprint("c", i)}
		for j := range 2 + r.IntN(4) {
			in.Categories = append(in.Categories, fmt.Sprint("category ", j))
		}
		inputs = append(inputs, in)
	}
	r.Shuffle(len(inputs), func(i, j int) { inputs[i], inputs[j] = inputs[j], inputs[i] })
	return inputs
}

func (r random) row(inputs []write.Input, missing bool) row {
	out := make(row, len(inputs))
	for i, in := range inputs {
		switch {
		case missing && r.IntN(4) == 0:
			out[i] = math.NaN()
		case in.Categories == nil:
			out[i] = float64(r.IntN(9)) / 2 // often a threshold
		default:
			out[i] = float64(r.IntN(len(in.Categories)))
		}
	}
	return out
}

func (x row) values(inputs []write.Input) map[string]any {
	out := map[string]any{}
	for i, in := range inputs {
		switch {
		case math.IsNaN(x[i]):
		case in.Categories == nil:
			out[in.Name] = x[i]
		default:
			out[in.Name] = in.Categories[int(x[i])]
		}
	}
	return out
}

func (r random) tree(inputs []write.Input, depth, classes int) *write.Node {
	if depth == 0 || r.IntN(6) == 0 {
		n := &write.Node{Value: r.NormFloat64()}
		for range classes {
			n.Counts = append(n.Counts, float64(r.IntN(20)))
		}
		if classes > 0 {
			n.Counts[r.IntN(classes)] += 0.5
		}
		return n
	}
	s := &write.Split{Input: r.IntN(len(inputs)), Missing: write.Yes + write.Branch(r.IntN(2))}
	if categories := inputs[s.Input].Categories; categories == nil {
		s.Threshold, s.Below = float64(r.IntN(9))/2, r.IntN(2) == 0
	} else {
		s.Categories = []string{}
		for _, c := range categories {
			if r.IntN(2) == 0 {
				s.Categories = append(s.Categories, c)
			}
		}
	}
	s.Yes, s.No = r.tree(inputs, depth-1, classes), r.tree(inputs, depth-1, classes)
	return &write.Node{Split: s}
}

// reach walks a tree to a row's leaf.
func reach(n *write.Node, inputs []write.Input, x row) *write.Node {
	for n.Split != nil {
		s, f := n.Split, x[n.Split.Input]
		var yes bool
		switch {
		case math.IsNaN(f):
			yes = s.Missing == write.Yes
		case inputs[s.Input].Categories != nil:
			for _, c := range s.Categories {
				yes = yes || c == inputs[s.Input].Categories[int(f)]
			}
		case s.Below:
			yes = f < s.Threshold
		default:
			yes = f <= s.Threshold
		}
		if n = s.No; yes {
			n = s.Yes
		}
	}
	return n
}

func shares(counts []float64) []float64 {
	total := 0.0
	for _, n := range counts {
		total += n
	}
	out := make([]float64, len(counts))
	for i, n := range counts {
		out[i] = n / total
	}
	return out
}

// Loaded again, a written model scores as its definition says. Probabilities may differ in the last digits.
func TestRandomModels(t *testing.T) {
	const models, rows = 40, 50
	r := random{rand.New(rand.NewPCG(1, 2))}
	for i := range models {
		inputs := r.inputs()
		n := 1 + r.IntN(6)
		trees, values := make([]*write.Node, n), make([]*write.Node, n)
		for j := range trees {
			trees[j], values[j] = r.tree(inputs, 4, len(uvw)), r.tree(inputs, 4, 0)
		}
		base, coefficients := r.NormFloat64(), make([]float64, write.Columns(inputs))
		for j := range coefficients {
			coefficients[j] = r.NormFloat64()
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r.compare(t, "tree", &write.Tree{Inputs: inputs, Target: "y", Classes: uvw, Root: trees[0]}, inputs, rows, true, func(x row) map[string]any {
				return classes(shares(reach(trees[0], inputs, x).Counts))
			})
			r.compare(t, "forest", &write.Forest{Inputs: inputs, Target: "y", Classes: uvw, Trees: trees}, inputs, rows, true, func(x row) map[string]any {
				mean := make([]float64, len(uvw))
				for _, tree := range trees {
					for c, p := range shares(reach(tree, inputs, x).Counts) {
						mean[c] += p / float64(n)
					}
				}
				return classes(mean)
			})
			r.compare(t, "boosted", &write.Boosted{Inputs: inputs, Target: "y", Base: []float64{base}, Trees: [][]*write.Node{values}}, inputs, rows, true, func(x row) map[string]any {
				sum := 0.0
				for _, tree := range values {
					sum += reach(tree, inputs, x).Value
				}
				return map[string]any{"y": base + sum}
			})
			r.compare(t, "linear", &write.Regression{Inputs: inputs, Target: "y", Tables: []write.Table{{base, coefficients}}}, inputs, rows, false, func(x row) map[string]any {
				sum, column := base, 0
				for k, in := range inputs {
					if in.Categories == nil {
						sum += coefficients[column] * x[k]
					} else {
						sum += coefficients[column+int(x[k])]
					}
					column += in.Width()
				}
				return map[string]any{"y": sum}
			})
		})
	}
}

func classes(p []float64) map[string]any {
	out := map[string]any{}
	for i, class := range uvw {
		out["probability("+class+")"] = p[i]
	}
	return out
}

// compare scores rows with the document of m; want is what they must give.
func (r random) compare(t *testing.T, name string, m write.Model, inputs []write.Input, rows int, missing bool, want func(row) map[string]any) {
	t.Run(name, func(t *testing.T) {
		model := load(t, m)
		for range rows {
			x := r.row(inputs, missing)
			got, err := model.ScoreMap(x.values(inputs))
			if err != nil {
				t.Fatal(err)
			}
			for output, w := range want(x) {
				if g, ok := got[output].(float64); !ok || math.Abs(g-w.(float64)) > 1e-14 {
					t.Errorf("%v: %s is %v, want %v", x, output, got[output], w)
				}
			}
		}
	})
}
