// Package document turns the tokens of a PMML document into typed elements of PMML 4.4.
//
// Spellings of versions 3.0 to 4.4.1 are brought to 4.4 here and nowhere else, so that compile knows one language. Faults are collected,
// not thrown: a document with ten damaged attributes gives ten faults. Texts are kept in large blocks that many elements share.
package document

import "math"

// Offset is a place in the decoded document, in bytes. Documents are limited to 2 GiB.
type Offset = int32

// Fault is one thing wrong with a document, or one thing in it that is not supported.
type Fault struct {
	At          Offset
	Unsupported bool
	Message     string
}

// Document is a PMML element.
type Document struct {
	Size      int    // bytes
	Version   string // as written; from the namespace where the attribute is missing
	At        Offset
	Fields    []DataField
	Functions []*DefineFunction
	Derived   []*DerivedField
	Models    []*Model
	Outputs   []*OutputField // of all models, those inside others included
	Faults    []Fault        // outside models
	Position  func(Offset) (line, column int)
}

// DataField of the DataDictionary.
type DataField struct {
	At        Offset
	Name      string
	OpType    string
	DataType  string
	Values    []FieldValue
	Intervals []Interval
}

// FieldValue is a Value of a DataField or DerivedField.
type FieldValue struct {
	At       Offset
	Value    string
	Display  string
	Property string // valid, invalid, missing
}

// Interval is a range of reals. A margin that is absent is infinite.
type Interval struct {
	At                  Offset
	Left, Right         float64
	LeftOpen, RightOpen bool // false for a margin that is absent: infinity itself lies inside
}

// DefineFunction of the TransformationDictionary.
type DefineFunction struct {
	At         Offset
	Name       string
	DataType   string
	Parameters []Parameter
	Body       Expression
}

// Parameter of a DefineFunction.
type Parameter struct {
	At             Offset
	Name, DataType string
}

// DerivedField of a TransformationDictionary, of LocalTransformations, or inside a model.
type DerivedField struct {
	At       Offset
	Name     string
	OpType   string
	DataType string
	Values   []FieldValue
	Body     Expression
}

// Model is a model element: what all have in common, and its Body.
type Model struct {
	At           Offset
	Element      string // TreeModel, RegressionModel, …
	Name         string
	Function     string
	Unscorable   bool // isScorable="false"
	Single       bool // x-mathContext="float"
	Schema       []MiningField
	SchemaAt     Offset
	HasSchema    bool
	HasOutput    bool
	Output       []*OutputField
	Targets      []*Target
	Local        []*DerivedField
	Verification *Verification
	Body         any // *Tree, *Regression, *Mining, *Scorecard; nil: this engine does not know the element's content
	Faults       []Fault
}

// MiningField of a MiningSchema.
type MiningField struct {
	At                 Offset
	Name               string
	Usage              string // active, target, supplementary, group, order, frequencyWeight, analysisWeight
	OpType             string
	Outliers           string
	Low, High          float64 // NaN: not given
	MissingTreatment   string
	MissingReplacement *string
	InvalidTreatment   string
	InvalidReplacement *string
}

// Target of Targets.
type Target struct {
	At       Offset
	Field    string
	OpType   string
	Cast     string
	Min, Max float64 // NaN: not given
	Constant float64
	Factor   float64
	Values   []TargetValue
}

// TargetValue of a Target.
type TargetValue struct {
	At             Offset
	Value, Display string
	HasValue       bool
	Prior, Default float64 // NaN: not given
}

// OutputField of Output.
type OutputField struct {
	At          Offset
	Name        string
	OpType      string
	DataType    string
	TargetField string
	Feature     string
	Value       *string
	RuleFeature string
	Algorithm   string
	Rank        int
	RankBasis   string
	RankOrder   string
	MultiValued bool
	SegmentID   string
	Hidden      bool // isFinalResult="false"
	Body        Expression
}

// Verification is a ModelVerification: cells by column, one slice a row.
type Verification struct {
	At     Offset
	Fields []VerificationField
	Rows   []Row
}

// VerificationField names a field and the column that holds it.
type VerificationField struct {
	At            Offset
	Field, Column string
	Precision     float64
	ZeroThreshold float64
}

// Row of an InlineTable.
type Row struct {
	At    Offset
	Cells []Cell
}

// Cell of a Row: the local name of its element and its text.
type Cell struct{ Column, Text string }

// Lookup returns the text of the cell in the column.
func (r Row) Lookup(column string) (string, bool) {
	for _, c := range r.Cells {
		if c.Column == column {
			return c.Text, true
		}
	}
	return "", false
}

// Absent is the number that stands for an attribute that is not given.
var Absent = math.NaN()
