package write_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// What cannot be scored is not written, and the fault says what is wrong.
func TestRefused(t *testing.T) {
	x := write.Numbers("x")
	red := []write.Input{{Name: "x", Categories: []string{"red", "blue"}}}
	one := []write.Table{{0, []float64{1}}}
	deep := leaf(0)
	for range write.MaxDepth + 1 {
		deep = split(write.Split{}, deep, leaf(1))
	}
	tree := func(root *write.Node) write.Model { return &write.Tree{Inputs: x, Target: "y", Root: root} }
	bayes := func(change func(*write.NaiveBayes)) write.Model {
		b := &write.NaiveBayes{Inputs: x, Target: "y", Classes: uv, Counts: []float64{1, 1}, Evidence: []write.Evidence{{Means: []float64{0, 0}, Variances: []float64{1, 1}}}}
		change(b)
		return b
	}
	for fault, m := range map[string]write.Model{
		"NaN is no finite number":        &write.KMeans{Inputs: x, Centers: [][]float64{{math.NaN()}}},
		"2 numbers for 1 inputs":         &write.KMeans{Inputs: x, Centers: [][]float64{{1, 2}}},
		"without centers":                &write.KMeans{Inputs: x},
		`"x" must be a number`:           &write.KMeans{Inputs: red, Centers: [][]float64{{1}}},
		`named "cluster"`:                &write.KMeans{Inputs: write.Numbers("cluster"), Centers: [][]float64{{1}}},
		`"x" is empty or used twice`:     &write.Regression{Inputs: write.Numbers("x", "x"), Target: "y", Tables: []write.Table{{0, []float64{1, 2}}}},
		`"y" is empty or used twice`:     &write.Regression{Inputs: write.Numbers("y"), Target: "y", Tables: one},
		"character that XML cannot hold": &write.Regression{Inputs: write.Numbers("x\x01"), Target: "y", Tables: one},
		"not UTF-8":                      &write.Regression{Inputs: write.Numbers("x\xff"), Target: "y", Tables: one},
		"0 tables for 2 classes":         &write.Regression{Inputs: x, Target: "y", Classes: uv},
		"1 coefficients for 2 columns":   &write.Regression{Inputs: red, Target: "y", Tables: one},
		`"a" of "y" is empty or given`:   &write.Regression{Inputs: x, Target: "y", Classes: []string{"a", "a"}, Tables: one},
		"one class alone":                &write.Regression{Inputs: x, Target: "y", Classes: []string{"a"}, Tables: one},
		"without a target":               &write.Regression{Inputs: x, Tables: one},
		"without inputs":                 &write.Regression{Target: "y", Tables: []write.Table{{}}},
		"without a node":                 tree(split(write.Split{}, leaf(1), nil)),
		"deeper than 500":                tree(deep),
		"1 counts for 0 classes":         tree(counts(1)),
		"input 1 of 1":                   tree(split(write.Split{Input: 1}, leaf(1), leaf(2))),
		"branch 3":                       tree(split(write.Split{Missing: 3}, leaf(1), leaf(2))),
		"if and only if":                 tree(split(write.Split{Categories: []string{"red"}}, leaf(1), leaf(2))),
		`"pink", which is no category`:   &write.Tree{Inputs: red, Target: "y", Root: split(write.Split{Categories: []string{"pink"}}, leaf(1), leaf(2))},
		"some splits say where":          tree(split(write.Split{Missing: write.Yes}, split(write.Split{}, leaf(1), leaf(2)), leaf(2))),
		"a leaf that has seen nothing":   &write.Tree{Inputs: x, Target: "y", Classes: uv, Root: counts(0, 0)},
		"a leaf with the count -1":       &write.Tree{Inputs: x, Target: "y", Classes: uv, Root: counts(2, -1)},
		"without trees":                  &write.Forest{Inputs: x, Target: "y"},
		"a vote needs classes":           &write.Forest{Inputs: x, Target: "y", Vote: true, Trees: []*write.Node{leaf(1)}},
		"for 3 sums":                     &write.Boosted{Inputs: x, Target: "y", Classes: uvw, Base: []float64{0}, Trees: [][]*write.Node{{leaf(1)}}},
		"link 1":                         &write.Boosted{Inputs: x, Target: "y", Classes: uv, Link: write.Exp, Base: []float64{0}, Trees: [][]*write.Node{{leaf(1)}}},
		"a sum without trees":            &write.Boosted{Inputs: x, Target: "y", Base: []float64{0}, Trees: [][]*write.Node{{}}},
		`named "margin", as a sum`:       &write.Boosted{Inputs: write.Numbers("margin"), Target: "y", Base: []float64{0}, Trees: [][]*write.Node{{leaf(1)}}},
		"naive Bayes without classes":    bayes(func(b *write.NaiveBayes) { b.Classes = nil }),
		"3 counts for 2 classes":         bayes(func(b *write.NaiveBayes) { b.Counts = []float64{1, 1, 1} }),
		"has seen nothing":               bayes(func(b *write.NaiveBayes) { b.Counts = []float64{0, 0} }),
		"evidence of 0 inputs for 1":     bayes(func(b *write.NaiveBayes) { b.Evidence = nil }),
		"needs a mean and a variance":    bayes(func(b *write.NaiveBayes) { b.Evidence[0].Means = nil }),
		"variance of \"x\" is 0":         bayes(func(b *write.NaiveBayes) { b.Evidence[0].Variances[0] = 0 }),
		"threshold -1":                   bayes(func(b *write.NaiveBayes) { b.Threshold = -1 }),
		`categorical "x" needs counts`:   bayes(func(b *write.NaiveBayes) { b.Inputs = red }),
		"no model":                       nil,
	} {
		var text bytes.Buffer
		if err := write.Write(&text, m); err == nil || !strings.Contains(err.Error(), fault) || text.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", fault, err, text.Len())
		}
	}
}

func TestVerificationRefused(t *testing.T) {
	m := &write.KMeans{Inputs: write.Numbers("x"), Centers: [][]float64{{1}}}
	for fault, o := range map[string]write.Option{
		`"y", which the model does not have`: write.WithVerification(1e-9, map[string]any{"y": 1.0}),
		"bool is not float64":                write.WithVerification(1e-9, map[string]any{"x": true}),
		"precision -1":                       write.WithVerification(-1, map[string]any{"x": 1.0}),
	} {
		var text bytes.Buffer
		if err := write.Write(&text, m, o); err == nil || !strings.Contains(err.Error(), fault) || text.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", fault, err, text.Len())
		}
	}
}
