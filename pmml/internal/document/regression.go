package document

import "strings"

// Regression is the content of a RegressionModel.
type Regression struct {
	Normalization string
	Template      string // what stands where a template has its normalizationMethod filled in later
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

// regression decodes a RegressionModel, or the Regression of model composition.
func (d *decoder) regression(m *Model) body {
	a := d.attributes()
	r := &Regression{TargetField: a.optional("targetFieldName")}
	if method := a.optional("normalizationMethod"); strings.HasSuffix(method, "_PLACEHOLDER") {
		r.Normalization, r.Template = "none", method
	} else {
		r.Normalization = a.choice("normalizationMethod", "none", "simplemax", "softmax", "logit", "probit", "cloglog", "exp", "loglog", "cauchit")
	}
	m.Body = r
	return body{
		child: func(name []byte) bool {
			if string(name) != "RegressionTable" {
				return false
			}
			r.Tables = append(r.Tables, d.regressionTable())
			return true
		},
		finish: func() {
			if len(r.Tables) == 0 {
				d.fault(m.At, "%s has no RegressionTable", m.Element)
			}
		},
	}
}

func (d *decoder) regressionTable() RegressionTable {
	a := d.attributes()
	t := RegressionTable{At: a.at, Intercept: a.number("intercept", 0), Category: a.maybe("targetCategory")}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "NumericPredictor":
			t.Numeric = append(t.Numeric, NumericPredictor{At: p.at, Name: p.required("name"), Exponent: p.number("exponent", 1), Coefficient: p.requiredNumber("coefficient")})
		case "CategoricalPredictor":
			t.Categorical = append(t.Categorical, CategoricalPredictor{At: p.at, Name: p.required("name"), Value: p.required("value"), Coefficient: p.requiredNumber("coefficient")})
		case "PredictorTerm":
			term := PredictorTerm{At: p.at, Name: p.optional("name"), Coefficient: p.requiredNumber("coefficient")}
			d.each(func(name []byte) {
				if string(name) == "FieldRef" {
					term.Fields = append(term.Fields, d.fieldRef())
				}
			})
			if len(term.Fields) == 0 {
				d.fault(p.at, "PredictorTerm has no FieldRef")
			}
			t.Terms = append(t.Terms, term)
		default:
			d.fault(p.at, "%s cannot stand in RegressionTable", clip(name))
			d.skip()
		}
	})
	return t
}
