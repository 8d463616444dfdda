package main

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// compareRow returns "" if a row is as expected, by the rules of the suites' FORMAT.md and README.md.
// The name is that of the first field that differs, "" where the row as a whole does.
func compareRow(c *caseFile, r rules, expected, actual map[string]any) (message, field string) {
	if _, skip := expected["$skip"]; skip {
		return "", ""
	}
	failed, hasFailed := actual["$error"]
	if _, mustFail := expected["$error"]; mustFail {
		if hasFailed || r.absentIsMissing && allMissing(c, actual) {
			return "", ""
		}
		return fmt.Sprintf("must fail (%v), gave %v", expected["$error"], actual), ""
	}
	if hasFailed {
		if _, invalid := expected["$invalid"]; invalid {
			return "", ""
		}
		return fmt.Sprintf("failed: %v", failed), ""
	}
	for _, name := range c.Compare {
		e, has := expected[name]
		if !has && !r.absentIsMissing {
			continue
		}
		ours := name
		if name == "$target" {
			ours = "_target"
		}
		if a := actual[ours]; !same(e, a, c.tolerance(), c.AbsTol) {
			return fmt.Sprintf("%s: expected %v, got %v", name, show(e), show(a)), name
		}
	}
	return "", ""
}

// tolerance is the case's; a model in single precision is held to one unit in its last place.
func (c *caseFile) tolerance() float64 {
	if c.Float32 {
		return math.Max(c.RelTol, 0x1p-23)
	}
	return c.RelTol
}

// allMissing says whether what a row must not give is missing: at least one of its fields.
func allMissing(c *caseFile, actual map[string]any) bool {
	for _, name := range c.Compare {
		if name == "$target" {
			name = "_target"
		}
		if actual[name] == nil {
			return true
		}
	}
	return false
}

func show(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

var plainNumber = regexp.MustCompile(`^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$`)

// number is FORMAT.md's reading of a number: a JSON number, one of the three names, or a text that is a number.
func number(v any) (float64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		switch v {
		case "NaN":
			return math.NaN(), true
		case "Infinity":
			return math.Inf(1), true
		case "-Infinity":
			return math.Inf(-1), true
		}
		text = strings.TrimSpace(v)
		if !plainNumber.MatchString(text) {
			return 0, false
		}
	default:
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil || math.IsInf(f, 0)
}

// same is the comparison of FORMAT.md.
func same(e, a any, rel, abs float64) bool {
	if e == nil {
		return a == nil
	}
	if list, ok := e.([]any); ok {
		other, ok := a.([]any)
		if a == nil {
			ok = true
		}
		if !ok || len(list) != len(other) {
			return false
		}
		for i := range list {
			if !same(list[i], other[i], rel, abs) {
				return false
			}
		}
		return true
	}
	if object, ok := e.(map[string]any); ok { // {"$error": …}: there is no such value
		return object["$error"] == "" || a == nil // without a message: there is no form to print it in
	}
	if a == nil {
		return false
	}
	if b, ok := e.(bool); ok {
		if x, ok := a.(bool); ok {
			return x == b
		}
		return strings.EqualFold(fmt.Sprint(a), strconv.FormatBool(b))
	}
	text, isText := e.(string)
	if !isText || text == "NaN" || text == "Infinity" || text == "-Infinity" {
		x, _ := number(e)
		y, ok := number(a)
		if !ok {
			return false
		}
		if math.IsNaN(x) || math.IsNaN(y) {
			return math.IsNaN(x) && math.IsNaN(y)
		}
		if x == y {
			return true
		}
		return !math.IsInf(x, 0) && !math.IsInf(y, 0) && math.Abs(x-y) <= math.Max(abs, rel*math.Abs(x))
	}
	switch a := a.(type) {
	case bool:
		return text == strconv.FormatBool(a)
	case json.Number:
		x, ok := number(e)
		y, _ := number(a)
		return ok && x == y
	}
	return e == a
}
