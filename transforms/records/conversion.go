package records

import (
	"fmt"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
)

// Kind is the form that records have.
type Kind string

// The kinds of records.
const (
	JSON   Kind = "json"   // one JSON object a record
	CSV    Kind = "csv"    // one row a record; the columns are named by the file's first line, of at most 64 KiB
	Dense  Kind = "dense"  // values by position over the active fields
	Sparse Kind = "sparse" // index:value pairs over the active fields, absent is missing
)

// Conversion says how records are read. It travels as JSON within DoFns, so all workers read alike; the zero value is
// JSON with the default names. What an empty field stands for is said beside it.
type Conversion struct {
	Kind       Kind   `json:"kind,omitempty"`       // JSON
	ModelField string `json:"modelField,omitempty"` // member or column of the reference; "model"
	TimeField  string `json:"timeField,omitempty"`  // member or column of the event time; "time"
	IDField    string `json:"idField,omitempty"`    // member or column of the record id; "id"

	// SplitField names the member or column by which an alias that splits events chooses: events that agree in it get one
	// version. Empty, or where an event has no such value: the record id.
	SplitField string `json:"splitField,omitempty"`
	// ResolutionField names the member or column that says asof or latest for its event. Empty, or where an event has no
	// such value: the pipeline's resolution.
	ResolutionField string `json:"resolutionField,omitempty"`

	// FeaturesField names the member that holds the features. json: an object; empty: they are members of the record
	// itself, beside the envelope's. dense, sparse: an array or object, or a string in the text form; "features".
	FeaturesField string `json:"featuresField,omitempty"`

	Delimiter   string   `json:"delimiter,omitempty"`   // csv, dense, sparse: one ASCII character; ",", for sparse " "
	Columns     []string `json:"columns,omitempty"`     // dense, sparse as text: names of the cells before the vector; none
	Missing     []string `json:"missing,omitempty"`     // csv, dense, sparse as text: cells that mean missing, besides the empty one; none
	IndexBase   int      `json:"indexBase,omitempty"`   // sparse: the index of the first active field, 0 or 1; 0
	Replacement *float64 `json:"replacement,omitempty"` // dense, sparse: takes the place of missing values; none

	// Reference is the reference of records that name none, for pipelines that serve one model; none: such records
	// have the reason no_reference.
	Reference string `json:"reference,omitempty"`
}

// Check says what is wrong with the configuration, if anything is.
func (c Conversion) Check() error {
	given := c.Delimiter
	c = c.withDefaults()
	if !slices.Contains([]Kind{JSON, CSV, Dense, Sparse}, c.Kind) {
		return fmt.Errorf("records: kind %q is none of json, csv, dense, sparse", c.Kind)
	}
	if d := c.Delimiter; len(given) > 1 || d[0] >= 0x80 || d == `"` || d == "\n" || d == "\r" || d == "{" || d == "[" {
		return fmt.Errorf("records: the delimiter %q is not one ASCII character other than quote, line break and bracket", orDefault(given, d))
	}
	if c.Kind == Sparse && c.Delimiter == ":" {
		return fmt.Errorf("records: the delimiter of sparse vectors cannot be %q", c.Delimiter)
	}
	if c.IndexBase != 0 && c.IndexBase != 1 {
		return fmt.Errorf("records: index base %d is neither 0 nor 1", c.IndexBase)
	}
	if c.Reference != "" {
		if _, err := sideinput.ParseReference([]byte(c.Reference)); err != nil {
			return fmt.Errorf("records: reference %q: %w", c.Reference, err)
		}
	}
	return nil
}

func (c Conversion) withDefaults() Conversion {
	c.Kind = orDefault(c.Kind, JSON)
	c.ModelField = orDefault(c.ModelField, "model")
	c.TimeField = orDefault(c.TimeField, "time")
	c.IDField = orDefault(c.IDField, "id")
	if c.Kind == Dense || c.Kind == Sparse {
		c.FeaturesField = orDefault(c.FeaturesField, "features")
	}
	c.Delimiter = string(c.delimiter())
	return c
}

func (c Conversion) delimiter() byte {
	switch {
	case c.Delimiter != "":
		return c.Delimiter[0]
	case c.Kind == Sparse:
		return ' '
	}
	return ','
}

func orDefault[S ~string](s, otherwise S) S {
	if s == "" {
		return otherwise
	}
	return s
}

// Bind prepares the filling of m's inputs. c must pass Check. A Filler belongs to one goroutine.
func (c Conversion) Bind(m *pmml.Model) *Filler { return c.bind(m.Fields()) }
