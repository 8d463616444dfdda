package pmml

import (
	"errors"
	"io"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Field is one field of the MiningSchema: what a caller may give (active and the like) or what the model predicts.
type Field struct {
	Name     string
	Type     value.Type
	OpType   string   // categorical, ordinal, continuous
	Usage    string   // active, target, supplementary, group, order, frequencyWeight, analysisWeight
	Values   []string // the valid values in the DataDictionary's order, if it lists any
	Missing  string   // what replaces a missing value, if anything
	HasRange bool
}

// Output is one name of a result, in the document's order: targets first, then the fields of Output.
type Output struct {
	Name    string
	Type    value.Type
	Feature string // predictedValue, probability, …
	Target  bool   // a target field rather than an OutputField
}

// Model is a loaded document. It is safe for any number of goroutines.
type Model struct{ stub }

type stub struct{}

var errStub = errors.New("pmml: engine not linked in")

// Option changes how Load reads a document.
type Option func(*options)

type options struct{ modelName string }

// WithModelName selects the model of that name in a document with several; without it the first one that can be scored is taken.
func WithModelName(name string) Option { return func(o *options) { o.modelName = name } }

// Load reads a whole document.
func Load(r io.Reader, opts ...Option) (*Model, error) { return nil, errStub }

// LoadFile is Load on the file at path.
func LoadFile(path string, opts ...Option) (*Model, error) { return nil, errStub }

// Fields returns the fields that Input takes; a field's index is its place here.
func (m *Model) Fields() []Field { return nil }

// FieldIndex returns the index of the named field.
func (m *Model) FieldIndex(name string) (int, bool) { return 0, false }

// Outputs returns the names of a Result in order.
func (m *Model) Outputs() []Output { return nil }

// Size returns the bytes that the model holds in memory, counted, not estimated from the document.
func (m *Model) Size() int64 { return 0 }

// NewInput returns an empty input for this model. An Input belongs to one goroutine and may be used again after Clear.
func (m *Model) NewInput() *Input { return &Input{} }

// NewResult returns an empty result for this model. A Result belongs to one goroutine and is overwritten by each Score.
func (m *Model) NewResult() *Result { return &Result{} }

// Score scores one row. A row that cannot be scored gives a *RowError; the Result is then empty.
func (m *Model) Score(in *Input, out *Result) error { return errStub }

// Input is one row.
type Input struct{}

// Clear makes all fields missing.
func (in *Input) Clear() {}

// SetText gives field i as text, parsed by the field's dataType (a JSON number or a CSV cell go through here alike). Text that
// cannot be parsed is an invalid value, which the document's treatment decides about. The bytes are copied where they are kept.
func (in *Input) SetText(i int, text []byte) {}

// SetFloat gives field i as a number.
func (in *Input) SetFloat(i int, f float64) {}

// SetMissing makes field i missing.
func (in *Input) SetMissing(i int) {}

// Result is what scoring one row gave.
type Result struct{}

// Value returns the i-th output, in the order of Model.Outputs.
func (r *Result) Value(i int) value.Value { return value.Missing() }

// Empty says whether no target and no output has a value.
func (r *Result) Empty() bool { return true }

// AppendJSON appends all outputs as one JSON object, names in the order of Model.Outputs.
func (r *Result) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

// Code is the kind of a RowError.
type Code string

// The codes of a RowError; transforms turns them into reasons of the same name.
const (
	InvalidInput Code = "invalid_input" // a value cannot be read or is invalid where the document says returnInvalid
	NoResult     Code = "no_result"     // the result is undefined for this row
	Limit        Code = "limit"         // a bound on steps was reached
	Internal     Code = "internal"      // a fault of the engine
)

// RowError says why a row could not be scored.
type RowError struct {
	Code    Code
	Field   string // the field at fault, if one is
	Message string
}

func (e *RowError) Error() string { return string(e.Code) + ": " + e.Field + ": " + e.Message }

// Fault is one thing in a document that keeps it from being served.
type Fault struct {
	Line, Column int
	Unsupported  bool // PMML that this engine does not score, rather than a damaged document
	Message      string
}

// LoadError lists every fault found, in the document's order.
type LoadError struct{ Faults []Fault }

func (e *LoadError) Error() string { return "pmml: document cannot be served" }
