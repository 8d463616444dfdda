package program

import (
	"math"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

type constantly struct{ ref Ref }

func (c constantly) Score(f *Frame, p *Prediction) { p.Value = *f.At(c.ref) }

// counted is a program of one input x and one derived field, which counts how often it is computed.
func counted(n *int) *Program {
	p := &Program{Inputs: []Input{{Name: "x", Type: value.Double, Outliers: AsIs}}, Models: 1}
	p.Inputs[0].Ready()
	p.Derived = []Eval{nil, func(f *Frame) value.Value {
		*n++
		x, _ := f.At(0).Float64()
		return value.OfFloat(2 * x)
	}}
	p.Main = &Instance{Model: constantly{1}}
	return p
}

func TestDerivedFieldsAreComputedOnceARow(t *testing.T) {
	n := 0
	f := counted(&n).NewFrame()
	for i := 1; i <= 3; i++ {
		f.SetFloat(0, float64(i))
		if failure := f.Score(); failure != nil {
			t.Fatal(failure)
		}
		f.At(1)
		if x, _ := f.At(1).Float64(); x != float64(2*i) || n != i {
			t.Errorf("row %d: %v, computed %d times", i, x, n)
		}
	}
}

func TestTheEpochMayWrap(t *testing.T) {
	n := 0
	f := counted(&n).NewFrame()
	f.SetFloat(0, 1)
	f.epoch = 0 // the value that stamps have which nothing was written to
	f.Score()
	f.epoch = math.MaxUint32
	f.SetFloat(0, 5)
	if f.Score(); n != 2 {
		t.Errorf("computed %d times", n)
	}
	if x, _ := f.At(1).Float64(); x != 10 {
		t.Errorf("%v is of an earlier row", x)
	}
}

func TestTextsNumberStrings(t *testing.T) {
	var texts Texts
	a, b := texts.Of("a"), texts.Of("b")
	if a.Symbol() == 0 || a.Symbol() == b.Symbol() || texts.Of("a").Symbol() != a.Symbol() {
		t.Error("each text has a number of its own")
	}
	if v := texts.Value([]byte("b")); v.Symbol() != b.Symbol() {
		t.Error("a known text is found")
	}
	if v := texts.Value([]byte("c")); v.Symbol() != 0 {
		t.Error("an unknown one has no number")
	}
	if n := testing.AllocsPerRun(10, func() { texts.Value([]byte("b")) }); n != 0 {
		t.Errorf("%v allocations for a known text", n)
	}
}
