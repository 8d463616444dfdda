package pmml_test

import (
	"fmt"
	"strings"
	"testing"
)

// aggregated is a document whose output o is an Aggregate of the numbers x or the texts s of a row.
func aggregated(field, attributes string) string {
	return document(`<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="k"/></MiningSchema>
<Output><OutputField name="o" optype="categorical" feature="transformedValue"><Aggregate field="` + field + `" ` + attributes + `/></OutputField></Output><RegressionTable intercept="1"/></RegressionModel>`)
}

// What an Aggregate without a groupField folds is the collection that the row holds; missing values are left out (specification,
// Transformations, Aggregate).
func TestAggregatesOfCollections(t *testing.T) {
	numbers, texts := []any{2.5, nil, -1.0, 2.5}, []any{"pear", "apple", nil}
	for _, c := range []struct {
		field, function string
		of              any
		want            string
	}{
		{"x", "count", numbers, "3"}, {"x", "sum", numbers, "4"}, {"x", "average", numbers, "1.3333333333333333"},
		{"x", "min", numbers, "-1"}, {"x", "max", numbers, "2.5"}, {"x", "multiset", numbers, "[2.5 -1 2.5]"},
		{"k", "count", texts, "2"}, {"k", "min", texts, "apple"}, {"k", "max", texts, "pear"}, {"k", "multiset", texts, "[pear apple]"},
		{"x", "count", []any{nil}, "0"}, {"x", "sum", []any{nil}, "<nil>"}, {"x", "max", []any{nil}, "<nil>"},
		{"x", "count", nil, "<nil>"}, {"x", "sum", 3.0, "3"}, {"x", "multiset", 3.0, "[3]"},
	} {
		got, err := load(t, aggregated(c.field, `function="`+c.function+`"`)).ScoreMap(map[string]any{c.field: c.of})
		if err != nil || fmt.Sprint(got["o"]) != c.want {
			t.Errorf("%s of %v: got %v, %v, want %s", c.function, c.of, got["o"], err, c.want)
		}
	}
	refused(t, aggregated("x", `function="sum" sqlWhere="x &gt; 0"`), `<Aggregate `, "sqlWhere")
	refused(t, aggregated("x", `function="range"`), `<Aggregate `, `"range"`)
	refused(t, strings.Replace(aggregated("x", `function="sum"`), `function="sum"`, "", 1), `<Aggregate `, "function")
}
