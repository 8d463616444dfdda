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
	Version   string // as written; from the namespace where the attribute is missing
	At        Offset
	Fields    []DataField
	Functions []*DefineFunction
	Derived   []*DerivedField
	Models    []*Model
	Faults    []Fault // outside models
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

// Expression is one of the EXPRESSION elements.
type Expression interface{ Place() Offset }

// Place returns where an element begins.
func (o Origin) Place() Offset { return Offset(o) }

// Origin is embedded by elements that stand behind an interface.
type Origin Offset

// The expressions (specification, Transformations and Functions).
type (
	// Constant is a literal.
	Constant struct {
		Origin
		DataType string
		Missing  bool
		Text     string
	}
	// FieldRef is the value of a field or parameter.
	FieldRef struct {
		Origin
		Field        string
		MapMissingTo *string
	}
	// NormContinuous maps a number piecewise linearly.
	NormContinuous struct {
		Origin
		Field        string
		Outliers     string
		MapMissingTo *string
		Points       []LinearNorm
	}
	// NormDiscrete is the indicator of a category.
	NormDiscrete struct {
		Origin
		Field, Value string
		Method       string // indicator, thermometer
		MapMissingTo *string
	}
	// Discretize maps intervals to categories.
	Discretize struct {
		Origin
		Field        string
		DataType     string
		MapMissingTo *string
		DefaultValue *string
		Bins         []DiscretizeBin
	}
	// MapValues looks a row up in a table.
	MapValues struct {
		Origin
		OutputColumn string
		DataType     string
		MapMissingTo *string
		DefaultValue *string
		Pairs        []FieldColumnPair
		Rows         []Row
		HasTable     bool
	}
	// TextIndex counts a term in a text.
	TextIndex struct {
		Origin
		TextField      string
		LocalWeights   string
		CaseSensitive  bool
		MaxLevenshtein int
		CountHits      string
		Separator      *string
		Tokenize       bool
		Normalizations []TextIndexNormalization
		Term           Expression
	}
	// Apply calls a function.
	Apply struct {
		Origin
		Function         string
		MapMissingTo     *string
		DefaultValue     *string
		InvalidTreatment string
		Arguments        []Expression
	}
	// Aggregate folds a collection.
	Aggregate struct {
		Origin
		Field, Function, GroupField string
	}
	// Lag is the value of a field some rows ago.
	Lag struct {
		Origin
		Field     string
		N         int
		Aggregate string
		Blocks    []string
	}
)

// LinearNorm is a point of NormContinuous.
type LinearNorm struct{ Orig, Norm float64 }

// DiscretizeBin of Discretize.
type DiscretizeBin struct {
	Value    string
	Interval Interval
}

// FieldColumnPair of MapValues.
type FieldColumnPair struct {
	At            Offset
	Field, Column string
}

// TextIndexNormalization of TextIndex; nil members take TextIndex's.
type TextIndexNormalization struct {
	At                            Offset
	InField, OutField, RegexField string
	Recursive                     bool
	CaseSensitive, Tokenize       *bool
	MaxLevenshtein                *int
	Separator                     *string
	Rows                          []Row
}

// PredicateKind is the element of a predicate.
type PredicateKind uint8

// The predicates (specification, TreeModel).
const (
	NoPredicate PredicateKind = iota
	True
	False
	Simple
	SimpleSet
	Compound
)

// Operator of a SimplePredicate, or isIn and isNotIn of a SimpleSetPredicate.
type Operator uint8

// The operators.
const (
	NoOperator Operator = iota
	Equal
	NotEqual
	LessThan
	LessOrEqual
	GreaterThan
	GreaterOrEqual
	IsMissing
	IsNotMissing
	IsIn
	IsNotIn
	And
	Or
	Xor
	Surrogate
)

// Predicate is one of the predicates. What only few have lies behind More, since a forest has a million of these.
type Predicate struct {
	Kind  PredicateKind
	Op    Operator
	At    Offset
	Field string
	Value string
	More  *PredicateMore
}

// PredicateMore holds a set's values or a compound's parts.
type PredicateMore struct {
	Values []string
	Parts  []Predicate
}

// Tree is the content of a TreeModel. Nodes stand in document order, the root first.
type Tree struct {
	Missing      string // missingValueStrategy
	Penalty      float64
	NoTrueChild  string
	Nodes        []Node
	Distribution []ScoreDistribution
}

// Node of a tree. First and Next are places in Tree.Nodes, 0 for none.
type Node struct {
	First, Next  int32
	At           Offset
	From, To     int32 // in Tree.Distribution
	Predicate    Predicate
	ID           string
	Score        string
	HasScore     bool
	DefaultChild string
	RecordCount  float64 // NaN: not given
	Embedded     *Model  // model composition: the Regression or DecisionTree that gives this node's value
}

// ScoreDistribution of a Node. Probability and Confidence are NaN where not given.
type ScoreDistribution struct {
	At                                   Offset
	Value                                string
	RecordCount, Confidence, Probability float64
}

// Regression is the content of a RegressionModel.
type Regression struct {
	Normalization string
	TargetField   string // targetFieldName of older versions
	Tables        []RegressionTable
}

// RegressionTable of a RegressionModel.
type RegressionTable struct {
	At          Offset
	Intercept   float64
	Category    *string
	Numeric     []NumericPredictor
	Categorical []CategoricalPredictor
	Terms       []PredictorTerm
}

// NumericPredictor of a RegressionTable.
type NumericPredictor struct {
	At                    Offset
	Name                  string
	Exponent, Coefficient float64
}

// CategoricalPredictor of a RegressionTable.
type CategoricalPredictor struct {
	At          Offset
	Name, Value string
	Coefficient float64
}

// PredictorTerm of a RegressionTable.
type PredictorTerm struct {
	At          Offset
	Name        string
	Coefficient float64
	Fields      []FieldRef
}

// Mining is the content of a MiningModel.
type Mining struct {
	At               Offset
	HasSegmentation  bool
	Method           string
	MissingTreatment string // missingPredictionTreatment
	MissingThreshold float64
	Segments         []Segment
}

// Segment of a Segmentation.
type Segment struct {
	At             Offset
	ID             string
	Weight         float64
	VariableWeight string
	Predicate      Predicate
	Model          *Model
}

// Scorecard is the content of a Scorecard.
type Scorecard struct {
	Initial         float64
	UseReasonCodes  bool
	Algorithm       string  // pointsAbove, pointsBelow
	Baseline        float64 // NaN: not given
	Characteristics []Characteristic
}

// Characteristic of a Scorecard.
type Characteristic struct {
	At         Offset
	Name       string
	ReasonCode *string
	Baseline   float64 // NaN: not given
	Attributes []Attribute
}

// Attribute of a Characteristic.
type Attribute struct {
	At         Offset
	ReasonCode *string
	Partial    float64 // NaN: not given
	Complex    Expression
	Predicate  Predicate
}

// Absent is the number that stands for an attribute that is not given.
var Absent = math.NaN()
