package records

import (
	"github.com/beam-pmml/beam-pmml/pmml"
)

// Kind is the form that records have.
type Kind string

// The kinds of records.
const (
	JSON   Kind = "json"   // one JSON object a record
	CSV    Kind = "csv"    // one row a record; the columns are named by the file's first line
	Dense  Kind = "dense"  // numbers by position over the active fields
	Sparse Kind = "sparse" // index:value pairs over the active fields, absent is missing
)

// Conversion says how records are read. It travels as JSON within DoFns, so all workers read alike; the zero value is
// JSON with the default names.
type Conversion struct {
	Kind          Kind     `json:"kind,omitempty"`          // default JSON
	ModelField    string   `json:"modelField,omitempty"`    // member or column of the reference; default "model"
	TimeField     string   `json:"timeField,omitempty"`     // member or column of the event time; default "time"
	IDField       string   `json:"idField,omitempty"`       // member or column of the record id; default "id"
	FeaturesField string   `json:"featuresField,omitempty"` // member that holds the features; json: default the record itself; dense, sparse: default "features"
	Delimiter     string   `json:"delimiter,omitempty"`     // csv, dense, sparse: one byte; default ","; sparse: default " "
	Columns       []string `json:"columns,omitempty"`       // dense, sparse as text: names of the columns before the features; default none
	Missing       []string `json:"missing,omitempty"`       // csv, dense, sparse: cells that mean missing, besides the empty one
	Replacement   *float64 `json:"replacement,omitempty"`   // sparse, dense: takes the place of a missing value
	Reference     string   `json:"reference,omitempty"`     // reference of a record that names none; default none
}

// Check says what is wrong with the configuration, if anything is.
func (c Conversion) Check() error { return nil }

// Bind prepares the filling of m's inputs. A Filler belongs to one goroutine.
func (c Conversion) Bind(m *pmml.Model) *Filler { return &Filler{} }

// Filler puts the features of records into a model's input.
type Filler struct{}

// Fill clears in and gives it the features of record i of b. The record must be one whose envelope was read (its
// Reason is empty). The error is a *FieldError.
func (f *Filler) Fill(b *Block, i int, in *pmml.Input) error { return nil }

// FieldError says which feature of a record cannot be read, and why. Its reason is invalid_input.
type FieldError struct {
	Field   string
	Message string
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}
