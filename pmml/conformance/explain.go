package main

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// explained names the habit of the reference engine that a difference comes from, "" for none. Each habit is described in
// docs/conformance.md with the rule that package pmml follows instead. Only the differential suite, whose expected values are what
// that engine prints, is excused so; never the dev suite.
func explained(m *pmml.Model, cells map[string]string, name string, expected, actual map[string]any) string {
	if message, ok := expected["$error"].(string); ok {
		if strings.Contains(message, "MissingArgumentException") || strings.Contains(message, "MissingFieldValueException") {
			return "missing argument"
		}
	}
	for _, cell := range cells {
		if strings.EqualFold(strings.TrimSpace(cell), "nan") {
			return "NaN as a value"
		}
	}
	for _, f := range m.Fields() {
		if f.Type == value.Integer && beyond32(cells[f.Name]) {
			return "wide integer"
		}
		if f.Type.IsCount() && !strings.ContainsAny(cells[f.Name], "-:") && cells[f.Name] != "" {
			return "count as a number"
		}
	}
	if text, ok := expected[name].(string); ok && strings.HasPrefix(text, "org.jpmml.model.temporals.") {
		return "printed object"
	}
	for _, o := range m.Outputs() {
		if o.Name == name && o.Feature == "confidence" {
			if e, ok := expected[name].(json.Number); ok && e.String() == "0.0" && actual[name] != nil {
				return "confidence of zero"
			}
		}
	}
	return ""
}

// beyond32 says whether text is a whole number that 32 bits cannot hold.
func beyond32(text string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return err == nil && f == math.Trunc(f) && (f > math.MaxInt32 || f < math.MinInt32)
}
