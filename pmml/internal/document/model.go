package document

import "strings"

// body decodes what a model element holds beside the parts that all models have: child gets each child in turn and says whether it is one of
// its own, finish is called after the last.
type body struct {
	child  func(name []byte) bool
	finish func()
	// extended gets the Extensions, in which an upgrade keeps what 4.4 has no attribute for.
	extended func(name, value string)
}

// bodies are the model elements whose content is known. A new model type is entered here.
var bodies map[string]func(d *decoder, m *Model) body

func init() {
	bodies = map[string]func(d *decoder, m *Model) body{
		"AnomalyDetectionModel":     (*decoder).anomalyDetection,
		"AssociationModel":          (*decoder).association,
		"BaselineModel":             (*decoder).baseline,
		"BayesianNetworkModel":      (*decoder).bayesianNetwork,
		"ClusteringModel":           (*decoder).clustering,
		"GaussianProcessModel":      (*decoder).gaussianProcess,
		"GeneralRegressionModel":    (*decoder).generalRegression,
		"MiningModel":               (*decoder).mining,
		"NaiveBayesModel":           (*decoder).naiveBayes,
		"NearestNeighborModel":      (*decoder).nearestNeighbor,
		"NeuralNetwork":             (*decoder).neuralNetwork,
		"RegressionModel":           (*decoder).regression,
		"RuleSetModel":              (*decoder).ruleSet,
		"Scorecard":                 (*decoder).scorecard,
		"SequenceModel":             (*decoder).sequence,
		"SupportVectorMachineModel": (*decoder).supportVectorMachine,
		"TextModel":                 (*decoder).textModel,
		"TimeSeriesModel":           (*decoder).timeSeries,
		"TreeModel":                 (*decoder).tree,
	}
}

// functions are the functionNames.
var functions = []string{"", "regression", "classification", "associationRules", "clustering", "sequences", "timeSeries", "mixed", "anomalyDetection"}

// model decodes the model element that is the current token.
func (d *decoder) model() *Model {
	a := d.attributes()
	m := &Model{At: a.at, Element: a.element, Name: a.optional("modelName"), Unscorable: !a.boolean("isScorable", true)}
	if a.required("functionName") != "" {
		m.Function = a.choice("functionName", functions...)
	}
	m.Single = a.choice("x-mathContext", "double", "float") == "float"
	var b body
	if start := bodies[m.Element]; start != nil {
		b = start(d, m)
	} else {
		b = d.unknown(m)
	}
	d.eachExtended(func(name []byte) {
		if !d.commonPart(m, name) && !b.child(name) {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), m.Element)
			d.skip()
		}
	}, func(name, value string) {
		m.Single = m.Single || name == "x-mathContext" && value == "float"
		if b.extended != nil {
			b.extended(name, value)
		}
	})
	if b.finish != nil {
		b.finish()
	}
	if !m.HasSchema {
		d.fault(m.At, "%s has no MiningSchema", m.Element)
	}
	return m
}

// unknown passes over a model whose content this engine does not know.
func (d *decoder) unknown(m *Model) body {
	d.unsupported(m.At, "%s is not supported", m.Element)
	return body{child: func([]byte) bool { d.skip(); return true }}
}

func (d *decoder) commonPart(m *Model, name []byte) bool {
	switch string(name) {
	case "MiningSchema":
		m.HasSchema, m.SchemaAt = true, d.at()
		d.miningSchema(m)
	case "Output":
		d.output(m)
		m.HasOutput = len(m.Output) > 0
	case "Targets":
		d.targets(m)
	case "LocalTransformations":
		d.localTransformations(m)
	case "ModelVerification":
		m.Verification = d.verification()
	case "ModelStats", "ModelExplanation":
		d.skip()
	default:
		return false
	}
	return true
}

func (d *decoder) miningSchema(m *Model) {
	d.each(func(name []byte) {
		if string(name) != "MiningField" {
			d.fault(d.at(), "%s cannot stand in MiningSchema", clip(name))
			return
		}
		a := d.attributes()
		f := MiningField{At: a.at, Name: a.required("name"), OpType: a.optional("optype")}
		f.Usage = a.choice("usageType", "active", "target", "predicted", "supplementary", "group", "order", "frequencyWeight", "analysisWeight")
		if f.Usage == "predicted" { // until 4.1
			f.Usage = "target"
		}
		f.Outliers = a.choice("outliers", "asIs", "asMissingValues", "asExtremeValues")
		f.Low, f.High = a.number("lowValue", Absent), a.number("highValue", Absent)
		f.MissingReplacement = a.maybe("missingValueReplacement")
		f.MissingTreatment = a.choice("missingValueTreatment", "", "asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid", "x-returnInvalid")
		f.MissingTreatment = strings.TrimPrefix(f.MissingTreatment, "x-") // in documents of 4.3, which does not have it
		if f.MissingTreatment == "" {
			f.MissingTreatment = a.choice("x-missingValueTreatment", "", "asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid")
		}
		f.InvalidTreatment = a.choice("invalidValueTreatment", "", "returnInvalid", "asIs", "asMissing", "asValue")
		f.InvalidReplacement = a.maybe("invalidValueReplacement")
		if f.InvalidReplacement == nil {
			f.InvalidReplacement = a.maybe("x-invalidValueReplacement")
		}
		m.Schema = append(m.Schema, f)
	})
}

func (d *decoder) localTransformations(m *Model) {
	d.each(func(name []byte) {
		if string(name) != "DerivedField" {
			d.fault(d.at(), "%s cannot stand in LocalTransformations", clip(name))
			return
		}
		m.Local = append(m.Local, d.derivedField())
	})
}

func (d *decoder) targets(m *Model) {
	d.each(func(name []byte) {
		if string(name) != "Target" {
			d.fault(d.at(), "%s cannot stand in Targets", clip(name))
			return
		}
		a := d.attributes()
		t := &Target{At: a.at, Field: a.optional("field"), OpType: a.optional("optype"), Cast: a.choice("castInteger", "", "round", "ceiling", "floor"),
			Min: a.number("min", Absent), Max: a.number("max", Absent), Constant: a.number("rescaleConstant", 0), Factor: a.number("rescaleFactor", 1)}
		d.each(func(name []byte) {
			if string(name) != "TargetValue" {
				return
			}
			v := d.attributes()
			tv := TargetValue{At: v.at, Value: v.optional("value"), Display: v.or("displayValue", v.optional("rawDataValue")), Prior: v.number("priorProbability", Absent), Default: v.number("defaultValue", Absent)}
			_, tv.HasValue = v.raw("value")
			t.Values = append(t.Values, tv)
		})
		m.Targets = append(m.Targets, t)
	})
}

// features are those of OutputField; "" is no attribute.
var features = []string{
	"", "predictedValue", "predictedDisplayValue", "transformedValue", "decision", "probability", "affinity", "residual", "standardError",
	"standardDeviation", "clusterId", "clusterAffinity", "entityId", "entityAffinity", "warning", "ruleValue", "reasonCode", "antecedent",
	"consequent", "rule", "ruleId", "confidence", "support", "lift", "leverage", "confidenceIntervalLower", "confidenceIntervalUpper", "x-report",
}

func (d *decoder) output(m *Model) {
	d.each(func(name []byte) {
		if string(name) != "OutputField" {
			d.fault(d.at(), "%s cannot stand in Output", clip(name))
			return
		}
		a := d.attributes()
		f := &OutputField{At: a.at, Name: a.required("name"), OpType: a.optional("optype"), DataType: a.optional("dataType"), TargetField: a.optional("targetField"),
			Feature: a.choice("feature", features...), Value: a.maybe("value"), RuleFeature: a.optional("ruleFeature"), Algorithm: a.optional("algorithm"),
			Rank: a.whole("rank", 1), RankBasis: a.optional("rankBasis"), RankOrder: a.optional("rankOrder"), MultiValued: a.boolean("isMultiValued", false),
			SegmentID: a.optional("segmentId"), Hidden: !a.boolean("isFinalResult", true)}
		d.each(func(name []byte) {
			if string(name) == "Decisions" || string(name) == "Value" {
				d.skip()
				return
			}
			d.onlyExpression(&f.Body, "OutputField", name)
		})
		if f.Feature == "" {
			f.Feature = "predictedValue"
			if f.Body != nil && d.version < 42 { // since 4.2 the default holds beside an expression, too
				f.Feature = "transformedValue"
			}
		}
		m.Output = append(m.Output, f)
		d.outputs = append(d.outputs, f)
	})
}

func (d *decoder) verification() *Verification {
	v := &Verification{At: d.at()}
	d.each(func(name []byte) {
		switch string(name) {
		case "VerificationFields":
			d.each(func(name []byte) {
				if string(name) != "VerificationField" {
					return
				}
				a := d.attributes()
				f := VerificationField{At: a.at, Field: a.required("field"), Precision: a.number("precision", 1e-6), ZeroThreshold: a.number("zeroThreshold", 1e-16)}
				f.Column = localName(a.or("column", f.Field))
				v.Fields = append(v.Fields, f)
			})
		case "InlineTable":
			v.Rows = d.inlineTable()
		default:
			d.skip()
		}
	})
	return v
}
