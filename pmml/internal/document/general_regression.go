package document

// GeneralRegression is the content of a GeneralRegressionModel.
type GeneralRegression struct {
	ModelType         string
	TargetField       string // targetVariableName
	ReferenceCategory *string
	CumulativeLink    string
	Link              string
	LinkParameter     float64 // NaN: not given
	Distribution      string
	DistParameter     float64 // NaN: not given
	OffsetField       string
	Offset            float64
	TrialsField       string
	Trials            float64
	DF                float64 // modelDF, NaN: not given
	EndTime           string
	StartTime         string
	Status            string
	StrataField       string
	Parameters        []Parameters
	Factors           []Predictor
	Covariates        []Predictor
	PPCells           []PPCell
	Cells             []ParameterCell
	Covariances       []CovarianceCell
	HasHazards        bool
	HazardsAt         Offset
	MaxTime           float64 // NaN: not given
	Hazards           []BaselineCell
	Strata            []BaselineStratum
}

// Parameters is a Parameter of a ParameterList.
type Parameters struct {
	At             Offset
	Name           string
	ReferencePoint float64
}

// Predictor of a FactorList or CovariateList.
type Predictor struct {
	At         Offset
	Name       string
	Categories []string
	Matrix     *Matrix // contrast matrix, nil: none
}

// PPCell joins a predictor and a parameter.
type PPCell struct {
	At                          Offset
	Value, Predictor, Parameter string
	Category                    *string
}

// ParameterCell is a PCell: a coefficient.
type ParameterCell struct {
	At        Offset
	Parameter string
	Category  *string
	Beta      float64
}

// CovarianceCell is a PCovCell.
type CovarianceCell struct {
	At                 Offset
	Row, Col           string
	TargetRow, TargetC *string // categories of row and column
	Value              float64
}

// BaselineStratum of BaseCumHazardTables.
type BaselineStratum struct {
	At      Offset
	Value   string
	MaxTime float64
	Cells   []BaselineCell
}

// BaselineCell is the cumulative hazard from a time on.
type BaselineCell struct{ Time, Hazard float64 }

var linkFunctions = []string{"", "cloglog", "identity", "log", "logc", "logit", "loglog", "negbin", "oddspower", "power", "probit", "cauchit"}

// generalRegression decodes a GeneralRegressionModel.
func (d *decoder) generalRegression(m *Model) body {
	a := d.attributes()
	g := &GeneralRegression{TargetField: a.optional("targetVariableName"), ReferenceCategory: a.maybe("targetReferenceCategory"), LinkParameter: a.number("linkParameter", Absent),
		DistParameter: a.number("distParameter", Absent), OffsetField: a.optional("offsetVariable"), Offset: a.number("offsetValue", 0), TrialsField: a.optional("trialsVariable"),
		Trials: a.number("trialsValue", 1), DF: a.number("modelDF", Absent), EndTime: a.optional("endTimeVariable"), StartTime: a.optional("startTimeVariable"), Status: a.optional("statusVariable"),
		StrataField: a.optional("baselineStrataVariable"), MaxTime: Absent}
	if a.required("modelType") != "" {
		g.ModelType = a.choice("modelType", "regression", "generalLinear", "multinomialLogistic", "ordinalMultinomial", "generalizedLinear", "CoxRegression")
	}
	g.CumulativeLink = a.choice("cumulativeLink", "", "logit", "probit", "cloglog", "loglog", "cauchit")
	g.Link = a.choice("linkFunction", linkFunctions...)
	g.Distribution = a.choice("distribution", "", "binomial", "gamma", "igauss", "negbin", "normal", "poisson", "tweedie")
	m.Body = g
	seen := map[string]bool{}
	return body{
		child: func(name []byte) bool { return d.generalRegressionPart(g, seen, name) },
		finish: func() {
			for _, part := range []string{"ParameterList", "PPMatrix", "ParamMatrix"} {
				if optional := part == "PPMatrix" && d.version < 31; !seen[part] && !optional {
					d.fault(m.At, "%s has no %s", m.Element, part)
				}
			}
		},
	}
}

func (d *decoder) generalRegressionPart(g *GeneralRegression, seen map[string]bool, name []byte) bool {
	part := string(name)
	switch part {
	case "ParameterList":
		d.only("Parameter", func(a attributes) {
			g.Parameters = append(g.Parameters, Parameters{At: a.at, Name: a.required("name"), ReferencePoint: a.number("referencePoint", 0)})
		})
	case "FactorList":
		d.only("Predictor", func(a attributes) { g.Factors = append(g.Factors, d.predictor(a)) })
	case "CovariateList":
		d.only("Predictor", func(a attributes) { g.Covariates = append(g.Covariates, d.predictor(a)) })
	case "PPMatrix":
		d.only("PPCell", func(a attributes) {
			g.PPCells = append(g.PPCells, PPCell{At: a.at, Value: a.required("value"), Predictor: a.required("predictorName"), Parameter: a.required("parameterName"), Category: a.maybe("targetCategory")})
		})
	case "ParamMatrix":
		d.only("PCell", func(a attributes) {
			g.Cells = append(g.Cells, ParameterCell{At: a.at, Parameter: a.required("parameterName"), Category: a.maybe("targetCategory"), Beta: a.requiredNumber("beta")})
		})
	case "PCovMatrix":
		d.only("PCovCell", func(a attributes) {
			c := CovarianceCell{At: a.at, Row: a.required("pRow"), Col: a.required("pCol"), TargetRow: a.maybe("tRow"), TargetC: a.maybe("tCol"), Value: a.requiredNumber("value")}
			if both := a.maybe("targetCategory"); both != nil && c.TargetRow == nil && c.TargetC == nil {
				c.TargetRow, c.TargetC = both, both
			}
			g.Covariances = append(g.Covariances, c)
		})
	case "EventValues": // tell which status is an event while learning: no part in scoring
		d.skip()
	case "BaseCumHazardTables":
		d.baseHazards(g)
	default:
		return false
	}
	seen[part] = true
	return true
}

// only calls one for each child, which must all be of an element.
func (d *decoder) only(element string, one func(a attributes)) {
	parent := d.name(d.s.Name())
	d.each(func(name []byte) {
		if string(name) != element {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), parent)
			d.skip()
			return
		}
		one(d.attributes())
	})
}

func (d *decoder) predictor(a attributes) Predictor {
	p := Predictor{At: a.at, Name: a.required("name")}
	d.each(func(name []byte) {
		switch string(name) {
		case "Categories":
			d.only("Category", func(c attributes) { p.Categories = append(p.Categories, c.required("value")) })
		case "Matrix":
			p.Matrix = d.matrix()
		default:
			d.fault(d.at(), "%s cannot stand in Predictor", clip(name))
			d.skip()
		}
	})
	return p
}

func (d *decoder) baseHazards(g *GeneralRegression) {
	a := d.attributes()
	g.HasHazards, g.HazardsAt, g.MaxTime = true, a.at, a.number("maxTime", Absent)
	d.each(func(name []byte) {
		c := d.attributes()
		switch string(name) {
		case "BaselineCell":
			g.Hazards = append(g.Hazards, baselineCell(c))
		case "BaselineStratum":
			s := BaselineStratum{At: c.at, Value: c.required("value"), MaxTime: c.requiredNumber("maxTime")}
			d.only("BaselineCell", func(a attributes) { s.Cells = append(s.Cells, baselineCell(a)) })
			g.Strata = append(g.Strata, s)
		default:
			d.fault(c.at, "%s cannot stand in BaseCumHazardTables", clip(name))
			d.skip()
		}
	})
}

func baselineCell(a attributes) BaselineCell {
	return BaselineCell{Time: a.requiredNumber("time"), Hazard: a.requiredNumber("cumHazard")}
}
