// Package value holds PMML's data types and the values that fields, expressions and results have.
//
// A Value is missing, invalid, or valid with a Type. Missing and invalid are states, never numbers:
// a NaN is an ordinary double until a rule of the specification says otherwise.
package value

import "math"

// Type is a PMML dataType (specification, DataDictionary).
type Type uint8

// The data types of PMML 4.4. The counts (dateDaysSince, timeSeconds, dateTimeSecondsSince) are whole numbers.
const (
	Untyped Type = iota
	String
	Integer
	Float
	Double
	Boolean
	Date
	Time
	DateTime
	DateDaysSince0
	DateDaysSince1960
	DateDaysSince1970
	DateDaysSince1980
	TimeSeconds
	DateTimeSecondsSince0
	DateTimeSecondsSince1960
	DateTimeSecondsSince1970
	DateTimeSecondsSince1980
)

var typeNames = [...]string{
	"", "string", "integer", "float", "double", "boolean", "date", "time", "dateTime",
	"dateDaysSince[0]", "dateDaysSince[1960]", "dateDaysSince[1970]", "dateDaysSince[1980]", "timeSeconds",
	"dateTimeSecondsSince[0]", "dateTimeSecondsSince[1960]", "dateTimeSecondsSince[1970]", "dateTimeSecondsSince[1980]",
}

// String returns the type's name as documents spell it.
func (t Type) String() string { return typeNames[t] }

// TypeOf returns the type that documents spell so.
func TypeOf(name string) (Type, bool) {
	for t, n := range typeNames {
		if n == name && t != int(Untyped) {
			return Type(t), true
		}
	}
	return Untyped, false
}

// IsNumber says whether values of the type take part in arithmetic as they are.
func (t Type) IsNumber() bool {
	return t == Integer || t == Float || t == Double || t >= DateDaysSince0
}

// IsReal says whether the type is float or double.
func (t Type) IsReal() bool { return t == Float || t == Double }

// IsCount says whether the type counts days or seconds: a whole number with a calendar meaning.
func (t Type) IsCount() bool { return t >= DateDaysSince0 }

// IsCalendar says whether the type is date, time or dateTime.
func (t Type) IsCalendar() bool { return t == Date || t == Time || t == DateTime }

// State says whether a Value can be used.
type State uint8

// The states of a value.
const (
	StateMissing State = iota
	StateInvalid
	StateValid
)

// Value is one PMML value. The zero Value is missing. It is comparable only through the methods:
// == tells apart what PMML calls equal.
type Value struct {
	state  State
	typ    Type
	symbol uint32   // String only: the text's number in a document's table of texts, 0 where it has none
	bits   uint64   // float64 bits for Float and Double; else an int64 (Boolean 0 or 1, Date days, Time and DateTime microseconds, from 1970)
	text   string   // String only; for an invalid value the text as it came, where known
	list   *[]Value // a collection
}

// Missing is the absent value.
func Missing() Value { return Value{} }

// Invalid is a value that cannot be used; text is how it came, "" where there is none.
func Invalid(text string) Value { return Value{state: StateInvalid, text: text} }

// OfFloat returns a double. A negative zero, however it came about, is the zero that equals it: 1/(-0) is not another infinity.
func OfFloat(f float64) Value {
	return Value{state: StateValid, typ: Double, bits: math.Float64bits(f + 0)}
}

// OfSingle returns a float: f rounded to single precision.
func OfSingle(f float64) Value {
	return Value{state: StateValid, typ: Float, bits: math.Float64bits(float64(float32(f)) + 0)}
}

// OfInt returns an integer.
func OfInt(i int64) Value { return Value{state: StateValid, typ: Integer, bits: uint64(i)} }

// OfString returns a string.
func OfString(s string) Value { return Value{state: StateValid, typ: String, text: s} }

// OfSymbol returns a string that a document knows by number: two strings of one document that both have a symbol are
// equal exactly when the symbols are. 0 is no symbol.
func OfSymbol(s string, symbol uint32) Value {
	return Value{state: StateValid, typ: String, text: s, symbol: symbol}
}

// OfBool returns a boolean.
func OfBool(b bool) Value {
	v := Value{state: StateValid, typ: Boolean}
	if b {
		v.bits = 1
	}
	return v
}

// OfCount returns a count of days or seconds of one of the types that Type.IsCount names.
func OfCount(t Type, n int64) Value { return Value{state: StateValid, typ: t, bits: uint64(n)} }

// OfList returns a collection, which keeps the slice. Its type is that of its first valid member.
func OfList(members []Value) Value {
	v := Value{state: StateValid, list: &members}
	for _, m := range members {
		if m.IsValid() {
			v.typ = m.typ
			break
		}
	}
	return v
}

// State returns whether the value is missing, invalid or valid.
func (v Value) State() State { return v.state }

// IsMissing says whether there is no value.
func (v Value) IsMissing() bool { return v.state == StateMissing }

// IsInvalid says whether there is a value that cannot be used.
func (v Value) IsInvalid() bool { return v.state == StateInvalid }

// IsValid says whether the value can be used.
func (v Value) IsValid() bool { return v.state == StateValid }

// Type returns the data type of a valid value.
func (v Value) Type() Type { return v.typ }

// Symbol returns the number that OfSymbol gave the string, else 0.
func (v Value) Symbol() uint32 { return v.symbol }

// Float64 returns the number of a numeric value (Boolean: 0 or 1) and whether it has one. Strings, dates and times,
// collections and values that are not valid have none.
func (v Value) Float64() (float64, bool) {
	if v.state != StateValid || v.list != nil {
		return 0, false
	}
	switch v.typ {
	case Float, Double:
		return math.Float64frombits(v.bits), true
	case Untyped, String, Date, Time, DateTime:
		return 0, false
	}
	return float64(int64(v.bits)), true
}

// Number returns the number of a value that is known to be of type Float or Double; for any other it is meaningless.
func (v *Value) Number() float64 { return math.Float64frombits(v.bits) }

// Int64 returns the whole number of an Integer, a Boolean (0 or 1) or a count, and whether it has one.
func (v Value) Int64() (int64, bool) {
	if v.state != StateValid || v.list != nil {
		return 0, false
	}
	if v.typ == Integer || v.typ == Boolean || v.typ >= DateDaysSince0 {
		return int64(v.bits), true
	}
	return 0, false
}

// Bool returns a Boolean's truth and whether it is one.
func (v Value) Bool() (truth, ok bool) {
	return v.bits != 0, v.state == StateValid && v.typ == Boolean && v.list == nil
}

// Str returns the text of a String and whether it is one.
func (v Value) Str() (string, bool) {
	return v.text, v.state == StateValid && v.typ == String && v.list == nil
}

// Raw returns the text of an invalid value as it came, "" where it is not known.
func (v Value) Raw() string { return v.text }

// List returns the members of a collection and whether it is one. The members must not be changed.
func (v Value) List() ([]Value, bool) {
	if v.state != StateValid || v.list == nil {
		return nil, false
	}
	return *v.list, true
}
