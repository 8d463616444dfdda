package write

import (
	"maps"
	"slices"
	"strconv"
)

// WithVerification adds rows that an engine can check itself against (specification, ModelVerification). A row holds inputs and
// what the model must make of them, by name: the target, "probability(class)", or a clustering's "cluster". Values are float64, int
// or string; a name that is not there is a missing value. Numbers may differ by precision, a share of the expected one.
//
// The expected values should be the learner's own, so that they check the document and the engine.
func WithVerification(precision float64, rows ...map[string]any) Option {
	return func(d *document) { d.verification = &verification{precision: precision, rows: rows} }
}

type verification struct {
	precision float64
	rows      []map[string]any
}

// zero is up to where two numbers count as the same zero.
const zero = "1e-300"

// verify writes the ModelVerification, if there is one.
func (d *document) verify() {
	v := d.verification
	if v == nil || len(v.rows) == 0 {
		return
	}
	if !(v.precision >= 0) {
		d.refuse("precision %v", v.precision)
	}
	names := d.verified(v.rows)
	d.open("ModelVerification", "recordCount", strconv.Itoa(len(v.rows)), "fieldCount", strconv.Itoa(len(names)))
	d.open("VerificationFields")
	for i, name := range names {
		d.empty("VerificationField", "field", name, "column", column(i), "precision", d.number(v.precision), "zeroThreshold", zero)
	}
	d.close("VerificationFields")
	d.open("InlineTable")
	for _, row := range v.rows {
		d.open("row")
		for i, name := range names {
			if value, ok := row[name]; ok {
				d.element(column(i), d.cell(name, value))
			}
		}
		d.close("row")
	}
	d.close("InlineTable")
	d.close("ModelVerification")
}

// column names a column; a field's own name may be none that XML allows.
func column(i int) string { return "c" + strconv.Itoa(i+1) }

// verified lists the names that rows hold, in the model's order.
func (d *document) verified(rows []map[string]any) []string {
	var known []string
	for i := range d.inputs {
		known = append(known, d.inputs[i].Name)
	}
	if d.target == "" {
		known = append(known, "cluster")
	} else {
		known = append(known, d.target)
	}
	for _, class := range d.classes {
		known = append(known, probability(class))
	}
	used := map[string]bool{}
	for _, row := range rows {
		for _, name := range slices.Sorted(maps.Keys(row)) {
			if !slices.Contains(known, name) {
				d.refuse("verification of %q, which the model does not have", name)
			}
			used[name] = true
		}
	}
	return slices.DeleteFunc(known, func(name string) bool { return !used[name] })
}

func (d *document) cell(name string, v any) string {
	switch v := v.(type) {
	case float64:
		return d.number(v)
	case int:
		return strconv.Itoa(v)
	case string:
		return v
	}
	d.refuse("verification of %q: %T is not float64, int or string", name, v)
	return ""
}
