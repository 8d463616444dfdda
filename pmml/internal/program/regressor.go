package program

import "math"

// Regressor is a DynamicRegressor: v_t = Σ Denominator_i v_{t-i} + Σ Numerator_j x_{t-j}, added to a series.
type Regressor struct {
	Numerator      []float64 // of the lags 0, 1, …, with delay and differences multiplied in
	Denominator    []float64 // of the lags 1, 2, …
	Transformation string
	Past           []float64 // x, transformed, the newest last
	PastEffects    []float64 // v, the newest last, at least as long as Denominator

	Future string    // futureValuesMethod
	Stored []float64 // x after the end of the series, transformed
	Trend  []float64 // of the powers of the time
	Last   float64   // time of the last point of the series
	Step   float64
	Ref    Ref // of userSupplied
	Name   string
}

// regressorWork is how many multiplications a step takes.
func regressorWork(of []*Regressor) (n int) {
	for _, r := range of {
		n += len(r.Numerator) + len(r.Denominator)
	}
	return n
}

// Transform is one of the transformations of a series.
func Transform(kind string, x float64) float64 {
	switch kind {
	case "logarithmic":
		return math.Log(x)
	case "squareroot":
		return math.Sqrt(x)
	}
	return x
}

// effect is v at the point h steps ahead; false: a value that it needs is missing.
func (r *Regressor) effect(f *Frame, b *seriesBuffer, h int) (float64, bool) {
	if len(r.Denominator) == 0 {
		return r.sum(f, h, h)
	}
	ahead := room(&b.transfer, h)
	for step := range ahead {
		v, ok := r.sum(f, step+1, h)
		if !ok {
			return 0, false
		}
		for i, c := range r.Denominator {
			if back := step - 1 - i; back >= 0 {
				v += c * ahead[back]
			} else {
				v += c * r.PastEffects[len(r.PastEffects)+back]
			}
		}
		ahead[step] = v
	}
	return ahead[h-1], true
}

// sum is Σ Numerator_j x at a step.
func (r *Regressor) sum(f *Frame, step, h int) (float64, bool) {
	sum := 0.0
	for j, c := range r.Numerator {
		if c == 0 {
			continue
		}
		k := step - j
		if k < 1 {
			sum += c * r.Past[len(r.Past)-1+k]
			continue
		}
		x, ok := r.ahead(f, k, h)
		if !ok {
			return 0, false
		}
		sum += c * x
	}
	return sum, true
}

// ahead is x at the point k steps ahead, asked for a forecast of h steps.
func (r *Regressor) ahead(f *Frame, k, h int) (float64, bool) {
	switch r.Future {
	case "constant":
		return r.Past[len(r.Past)-1], true
	case "trend":
		t, x := r.Last+float64(k)*r.Step, 0.0
		for i := len(r.Trend) - 1; i >= 0; i-- {
			x = x*t + r.Trend[i]
		}
		return r.transformed(f, x)
	case "stored":
		if k > len(r.Stored) {
			f.Fail(InvalidInput, r.Name, "the document holds no value of the regressor so many steps ahead")
			return 0, false
		}
		return r.Stored[k-1], true
	}
	return r.supplied(f, k, h)
}

// supplied is x as the row gives it: a collection has a member for each step, a single value is that of the step that is asked for.
func (r *Regressor) supplied(f *Frame, k, h int) (float64, bool) {
	v := f.At(r.Ref)
	if members, ok := v.List(); ok {
		if k > len(members) {
			f.Fail(InvalidInput, r.Name, "the regressor has fewer values than the steps to forecast")
			return 0, false
		}
		v = &members[k-1]
	} else if k != h && !v.IsMissing() {
		f.Fail(InvalidInput, r.Name, "the forecast needs the regressor at each step, as a collection")
		return 0, false
	}
	if v.IsMissing() {
		return 0, false
	}
	x, ok := f.numberOf(v)
	if !ok {
		return 0, false
	}
	return r.transformed(f, x)
}

func (r *Regressor) transformed(f *Frame, x float64) (float64, bool) {
	x = Transform(r.Transformation, x)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		f.Fail(InvalidInput, r.Name, "the regressor has a value that cannot be transformed")
		return 0, false
	}
	return x, true
}

// Bytes is the memory of the regressor.
func (r *Regressor) Bytes() int64 {
	return bytesOf(r.Numerator) + bytesOf(r.Denominator) + bytesOf(r.Past) + bytesOf(r.PastEffects) + bytesOf(r.Stored) + bytesOf(r.Trend)
}
