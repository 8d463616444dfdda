package function

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// kind returns as which of Integer, Float and Double values of a type take part in arithmetic, Untyped for none: booleans are
// 0 and 1, counts of days and seconds whole numbers.
func kind(t value.Type) value.Type {
	switch {
	case t == value.Double, t == value.Float, t == value.Integer:
		return t
	case t == value.Boolean, t.IsCount():
		return value.Integer
	}
	return value.Untyped
}

// wider returns the type of the result of two kinds together.
func wider(a, b value.Type) value.Type {
	switch {
	case a == value.Untyped || b == value.Untyped:
		return value.Untyped
	case a == value.Double || b == value.Double:
		return value.Double
	case a == value.Float || b == value.Float:
		return value.Float
	}
	return value.Integer
}

// widest is the Type of functions whose result has the widest kind of their arguments.
func widest(args []value.Type) value.Type {
	t := value.Integer
	for _, a := range args {
		t = wider(t, kind(a))
	}
	return t
}

// realOf is the Type of functions that give a real: float for floats alone, else double.
func realOf(args []value.Type) value.Type {
	if t := widest(args); t != value.Integer {
		return t
	}
	return value.Double
}

// number is a real result of kind t. What is not a number is an invalid result, of the text NaN, by which a caller that takes invalid
// results as they are knows it; an infinity is a valid one.
func number(t value.Type, f float64) value.Value {
	switch {
	case f != f:
		return value.Invalid("NaN")
	case t == value.Float:
		return value.OfSingle(f)
	}
	return value.OfFloat(f)
}

// whole is an integer result from a real without fraction; one that no integer can hold is invalid.
func whole(f float64) value.Value {
	if f >= -(1<<63) && f < 1<<63 {
		return value.OfInt(int64(f))
	}
	return invalid()
}

// kindOf is kind for a value; a collection has none.
func kindOf(v *value.Value) value.Type {
	if _, list := v.List(); list {
		return value.Untyped
	}
	return kind(v.Type())
}

// real returns an argument as a real. A text that is a number counts as that number: formatDatetime and substring give such texts.
func real(v *value.Value) (float64, bool) {
	if x, ok := v.Float64(); ok {
		return x, true
	}
	if s, isText := v.Str(); isText {
		return value.ParseString(value.Double, s).Float64()
	}
	return 0, false
}

// reals makes a function of one real. The result is a double, of floats too: rounding it is for the field that takes it.
func reals(name string, f func(x float64) float64) *Builtin {
	return &Builtin{Name: name, MinArgs: 1, MaxArgs: 1, Type: always(value.Double), Eval: func(args []value.Value) value.Value {
		if args[0].IsMissing() {
			return value.Missing()
		}
		x, ok := real(&args[0])
		if !ok {
			return invalid()
		}
		return number(value.Double, f(x))
	}}
}

// reals2 makes a function of two reals, likewise.
func reals2(name string, f func(x, y float64) float64) *Builtin {
	return &Builtin{Name: name, MinArgs: 2, MaxArgs: 2, Type: always(value.Double), Eval: func(args []value.Value) value.Value {
		if anyMissing(args) {
			return value.Missing()
		}
		x, ok1 := real(&args[0])
		y, ok2 := real(&args[1])
		if !ok1 || !ok2 {
			return invalid()
		}
		return number(value.Double, f(x, y))
	}}
}

// numbers2 makes a function of two numbers that has a way of its own with integers. Floats are computed in double precision and
// rounded, which for the four operations and remainders is the same as computing in single precision.
func numbers2(name string, integers func(x, y int64) (int64, bool), f func(x, y float64) float64) *Builtin {
	return &Builtin{Name: name, MinArgs: 2, MaxArgs: 2, Type: widest, Eval: func(args []value.Value) value.Value {
		a, b := &args[0], &args[1]
		if a.IsMissing() || b.IsMissing() {
			return value.Missing()
		}
		x, ok1 := a.Float64()
		y, ok2 := b.Float64()
		if !ok1 || !ok2 {
			return invalid()
		}
		switch t := wider(kindOf(a), kindOf(b)); t {
		case value.Double:
			return number(t, f(x, y))
		case value.Float:
			return number(t, f(float64(float32(x)), float64(float32(y))))
		}
		i, _ := a.Int64()
		j, _ := b.Int64()
		if n, ok := integers(i, j); ok {
			return value.OfInt(n)
		}
		return invalid()
	}}
}

func addInts(x, y int64) (int64, bool) {
	z := x + y
	return z, (z > x) == (y > 0)
}

func subtractInts(x, y int64) (int64, bool) {
	z := x - y
	return z, (z < x) == (y > 0)
}

func multiplyInts(x, y int64) (int64, bool) {
	if x == 0 || y == 0 {
		return 0, true
	}
	z := x * y
	return z, z/y == x && (x != -1 || y != math.MinInt64) && (y != -1 || x != math.MinInt64)
}
