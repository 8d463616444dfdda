package write

// Regression is a linear model: of a number without Classes, otherwise a logistic one.
type Regression struct {
	Inputs  []Input
	Target  string
	Classes []string // none: linear regression; two: binary logistic; more: softmax
	// Tables holds one table for linear regression; for two classes one table, of the first class's log-odds; otherwise one for each class.
	Tables []Table
}

// Table is one linear function. It has a coefficient for each column of the inputs (Columns): a number's is multiplied by
// the number, a category's is added where the input is that category.
type Table struct {
	Intercept    float64
	Coefficients []float64
}

func (r *Regression) fields(d *document) {
	d.inputs, d.target, d.classes = r.Inputs, r.Target, r.Classes
}

func (r *Regression) check(d *document) {
	d.checkTarget()
	want := 1
	if len(r.Classes) > 2 {
		want = len(r.Classes)
	}
	if len(r.Tables) != want {
		d.refuse("%d tables for %d classes", len(r.Tables), len(r.Classes))
	}
	for _, t := range r.Tables {
		if n := Columns(r.Inputs); len(t.Coefficients) != n {
			d.refuse("%d coefficients for %d columns", len(t.Coefficients), n)
		}
	}
}

func (r *Regression) write(d *document) {
	normalization := "none"
	switch {
	case len(r.Classes) == 2:
		normalization = "logit"
	case len(r.Classes) > 2:
		normalization = "softmax"
	}
	d.open("RegressionModel", "functionName", d.function(), "normalizationMethod", normalization)
	d.prologue()
	for i := range r.Tables {
		r.table(d, i)
	}
	if len(r.Classes) == 2 {
		d.empty("RegressionTable", "intercept", "0", "targetCategory", r.Classes[1])
	}
	d.verify()
	d.close("RegressionModel")
}

// table writes NumericPredictors before CategoricalPredictors, as the schema has them.
func (r *Regression) table(d *document, i int) {
	t := &r.Tables[i]
	pairs := []string{"intercept", d.number(t.Intercept)}
	if r.Classes != nil {
		pairs = append(pairs, "targetCategory", r.Classes[i])
	}
	d.open("RegressionTable", pairs...)
	column := 0
	for k := range r.Inputs {
		if in := &r.Inputs[k]; in.Categories == nil {
			d.empty("NumericPredictor", "name", in.Name, "coefficient", d.number(t.Coefficients[column]))
		}
		column += r.Inputs[k].Width()
	}
	column = 0
	for k := range r.Inputs {
		in := &r.Inputs[k]
		for j, category := range in.Categories {
			d.empty("CategoricalPredictor", "name", in.Name, "value", category, "coefficient", d.number(t.Coefficients[column+j]))
		}
		column += in.Width()
	}
	d.close("RegressionTable")
}
