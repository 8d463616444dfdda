package pmml_test

import "testing"

// transformed is a document whose output o is an expression over one field of each type. Its own type is that of the expression unless dataType
// gives one.
func transformed(dataType, inside string) string {
	if dataType != "" {
		dataType = `dataType="` + dataType + `" `
	}
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/><DataField name="z" optype="continuous" dataType="double"/>
<DataField name="i" optype="continuous" dataType="integer"/><DataField name="f" optype="continuous" dataType="float"/>
<DataField name="s" optype="categorical" dataType="string"/><DataField name="b" optype="categorical" dataType="boolean"/><DataField name="e" optype="categorical" dataType="boolean"/>
<DataField name="d" optype="continuous" dataType="date"/><DataField name="dt" optype="continuous" dataType="dateTime"/><DataField name="t" optype="continuous" dataType="time"/>
<DataField name="d60" optype="continuous" dataType="dateDaysSince[1960]"/><DataField name="s70" optype="continuous" dataType="dateTimeSecondsSince[1970]"/>
<DataField name="ts" optype="continuous" dataType="timeSeconds"/>
<DataField name="o3" optype="ordinal" dataType="string"><Value value="low"/><Value value="mid"/><Value value="high"/></DataField>
</DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="z"/><MiningField name="i"/><MiningField name="f"/><MiningField name="s"/><MiningField name="b"/>
<MiningField name="e"/><MiningField name="d"/><MiningField name="dt"/><MiningField name="t"/><MiningField name="d60"/><MiningField name="s70"/><MiningField name="ts"/><MiningField name="o3"/></MiningSchema>
<Output><OutputField name="o" optype="categorical" ` + dataType + `feature="transformedValue">` + inside + `</OutputField></Output><RegressionTable intercept="1"/></RegressionModel></PMML>`
}

// expressionCase is an expression, a row and the value of output o: "!" for a row without a result.
type expressionCase struct {
	typ, expression string
	row             row
	want            any
}

func checkExpressions(t *testing.T, cases []expressionCase) {
	t.Helper()
	for _, c := range cases {
		got := score(t, load(t, transformed(c.typ, c.expression)), c.row)
		if c.want == "!" {
			if got["$error"] == nil {
				t.Errorf("%s of %v: %v, want no result", c.expression, c.row, got)
			}
			continue
		}
		if !same(c.want, got["o"]) || got["$error"] != nil {
			t.Errorf("%s of %v: %v, want %v", c.expression, c.row, got, c.want)
		}
	}
}

func ref(field string) string { return `<FieldRef field="` + field + `"/>` }

func constant(dataType, text string) string {
	if dataType != "" {
		dataType = ` dataType="` + dataType + `"`
	}
	return `<Constant` + dataType + `>` + text + `</Constant>`
}

func apply(function string, arguments ...string) string {
	text := `<Apply function="` + function + `">`
	for _, a := range arguments {
		text += a
	}
	return text + `</Apply>`
}

// The functions of reals give doubles of floats, too: expected values by mpmath of the float nearest to 0.1.
func TestFunctionsOfFloatsAreDoubles(t *testing.T) {
	checkExpressions(t, []expressionCase{
		{"double", apply("ln", ref("f")), row{"f": "0.1"}, -2.302585078092884601},
		{"double", apply("exp", ref("f")), row{"f": "0.1"}, 1.105170919722480640},
		{"double", apply("sqrt", ref("f")), row{"f": "0.1"}, 0.3162277683729184},
		{"double", apply("stdNormalCDF", ref("f")), row{"f": "1.5"}, 0.9331927987311419},
		{"float", apply("ln", ref("f")), row{"f": "0.1"}, float64(float32(-2.302585078092884601))},
		{"double", apply("+", ref("f"), ref("f")), row{"f": "0.1"}, 2 * float64(float32(0.1))},
	})
}

// What is compared with a float is rounded to one, as in predicates; what is compared with a text is a text.
func TestConstantsAreOfTheirFieldsType(t *testing.T) {
	tenth := constant("", "0.1")
	checkExpressions(t, []expressionCase{
		{"", apply("equal", ref("f"), tenth), row{"f": "0.1"}, true},
		{"", apply("equal", ref("f"), constant("double", "0.1")), row{"f": "0.1"}, true},
		{"", apply("lessOrEqual", ref("f"), tenth), row{"f": "0.1"}, true},
		{"", apply("greaterThan", ref("f"), tenth), row{"f": "0.1"}, false},
		{"", apply("isIn", ref("f"), constant("", "0.3"), tenth), row{"f": "0.1"}, true},
		{"", apply("isNotIn", ref("f"), constant("", "0.3"), tenth), row{"f": "0.1"}, false},
		{"", apply("equal", ref("s"), constant("", "1")), row{"s": "1"}, true},
		{"", apply("equal", ref("s"), constant("", "1")), row{"s": "01"}, false},
		{"", apply("isIn", ref("s"), constant("", "1")), row{"s": "1.0"}, false},
		{"", apply("equal", ref("x"), tenth), row{"x": "0.1"}, true},
		{"", apply("equal", ref("d"), constant("", "2020-02-29")), row{"d": "2020-02-29"}, true},
		{"", apply("lessThan", ref("d"), constant("date", "2020-02-29")), row{"d": "2019-12-31"}, true},
		{"", apply("equal", ref("d"), ref("dt")), row{"d": "2020-02-29", "dt": "2020-02-29T00:00:00"}, true},
		{"", apply("lessThan", ref("d"), ref("dt")), row{"d": "2020-02-29", "dt": "2020-02-29T00:00:01"}, true},
		{"", apply("equal", ref("b"), constant("", "true")), row{"b": "true"}, true},
	})
}

// A Constant without a dataType is what it looks like (specification, Transformations).
func TestConstantsWithoutType(t *testing.T) {
	checkExpressions(t, []expressionCase{
		{"", constant("", "12"), row{}, 12.0},
		{"", constant("", "-1.5e3"), row{}, -1500.0},
		{"", constant("", "true"), row{}, "true"},
		{"", constant("", "1f"), row{}, "1f"},
		{"", constant("", "2d"), row{}, "2d"},
		{"", constant("", "2020-02-29"), row{}, "2020-02-29"},
		{"", constant("string", "12"), row{}, "12"},
		{"", constant("double", ""), row{}, nil},
		{"", constant("string", ""), row{}, ""},
		{"", constant("", ""), row{}, ""},
		{"", constant("double", "-INF"), row{}, "-Infinity"},
		{"", `<Constant missing="true">5</Constant>`, row{}, nil},
	})
	refused(t, transformed("", constant("double", "five")), `<Constant`, `Constant "five" is not of type double`)
	refused(t, transformed("", constant("real", "5")), `<Constant`, `dataType "real" is not known`)
}

// Any missing argument gives mapMissingTo, also one that comes after the argument that decides (section 2.2 of the digest).
func TestMapMissingToOfLogic(t *testing.T) {
	mapped := func(function string) string {
		return `<Apply function="` + function + `" mapMissingTo="true">` + ref("b") + ref("e") + `</Apply>`
	}
	checkExpressions(t, []expressionCase{
		{"boolean", mapped("and"), row{"b": "false"}, true},
		{"boolean", mapped("and"), row{"e": "false"}, true},
		{"boolean", mapped("and"), row{"b": "false", "e": "true"}, false},
		{"boolean", `<Apply function="or" mapMissingTo="false">` + ref("b") + ref("e") + `</Apply>`, row{"b": "true"}, false},
		{"boolean", apply("and", ref("b"), ref("e")), row{"b": "false"}, false},
		{"boolean", apply("and", ref("b"), ref("e")), row{"b": "true"}, nil},
		{"boolean", apply("or", ref("b"), ref("e")), row{"e": "true"}, true},
		{"boolean", `<Apply function="if" mapMissingTo="false">` + ref("b") + ref("e") + constant("boolean", "true") + `</Apply>`, row{}, false},
	})
}

// Counts of days and seconds become those of another year's, which name the same moment. Expected values by datetime.date.toordinal.
func TestCountsOfOtherYears(t *testing.T) {
	for _, c := range []struct {
		typ, field, given string
		want              any
	}{
		{"dateDaysSince[1970]", "d60", "1960-01-05", -3649.0},
		{"dateDaysSince[1980]", "d60", "1960-01-05", -7301.0},
		{"dateDaysSince[1960]", "d60", "1960-01-05", 4.0},
		{"dateTimeSecondsSince[1960]", "s70", "1970-01-01T00:01:00", 315619260.0},
		{"dateTimeSecondsSince[1980]", "s70", "1970-01-01T00:01:00", -315532740.0},
		{"dateDaysSince[1970]", "s70", "1969-12-31T23:59:59", -1.0},
		{"timeSeconds", "s70", "1970-01-02T00:01:05", 65.0},
		{"dateDaysSince[1970]", "d", "2020-02-29", 18321.0},
		{"dateDaysSince[0]", "d", "2020-02-29", 737849.0},
		{"dateTimeSecondsSince[1970]", "dt", "1969-12-31T23:59:59", -1.0},
		{"timeSeconds", "t", "12:34:56", 45296.0},
		{"date", "dt", "1969-12-31T23:59:59", "1969-12-31"},
		{"time", "dt", "1969-12-31T23:59:59", "23:59:59"},
		{"dateTime", "d", "2020-02-29", "2020-02-29T00:00:00"},
		{"string", "d", "2020-02-29", "2020-02-29"},
		{"integer", "d60", "1960-01-05", 4.0},
		{"dateDaysSince[1970]", "ts", "00:01:05", "!"},
		{"date", "t", "12:34:56", "!"},
	} {
		checkExpressions(t, []expressionCase{{c.typ, ref(c.field), row{c.field: c.given}, c.want}})
	}
}

// A value outside the list or the interval that asIs passes on is not valid, whatever scoring makes of it.
func TestValidityOfWhatPassesAsIs(t *testing.T) {
	text := `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="c" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/><Value value="?" property="missing"/></DataField>
<DataField name="x" optype="continuous" dataType="double"><Interval closure="closedOpen" leftMargin="0" rightMargin="1"/></DataField></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="c" invalidValueTreatment="asIs"/><MiningField name="x" invalidValueTreatment="asIs" missingValueReplacement="9"/></MiningSchema>
<Output><OutputField name="cv" optype="categorical" dataType="boolean" feature="transformedValue">` + apply("isValid", ref("c")) + `</OutputField>
<OutputField name="cn" optype="categorical" dataType="boolean" feature="transformedValue">` + apply("isNotValid", ref("c")) + `</OutputField>
<OutputField name="xv" optype="categorical" dataType="boolean" feature="transformedValue">` + apply("isValid", ref("x")) + `</OutputField>
<OutputField name="c1" optype="categorical" dataType="string" feature="transformedValue">` + ref("c") + `</OutputField></Output><RegressionTable intercept="1"/></RegressionModel></PMML>`
	m := load(t, text)
	for _, c := range []struct {
		row  row
		want result
	}{
		{row{"c": "a", "x": "0"}, result{"cv": true, "cn": false, "xv": true, "c1": "a"}},
		{row{"c": "z", "x": "1"}, result{"cv": false, "cn": true, "xv": false, "c1": "z"}},
		{row{"c": "?"}, result{"cv": false, "cn": false, "xv": true, "c1": nil}}, // 9 is not valid, but not checked again
		{row{"x": "few"}, result{"cv": false, "xv": false}},
	} {
		check(t, "validity", score(t, m, c.row), c.want)
	}
}

// What is less among ordinal values is said by their order in the DataDictionary, not by the alphabet (specification, DataDictionary): low, mid, high.
func TestFunctionsCompareOrdinalValuesByTheirOrder(t *testing.T) {
	mid, none := constant("string", "mid"), constant("string", "none")
	checkExpressions(t, []expressionCase{
		{"boolean", apply("lessThan", ref("o3"), mid), row{"o3": "low"}, true}, {"boolean", apply("lessThan", ref("o3"), mid), row{"o3": "mid"}, false}, {"boolean", apply("lessThan", ref("o3"), mid), row{"o3": "high"}, false},
		{"boolean", apply("lessOrEqual", ref("o3"), mid), row{"o3": "mid"}, true}, {"boolean", apply("greaterThan", ref("o3"), mid), row{"o3": "high"}, true}, {"boolean", apply("greaterOrEqual", ref("o3"), mid), row{"o3": "low"}, false},
		{"boolean", apply("greaterThan", mid, ref("o3")), row{"o3": "low"}, true}, {"boolean", apply("lessThan", ref("o3"), mid), row{}, nil}, {"boolean", apply("lessThan", ref("o3"), none), row{"o3": "low"}, "!"},
		{"boolean", apply("lessThan", ref("s"), mid), row{"s": "high"}, true}, {"boolean", apply("equal", ref("o3"), mid), row{"o3": "mid"}, true},
	})
}
