package document

import "strings"

// Mining is the content of a MiningModel.
type Mining struct {
	At               Offset
	HasSegmentation  bool
	Method           string
	MissingTreatment string // missingPredictionTreatment
	MissingThreshold float64
	Segments         []Segment
	Composed         int // models of a composition that Segments begins with, until a Segmentation follows them
}

// Segment of a Segmentation.
type Segment struct {
	At             Offset
	ID             string
	Weight         float64
	VariableWeight string
	Predicate      Predicate
	Model          *Model
	Composed       bool // of a composition: no segment of the document
}

var multipleModelMethods = []string{
	"", "majorityVote", "weightedMajorityVote", "average", "weightedAverage", "median", "weightedMedian", "x-weightedMedian", "max", "sum", "weightedSum", "x-weightedSum",
	"selectFirst", "selectAll", "modelChain", "multiModelChain", "x-multiModelChain", "x-modelChain",
}

// mining decodes a MiningModel.
func (d *decoder) mining(m *Model) body {
	mm := &Mining{At: m.At}
	m.Body = mm
	return body{
		child: func(name []byte) bool {
			switch string(name) {
			case "Segmentation":
				d.segmentationOf(m, mm)
			case "Regression", "DecisionTree":
				if mm.HasSegmentation && mm.Composed == 0 {
					d.fault(d.at(), "%s must stand before the Segmentation", clip(name))
				}
				mm.compose(d.embedded(name))
				mm.Composed++
			default:
				return false
			}
			return true
		},
		finish: func() {
			if !mm.HasSegmentation {
				d.fault(m.At, "MiningModel has no Segmentation")
			}
		},
	}
}

// segmentationOf decodes the Segmentation of a MiningModel. Models of a composition before it make it the end of their chain.
func (d *decoder) segmentationOf(m *Model, mm *Mining) {
	switch {
	case mm.Composed > 0:
		inner := &Model{At: d.at(), Element: m.Element, Function: m.Function, HasSchema: true, Single: m.Single}
		own := &Mining{}
		inner.Body = own
		d.segmentation(m, own)
		mm.compose(inner)
		mm.Composed = 0
	case mm.HasSegmentation:
		d.fault(d.at(), "MiningModel has a second Segmentation")
		d.skip()
	default:
		d.segmentation(m, mm)
	}
}

func (d *decoder) segmentation(m *Model, mm *Mining) {
	a := d.attributes()
	mm.At, mm.HasSegmentation = a.at, true
	mm.Method = a.choice("multipleModelMethod", multipleModelMethods...)
	switch mm.Method {
	case "x-weightedSum":
		mm.Method = "weightedSum"
	case "x-weightedMedian":
		mm.Method = "weightedMedian"
	case "multiModelChain", "x-multiModelChain", "x-modelChain":
		mm.Method = "modelChain"
	}
	mm.MissingTreatment = a.choice("missingPredictionTreatment", "", "continue", "skipSegment", "returnMissing")
	if mm.MissingTreatment == "" {
		mm.MissingTreatment = a.choice("x-missingPredictionTreatment", "continue", "skipSegment", "returnMissing")
	}
	mm.MissingThreshold = a.number("missingThreshold", a.number("x-missingThreshold", 1))
	grows := false
	d.eachExtended(func(name []byte) {
		switch string(name) {
		case "Segment":
			mm.Segments = append(mm.Segments, d.segment())
		case "LocalTransformations":
			d.localTransformations(m)
		default:
			d.fault(d.at(), "%s cannot stand in Segmentation", clip(name))
			d.skip()
		}
	}, func(name, _ string) {
		if strings.HasPrefix(name, "X-ODG-Segment") { // Augustus'
			grows = true
			d.unsupported(d.at(), "Extension %s: segments that are made while rows are scored", name)
		}
	})
	if mm.Method == "" && !grows {
		d.fault(a.at, "Segmentation has no multipleModelMethod")
	}
	if len(mm.Segments) == 0 {
		d.fault(a.at, "Segmentation has no Segment")
	}
}

func (d *decoder) segment() Segment {
	a := d.attributes()
	s := Segment{At: a.at, ID: a.optional("id"), Weight: a.number("weight", 1)}
	d.each(func(name []byte) {
		switch {
		case string(name) == "VariableWeight":
			s.VariableWeight = d.attributes().required("field")
		case d.onlyPredicate(name, &s.Predicate, "Segment"):
		case modelElements[string(name)]:
			if s.Model != nil {
				d.fault(d.at(), "Segment has more than one model")
			}
			s.Model = d.model()
		default:
			d.fault(d.at(), "%s cannot stand in Segment", clip(name))
			d.skip()
		}
	})
	if s.Predicate.Kind == NoPredicate {
		d.fault(s.At, "Segment has no predicate")
	}
	if s.Model == nil {
		d.fault(s.At, "Segment has no model")
	}
	return s
}
