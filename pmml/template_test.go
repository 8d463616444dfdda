package pmml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// A template loads, so that its fields can be seen; no row has a result, and the warning stands where the placeholder does.
func TestTemplateOfARegression(t *testing.T) {
	text := regression(`<RegressionTable intercept="5"><NumericPredictor name="x" coefficient="2"/></RegressionTable>`)
	text = strings.Replace(text, `functionName="regression"`, `functionName="regression" normalizationMethod="METHOD_PLACEHOLDER"`, 1)
	m := load(t, text)
	check(t, "a row of a template", score(t, m, row{"x": "1"}), result{"$error": "no_result"})
	warnings := m.Warnings()
	before, _, _ := strings.Cut(text, "<RegressionModel")
	line := 1 + strings.Count(before, "\n")
	if len(warnings) != 1 || warnings[0].Line != line || !strings.Contains(warnings[0].Message, `"METHOD_PLACEHOLDER"`) {
		t.Errorf("warnings %v, want one in line %d", warnings, line)
	}
	refused(t, strings.Replace(text, "METHOD_PLACEHOLDER", "PLACEHOLDERS", 1), "<RegressionModel", `normalizationMethod of RegressionModel is "PLACEHOLDERS"`)
}

// Augustus makes segments of a template while it scores: that is not supported, rather than damaged.
func TestSegmentsThatGrow(t *testing.T) {
	segment := `<Segment><True/><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><RegressionTable intercept="1"/></RegressionModel></Segment>`
	grows := document(`<MiningModel functionName="regression">` + schema + `<Segmentation><Extension name="X-ODG-SegmentTemplate">` + segment + `</Extension>` + segment + `</Segmentation></MiningModel>`)
	_, err := pmml.Load(strings.NewReader(grows))
	var load *pmml.LoadError
	if !errors.As(err, &load) || !load.Unsupported() || len(load.Faults) != 1 || load.Faults[0].Line == 0 {
		t.Errorf("got %v, want one place that is unsupported", err)
	}
	refused(t, strings.Replace(grows, "X-ODG-SegmentTemplate", "note", 1), "<Segmentation>", "Segmentation has no multipleModelMethod")
}
