package pmml_test

import "testing"

// echo is a regression that shows its fields as they come out of the MiningSchema.
func echo(fields string) string {
	return document(`<RegressionModel functionName="regression"><MiningSchema>` + fields + `</MiningSchema><Output>
<OutputField name="ox" dataType="double" optype="continuous" feature="transformedValue"><FieldRef field="x"/></OutputField>
<OutputField name="oc" dataType="string" optype="categorical" feature="transformedValue"><FieldRef field="c"/></OutputField>
</Output><RegressionTable intercept="1"/></RegressionModel>`)
}

func TestTreatments(t *testing.T) {
	for _, c := range []struct {
		name, x, c string // attributes of the MiningFields
		row        row
		want       result
	}{
		{"plain", ``, ``, row{"x": "1", "c": "a"}, result{"ox": 1.0, "oc": "a"}},
		{"missing stays missing", ``, ``, row{}, result{"ox": nil, "oc": nil}},
		{"missing is replaced", `missingValueReplacement="3.5"`, `missingValueReplacement="b"`, row{}, result{"ox": 3.5, "oc": "b"}},
		{"missing is refused", `missingValueTreatment="returnInvalid"`, ``, row{"c": "a"}, result{"$error": "invalid_input"}},
		{"missing is refused in documents of 4.3", `missingValueTreatment="x-returnInvalid"`, ``, row{"c": "a"}, result{"$error": "invalid_input"}},
		{"invalid is refused", ``, ``, row{"c": "z"}, result{"$error": "invalid_input"}},
		{"text for a number is invalid", ``, ``, row{"x": "one"}, result{"$error": "invalid_input"}},
		{"so is NaN", ``, ``, row{"x": "NaN"}, result{"$error": "invalid_input"}},
		{"invalid passes", ``, `invalidValueTreatment="asIs"`, row{"c": "z"}, result{"oc": "z"}},
		{"invalid is missing", ``, `invalidValueTreatment="asMissing"`, row{"c": "z"}, result{"oc": nil}},
		{"and then replaced", ``, `invalidValueTreatment="asMissing" missingValueReplacement="a"`, row{"c": "z"}, result{"oc": "a"}},
		{"invalid becomes a value", ``, `invalidValueTreatment="asValue" invalidValueReplacement="b"`, row{"c": "z"}, result{"oc": "b"}},
		{"outliers pass", `lowValue="0" highValue="9"`, ``, row{"x": "12"}, result{"ox": 12.0}},
		{"outliers are clipped", `outliers="asExtremeValues" lowValue="0" highValue="9"`, ``, row{"x": "12"}, result{"ox": 9.0}},
		{"outliers are missing", `outliers="asMissingValues" lowValue="0" highValue="9" missingValueReplacement="5"`, ``, row{"x": "-1"}, result{"ox": 5.0}},
		{"a replacement is no outlier", `outliers="asExtremeValues" lowValue="0" highValue="9" missingValueReplacement="50"`, ``, row{}, result{"ox": 50.0}},
	} {
		m := load(t, echo(`<MiningField name="x" `+c.x+`/><MiningField name="c" `+c.c+`/>`))
		check(t, c.name, score(t, m, c.row), c.want)
	}
}

func TestWhatScoringDoesNotNeedRefusesNothing(t *testing.T) {
	m := load(t, echo(`<MiningField name="x" usageType="supplementary"/><MiningField name="c" usageType="target" missingValueTreatment="returnInvalid"/>`))
	check(t, "no actual value", score(t, m, row{"x": "1"}), result{"ox": 1.0})
	check(t, "an actual value that is none of the target's", score(t, m, row{"x": "1", "c": "z"}), result{"ox": 1.0, "oc": nil})
	check(t, "a supplementary field that is no number", score(t, m, row{"x": "one"}), result{"ox": nil})
}

func TestInputIsForgotten(t *testing.T) {
	m := load(t, echo(`<MiningField name="x"/><MiningField name="c"/>`))
	in, out := m.NewInput(), m.NewResult()
	c, _ := m.FieldIndex("c")
	in.SetText(c, []byte("z"))
	if err := m.Score(in, out); err == nil || !out.Empty() {
		t.Errorf("an invalid value: %v", err)
	}
	in.SetText(c, []byte("a"))
	if err := m.Score(in, out); err != nil {
		t.Errorf("after a valid one: %v", err)
	}
	in.SetText(c, []byte("z"))
	in.Clear()
	if err := m.Score(in, out); err != nil || out.Empty() {
		t.Errorf("after Clear: %v", err)
	}
}
