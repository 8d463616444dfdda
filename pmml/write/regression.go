package write

// Regression is a linear model of continuous inputs: of a number without Classes, otherwise a logistic one.
type Regression struct {
	Inputs  []string
	Target  string
	Classes []string // none: linear regression; two: binary logistic; more: softmax
	// Tables holds one table for linear regression; for two classes one table, of the first class's log-odds; otherwise one for each class.
	Tables []Table
}

// Table is one linear function, with a coefficient for each of the model's inputs.
type Table struct {
	Intercept    float64
	Coefficients []float64
}

func (r *Regression) write(d *document) {
	if r.Target == "" {
		d.refuse("regression without a target")
	}
	d.names(r.Inputs, r.Target)
	r.check(d)
	if d.fault != nil {
		return
	}
	d.fields(r.Inputs)
	if r.Classes == nil {
		d.tag("/>", "DataField", "name", r.Target, "optype", "continuous", "dataType", "double")
	} else {
		d.tag(">", "DataField", "name", r.Target, "optype", "categorical", "dataType", "string")
		for _, class := range r.Classes {
			d.tag("/>", "Value", "value", class)
		}
		d.end("DataField")
	}
	d.end("DataDictionary")
	function, normalization := "regression", "none"
	switch {
	case len(r.Classes) == 2:
		function, normalization = "classification", "logit"
	case len(r.Classes) > 2:
		function, normalization = "classification", "softmax"
	}
	d.tag(">", "RegressionModel", "functionName", function, "normalizationMethod", normalization)
	d.schema(r.Inputs, r.Target)
	for i, t := range r.Tables {
		r.table(d, i, t)
	}
	if len(r.Classes) == 2 {
		d.tag("/>", "RegressionTable", "intercept", "0", "targetCategory", r.Classes[1])
	}
	d.end("RegressionModel")
}

func (r *Regression) check(d *document) {
	want := 1
	if len(r.Classes) > 2 {
		want = len(r.Classes)
	}
	if len(r.Classes) == 1 || len(r.Tables) != want {
		d.refuse("%d tables for %d classes", len(r.Tables), len(r.Classes))
	}
	seen := map[string]bool{}
	for _, class := range r.Classes {
		if class == "" || seen[class] {
			d.refuse("class %q is empty or given twice", class)
		}
		seen[class] = true
	}
	for _, t := range r.Tables {
		if len(t.Coefficients) != len(r.Inputs) {
			d.refuse("%d coefficients for %d inputs", len(t.Coefficients), len(r.Inputs))
		}
	}
}

func (r *Regression) table(d *document, i int, t Table) {
	pairs := []string{"intercept", d.number(t.Intercept)}
	if r.Classes != nil {
		pairs = append(pairs, "targetCategory", r.Classes[i])
	}
	d.tag(">", "RegressionTable", pairs...)
	for k, c := range t.Coefficients {
		d.tag("/>", "NumericPredictor", "name", r.Inputs[k], "coefficient", d.number(c))
	}
	d.end("RegressionTable")
}
