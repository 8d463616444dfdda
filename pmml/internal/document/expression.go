package document

import (
	"math"
	"strings"
)

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
		Word           *string // x-wordRE: what a word is, rather than what lies between words
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

var negInf, posInf = math.Inf(-1), math.Inf(1)

// onlyExpression decodes the one expression that an element may hold.
func (d *decoder) onlyExpression(into *Expression, parent string, name []byte) {
	at := d.at()
	e := d.expression(name)
	switch {
	case e == nil:
		d.fault(at, "%s cannot stand in %s", clip(name), parent)
		d.skip()
	case *into != nil:
		d.fault(at, "%s has more than one expression", parent)
	default:
		*into = e
	}
}

// expression decodes the current element if it is an expression, else it returns nil and reads nothing.
func (d *decoder) expression(name []byte) Expression {
	switch string(name) {
	case "Constant":
		return d.constant()
	case "FieldRef":
		f := d.fieldRef()
		return &f
	case "NormContinuous":
		return d.normContinuous()
	case "NormDiscrete":
		a := d.attributes()
		return &NormDiscrete{Origin: Origin(a.at), Field: a.required("field"), Value: a.required("value"), Method: a.choice("method", "indicator", "thermometer"), MapMissingTo: a.maybe("mapMissingTo")}
	case "Discretize":
		return d.discretize()
	case "MapValues":
		return d.mapValues()
	case "TextIndex":
		return d.textIndex()
	case "Apply":
		return d.apply()
	case "Aggregate":
		a := d.attributes()
		e := &Aggregate{Origin: Origin(a.at), Field: a.required("field"), GroupField: a.optional("groupField")}
		e.Function = a.choice("function", "", "count", "sum", "average", "min", "max", "multiset")
		if e.Function == "" {
			a.required("function")
		}
		if _, given := a.raw("sqlWhere"); given {
			d.unsupported(a.at, "sqlWhere of Aggregate: the specification does not say which SQL it is")
		}
		return e
	case "Lag":
		a := d.attributes()
		e := &Lag{Origin: Origin(a.at), Field: a.required("field"), N: a.whole("n", 1), Aggregate: a.choice("aggregate", "none", "avg", "max", "median", "min", "product", "sum", "stddev")}
		d.each(func(name []byte) {
			if string(name) == "BlockIndicator" {
				e.Blocks = append(e.Blocks, d.attributes().required("field"))
			}
		})
		return e
	}
	return nil
}

func (d *decoder) constant() Expression {
	a := d.attributes()
	e := &Constant{Origin: Origin(a.at), DataType: a.optional("dataType"), Missing: a.boolean("missing", false)}
	e.Text = d.text()
	return e
}

func (d *decoder) fieldRef() FieldRef {
	a := d.attributes()
	return FieldRef{Origin: Origin(a.at), Field: a.required("field"), MapMissingTo: a.maybe("mapMissingTo")}
}

func (d *decoder) normContinuous() Expression {
	a := d.attributes()
	e := &NormContinuous{Origin: Origin(a.at), Field: a.required("field"), MapMissingTo: a.maybe("mapMissingTo")}
	e.Outliers = a.choice("outliers", "asIs", "asMissingValues", "asExtremeValues")
	d.each(func(name []byte) {
		if string(name) != "LinearNorm" {
			d.fault(d.at(), "%s cannot stand in NormContinuous", clip(name))
			return
		}
		p := d.attributes()
		e.Points = append(e.Points, LinearNorm{Orig: p.requiredNumber("orig"), Norm: p.requiredNumber("norm")})
	})
	if len(e.Points) < 2 {
		d.fault(a.at, "NormContinuous needs two LinearNorm or more")
	}
	for i := 1; i < len(e.Points); i++ {
		if !(e.Points[i-1].Orig < e.Points[i].Orig) {
			d.fault(a.at, "the orig of LinearNorm do not rise")
			break
		}
	}
	return e
}

func (d *decoder) discretize() Expression {
	a := d.attributes()
	e := &Discretize{Origin: Origin(a.at), Field: a.required("field"), DataType: a.optional("dataType"), MapMissingTo: a.maybe("mapMissingTo"), DefaultValue: a.maybe("defaultValue")}
	d.each(func(name []byte) {
		if string(name) != "DiscretizeBin" {
			d.fault(d.at(), "%s cannot stand in Discretize", clip(name))
			return
		}
		b := d.attributes()
		bin, has := DiscretizeBin{Value: b.required("binValue")}, false
		d.each(func(name []byte) {
			if string(name) == "Interval" {
				bin.Interval, has = d.interval(), true
			}
		})
		if !has {
			d.fault(b.at, "DiscretizeBin has no Interval")
		}
		e.Bins = append(e.Bins, bin)
	})
	return e
}

func (d *decoder) mapValues() Expression {
	a := d.attributes()
	e := &MapValues{Origin: Origin(a.at), OutputColumn: localName(a.required("outputColumn")), DataType: a.optional("dataType"), MapMissingTo: a.maybe("mapMissingTo"), DefaultValue: a.maybe("defaultValue")}
	d.each(func(name []byte) {
		switch string(name) {
		case "FieldColumnPair":
			p := d.attributes()
			e.Pairs = append(e.Pairs, FieldColumnPair{At: p.at, Field: p.required("field"), Column: localName(p.required("column"))})
		case "InlineTable":
			e.HasTable = true
			e.Rows = d.inlineTable()
		case "TableLocator":
			d.unsupported(d.at(), "TableLocator: a document's tables must be inside it")
		default:
			d.fault(d.at(), "%s cannot stand in MapValues", clip(name))
		}
	})
	return e
}

// localName drops the prefix that some producers write in column names.
func localName(name string) string {
	return name[strings.LastIndexByte(name, ':')+1:]
}

// inlineTable reads the rows of an InlineTable. The cells' elements are of any namespace.
func (d *decoder) inlineTable() []Row {
	var rows []Row
	d.each(func(name []byte) {
		if string(name) != "row" {
			d.fault(d.at(), "%s cannot stand in InlineTable", clip(name))
			return
		}
		row := Row{At: d.at()}
		d.anyChild(func(column []byte) {
			c := d.name(column)
			row.Cells = append(row.Cells, Cell{Column: c, Text: d.text()})
		})
		rows = append(rows, row)
	})
	return rows
}

// builtinName brings a function's older or wrong spelling to 4.4.
func builtinName(name string) string {
	if name == "formatDateTime" {
		return "formatDatetime"
	}
	return name
}

func (d *decoder) apply() Expression {
	a := d.attributes()
	e := &Apply{Origin: Origin(a.at), Function: builtinName(a.required("function")), MapMissingTo: a.maybe("mapMissingTo"), DefaultValue: a.maybe("defaultValue")}
	e.InvalidTreatment = a.choice("invalidValueTreatment", "returnInvalid", "asIs", "asMissing")
	d.each(func(name []byte) {
		at := d.at()
		arg := d.expression(name)
		if arg == nil {
			d.fault(at, "%s cannot stand in Apply", clip(name))
			d.skip()
			return
		}
		e.Arguments = append(e.Arguments, arg)
	})
	e.pair()
	return e
}

// pair makes sums and products of more than two arguments, which some producers write, those of two that they stand for.
func (e *Apply) pair() {
	if e.Function != "+" && e.Function != "*" {
		return
	}
	for len(e.Arguments) > 2 {
		first := &Apply{Origin: e.Origin, Function: e.Function, InvalidTreatment: e.InvalidTreatment, Arguments: e.Arguments[:2:2]}
		e.Arguments = append([]Expression{first}, e.Arguments[2:]...)
	}
}

func (d *decoder) textIndex() Expression {
	a := d.attributes()
	e := &TextIndex{Origin: Origin(a.at), TextField: a.required("textField"), CaseSensitive: a.boolean("isCaseSensitive", false), MaxLevenshtein: a.whole("maxLevenshteinDistance", 0),
		Separator: a.maybe("wordSeparatorCharacterRE"), Word: a.maybe("x-wordRE"), Tokenize: a.boolean("tokenize", true)}
	e.LocalWeights = a.choice("localTermWeights", "termFrequency", "binary", "logarithmic", "augmentedNormalizedTermFrequency")
	e.CountHits = a.choice("countHits", "allHits", "bestHits")
	d.eachExtended(func(name []byte) {
		if string(name) == "TextIndexNormalization" {
			e.Normalizations = append(e.Normalizations, d.textIndexNormalization())
			return
		}
		d.onlyExpression(&e.Term, "TextIndex", name)
	}, func(name, value string) {
		if name == "x-wordRE" {
			e.Word = &value
		}
	})
	if e.Term == nil {
		d.fault(a.at, "TextIndex has no term")
	}
	return e
}

func (d *decoder) textIndexNormalization() TextIndexNormalization {
	a := d.attributes()
	n := TextIndexNormalization{At: a.at, InField: a.or("inField", "string"), OutField: a.or("outField", "stem"), RegexField: a.or("regexField", "regex"),
		Recursive: a.boolean("recursive", false), Separator: a.maybe("wordSeparatorCharacterRE")}
	if _, ok := a.raw("isCaseSensitive"); ok {
		b := a.boolean("isCaseSensitive", false)
		n.CaseSensitive = &b
	}
	if _, ok := a.raw("tokenize"); ok {
		b := a.boolean("tokenize", true)
		n.Tokenize = &b
	}
	if _, ok := a.raw("maxLevenshteinDistance"); ok {
		i := a.whole("maxLevenshteinDistance", 0)
		n.MaxLevenshtein = &i
	}
	d.each(func(name []byte) {
		switch string(name) {
		case "InlineTable":
			n.Rows = d.inlineTable()
		case "TableLocator":
			d.unsupported(d.at(), "TableLocator: a document's tables must be inside it")
		}
	})
	return n
}
