package pmml

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Difference is one cell of a document's ModelVerification that scoring does not reproduce.
type Difference struct {
	Row              int // from 1
	Field            string
	Expected, Actual string
}

func (d Difference) String() string {
	return fmt.Sprintf("row %d, %s: expected %s, got %s", d.Row, d.Field, d.Expected, d.Actual)
}

// HasVerification says whether the document embeds ModelVerification.
func (m *Model) HasVerification() bool { return m.verification != nil && len(m.verification.Rows) > 0 }

// Verify scores the rows of the document's ModelVerification and returns what differs by more than the precision that each field
// names (specification, ModelVerification). A document without rows has no differences.
func (m *Model) Verify() ([]Difference, error) {
	return m.VerifyRows(context.Background(), math.MaxInt)
}

// VerifyRows is Verify for at most so many rows, the first ones. When ctx ends it stops and returns its error with what it found
// so far; a row that is being scored is finished.
func (m *Model) VerifyRows(ctx context.Context, most int) (differences []Difference, err error) {
	if !m.HasVerification() {
		return nil, nil
	}
	all := m.verification.Rows
	in, result, rows := m.NewInput(), m.NewResult(), m.NewSequence()
	for at, row := range all[:min(most, len(all))] {
		if err := ctx.Err(); err != nil {
			return differences, err
		}
		in.Clear()
		for i := range m.verification.Fields {
			f := &m.verification.Fields[i]
			if place, ok := m.byName[f.Field]; ok {
				if text, ok := row.Lookup(f.Column); ok && (text != "" || m.fields[place].takesEmptyText()) {
					in.SetText(place, []byte(text))
				}
			}
		}
		differences = m.verifyRow(differences, at+1, row, result, rows.Score(in, result))
	}
	return differences, nil
}

// verifyRow appends what differs in the row with that number, whose score is in result unless it gave an error.
func (m *Model) verifyRow(differences []Difference, number int, row document.Row, result *Result, failed error) []Difference {
	for i := range m.verification.Fields {
		f := &m.verification.Fields[i]
		place, ok := m.outputByName[f.Field]
		if !ok {
			continue
		}
		text, given := row.Lookup(f.Column)
		switch {
		case !given:
		case failed != nil:
			differences = append(differences, Difference{Row: number, Field: f.Field, Expected: text, Actual: failed.Error()})
		case !m.verified(f, text, result.values[place]):
			differences = append(differences, Difference{Row: number, Field: f.Field, Expected: text, Actual: result.values[place].String()})
		}
	}
	return differences
}

// takesEmptyText says whether an empty cell of a verification row is a text rather than a missing value.
func (f *Field) takesEmptyText() bool {
	return f.Type == value.String && (len(f.Values) == 0 || slices.Contains(f.Values, ""))
}

// singlePrecision is what a model in single precision can be held to: two units in the last place.
const singlePrecision = 0x1p-22

// verified compares by the tolerance of the specification: numbers of no size are equal, others must lie within the precision.
func (m *Model) verified(f *document.VerificationField, text string, v value.Value) bool {
	if v.Type().IsReal() || v.Type() == value.Integer {
		expected, ok := value.ParseFloat([]byte(text), 64)
		actual, _ := v.Float64()
		if !ok || !v.IsValid() {
			return false
		}
		if math.IsNaN(expected) {
			return math.IsNaN(actual)
		}
		if math.Abs(expected) <= f.ZeroThreshold && math.Abs(actual) <= f.ZeroThreshold {
			return true
		}
		precision := f.Precision
		if m.single || v.Type() == value.Float {
			precision = max(precision, singlePrecision)
		}
		low, high := expected*(1-precision), expected*(1+precision)
		if low > high {
			low, high = high, low
		}
		return low <= actual && actual <= high
	}
	if v.IsMissing() {
		return text == ""
	}
	return value.Equal(v, value.ParseString(v.Type(), text))
}
