package document

import (
	"math"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
)

func (d *decoder) document() *Document {
	out := &Document{}
	kind := d.next()
	for kind == scan.Text {
		kind = d.next()
	}
	if kind != scan.Start {
		return out
	}
	out.At = d.at()
	if string(d.s.Name()) != "PMML" {
		d.fault(out.At, "the root element is %s, not PMML", clip(d.s.Name()))
		out.Faults = d.faults
		d.skip()
		d.rest()
		return out
	}
	d.versionOf(out)
	seen := false
	d.each(func(name []byte) {
		switch string(name) {
		case "Header", "MiningBuildTask":
			d.skip()
		case "DataDictionary":
			seen = true
			d.dataDictionary(out)
		case "TransformationDictionary":
			d.transformationDictionary(out)
		default:
			if modelElements[string(name)] {
				outer := d.faults
				d.faults = nil
				m := d.model()
				m.Faults = d.faults
				d.faults = outer
				out.Models = append(out.Models, m)
				return
			}
			d.fault(d.at(), "%s is not an element of PMML", clip(name))
			d.skip()
		}
	})
	d.rest()
	if !seen {
		d.fault(out.At, "PMML has no DataDictionary")
	}
	out.Faults = d.faults
	return out
}

// rest reads to the end of the document: what follows the root is a fault of the text.
func (d *decoder) rest() {
	for d.err == nil && d.next() != scan.EOF {
	}
}

func (d *decoder) versionOf(out *Document) {
	d.space = d.s.Space()
	fromSpace, known := namespaceVersion(d.space)
	if !known && d.space != "" {
		d.fault(out.At, "%q is not a namespace of PMML 3.0 to 4.4", d.space)
	}
	a := d.attributes()
	written, has := a.raw("version")
	out.Version = string(written)
	version, ok := versionNamed(out.Version)
	switch {
	case has && ok:
		d.version = version
		return
	case has && (fromSpace == 0 || version == later):
		d.fault(out.At, "version %q of PMML is not known; 3.0 to 4.4 are", clip(written))
		d.version = 44
		return
	case fromSpace == 0:
		fromSpace = 44
	}
	d.version = fromSpace // some producers write a version of their own
	out.Version = string([]byte{byte('0' + d.version/10), '.', byte('0' + d.version%10)})
}

// later stands for versions after 4.4.
const later = 99

// versionNamed reads a version: 44 is 4.4, whatever revision follows. One that is not known is not ok.
func versionNamed(text string) (version int, ok bool) {
	text = strings.TrimSuffix(strings.TrimSpace(text), "Ext")
	if v, ok := namespaceVersions[strings.ReplaceAll(text, ".", "_")]; ok {
		return v, true
	}
	major, rest, _ := strings.Cut(text, ".")
	minor, _, _ := strings.Cut(rest, ".")
	if v, ok := namespaceVersions[major+"_"+minor]; ok {
		return v, true
	}
	x, err := strconv.Atoi(major)
	y, _ := strconv.Atoi(minor)
	if err == nil && (x > 4 || x == 4 && y > 4) {
		return later, false
	}
	return 0, false
}

var modelElements = map[string]bool{
	"AnomalyDetectionModel": true, "AssociationModel": true, "BaselineModel": true, "BayesianNetworkModel": true, "ClusteringModel": true,
	"GaussianProcessModel": true, "GeneralRegressionModel": true, "MiningModel": true, "NaiveBayesModel": true,
	"NearestNeighborModel": true, "NeuralNetwork": true, "RegressionModel": true, "RuleSetModel": true, "Scorecard": true, "SequenceModel": true,
	"SupportVectorMachineModel": true, "TextModel": true, "TimeSeriesModel": true, "TreeModel": true,
}

func (d *decoder) dataDictionary(out *Document) {
	d.each(func(name []byte) {
		switch string(name) {
		case "DataField":
			out.Fields = append(out.Fields, d.dataField())
		case "Taxonomy":
			d.skip()
		default:
			d.fault(d.at(), "%s cannot stand in DataDictionary", clip(name))
			d.skip()
		}
	})
}

func (d *decoder) dataField() DataField {
	a := d.attributes()
	f := DataField{At: a.at, Name: a.required("name"), OpType: a.optional("optype"), DataType: a.optional("dataType")}
	if f.OpType == "" {
		d.fault(a.at, "DataField %q has no optype", f.Name)
	}
	if f.DataType == "" {
		if d.version > 30 {
			d.fault(a.at, "DataField %q has no dataType", f.Name)
		}
		// PMML 3.0 leaves it to the reader.
		f.DataType = "string"
		if f.OpType == "continuous" {
			f.DataType = "double"
		}
	}
	d.each(func(name []byte) {
		switch string(name) {
		case "Value":
			f.Values = append(f.Values, d.fieldValue())
		case "Interval":
			f.Intervals = append(f.Intervals, d.interval())
		default:
			d.fault(d.at(), "%s cannot stand in DataField", clip(name))
			d.skip()
		}
	})
	return f
}

func (d *decoder) fieldValue() FieldValue {
	a := d.attributes()
	return FieldValue{At: a.at, Value: a.required("value"), Display: a.optional("displayValue"), Property: a.choice("property", "valid", "invalid", "missing")}
}

func (d *decoder) interval() (i Interval) {
	a := d.attributes()
	i = Interval{At: a.at, Left: a.number("leftMargin", negInf), Right: a.number("rightMargin", posInf)}
	defer func() {
		i.LeftOpen = i.LeftOpen && !math.IsInf(i.Left, -1)
		i.RightOpen = i.RightOpen && !math.IsInf(i.Right, 1)
	}()
	switch a.required("closure") {
	case "openOpen":
		i.LeftOpen, i.RightOpen = true, true
	case "openClosed":
		i.LeftOpen = true
	case "closedOpen":
		i.RightOpen = true
	case "closedClosed", "":
	default:
		d.fault(a.at, "closure of Interval is %q", a.optional("closure"))
	}
	return i
}

func (d *decoder) transformationDictionary(out *Document) {
	d.each(func(name []byte) {
		switch string(name) {
		case "DefineFunction":
			out.Functions = append(out.Functions, d.defineFunction())
		case "DerivedField":
			out.Derived = append(out.Derived, d.derivedField())
		default:
			d.fault(d.at(), "%s cannot stand in TransformationDictionary", clip(name))
			d.skip()
		}
	})
}

func (d *decoder) defineFunction() *DefineFunction {
	a := d.attributes()
	f := &DefineFunction{At: a.at, Name: a.required("name"), DataType: a.optional("dataType")}
	d.each(func(name []byte) {
		if string(name) == "ParameterField" {
			p := d.attributes()
			f.Parameters = append(f.Parameters, Parameter{At: p.at, Name: p.required("name"), DataType: p.optional("dataType")})
			return
		}
		d.onlyExpression(&f.Body, "DefineFunction", name)
	})
	if f.Body == nil {
		d.fault(f.At, "DefineFunction %q has no expression", f.Name)
	}
	return f
}

func (d *decoder) derivedField() *DerivedField {
	a := d.attributes()
	f := &DerivedField{At: a.at, Name: a.optional("name"), OpType: a.optional("optype"), DataType: a.optional("dataType")}
	d.each(func(name []byte) {
		if string(name) == "Value" {
			f.Values = append(f.Values, d.fieldValue())
			return
		}
		d.onlyExpression(&f.Body, "DerivedField", name)
	})
	if f.Body == nil {
		d.fault(f.At, "DerivedField %q has no expression", f.Name)
	}
	return f
}
