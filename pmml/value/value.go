// Package value holds PMML's data types and the values that fields, expressions and results have.
//
// A Value is missing, invalid, or valid with a Type. Missing and invalid are states, never numbers:
// a NaN is an ordinary double until a rule of the specification says otherwise.
package value

import (
	"encoding/json"
	"math"
	"strconv"
)

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
	state State
	typ   Type
	bits  uint64 // float64 bits for Float and Double; else an int64 (Boolean: 0 or 1; dates: days or seconds, 1970-based)
	text  string // String only; for an invalid value the text as it came, where known
	list  *[]Value
}

// Missing is the absent value.
func Missing() Value { return Value{} }

// OfFloat returns a double.
func OfFloat(f float64) Value {
	return Value{state: StateValid, typ: Double, bits: math.Float64bits(f)}
}

// OfInt returns an integer.
func OfInt(i int64) Value { return Value{state: StateValid, typ: Integer, bits: uint64(i)} }

// OfString returns a string.
func OfString(s string) Value { return Value{state: StateValid, typ: String, text: s} }

// OfBool returns a boolean.
func OfBool(b bool) Value {
	v := Value{state: StateValid, typ: Boolean}
	if b {
		v.bits = 1
	}
	return v
}

// IsMissing says whether there is no value.
func (v Value) IsMissing() bool { return v.state == StateMissing }

// IsValid says whether the value can be used.
func (v Value) IsValid() bool { return v.state == StateValid }

// Type returns the data type of a valid value.
func (v Value) Type() Type { return v.typ }

// Float64 returns the number of a numeric value (Boolean: 0 or 1) and whether it has one.
func (v Value) Float64() (float64, bool) {
	switch {
	case v.state != StateValid || v.typ == String || v.typ == Untyped:
		return 0, false
	case v.typ == Float || v.typ == Double:
		return math.Float64frombits(v.bits), true
	}
	return float64(int64(v.bits)), true
}

// AppendJSON appends the value as results show it: the shortest number that reads back the same, "NaN", "Infinity"
// and "-Infinity" as strings, null for missing and invalid, dates in ISO 8601.
func (v Value) AppendJSON(dst []byte) []byte {
	switch {
	case v.state != StateValid:
		return append(dst, "null"...)
	case v.typ == String:
		b, _ := json.Marshal(v.text)
		return append(dst, b...)
	}
	f, _ := v.Float64()
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}
