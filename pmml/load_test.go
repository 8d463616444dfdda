package pmml_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// document wraps a model in a dictionary with x (double), n (integer), c (string a, b), y (double) and k (string, any).
func document(model string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/><DataField name="n" optype="continuous" dataType="integer"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField>
<DataField name="y" optype="continuous" dataType="double"/><DataField name="k" optype="categorical" dataType="string"/>
</DataDictionary>` + model + `</PMML>`
}

const schema = `<MiningSchema><MiningField name="x"/><MiningField name="n"/><MiningField name="c"/><MiningField name="y" usageType="target"/></MiningSchema>`

func regression(inside string) string {
	return document(`<RegressionModel functionName="regression">` + schema + inside + `</RegressionModel>`)
}

func TestLoadCollectsEveryFaultWithItsPlace(t *testing.T) {
	text := "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n<DataDictionary>\n<DataField name=\"x\" optype=\"continuous\" dataType=\"real\"/>\n</DataDictionary>\n" +
		"<RegressionModel functionName=\"regression\"><MiningSchema><MiningField name=\"x\"/></MiningSchema>\n<RegressionTable intercept=\"one\">\n<NumericPredictor name=\"z\" coefficient=\"1\"/>\n</RegressionTable></RegressionModel></PMML>"
	_, err := pmml.Load(strings.NewReader(text))
	var load *pmml.LoadError
	if !errors.As(err, &load) {
		t.Fatal(err)
	}
	want := []struct {
		line int
		part string
	}{{3, `dataType "real"`}, {6, "intercept"}, {7, `field "z" is not defined`}}
	if len(load.Faults) != len(want) {
		t.Fatalf("%d faults: %v", len(load.Faults), load.Faults)
	}
	for i, w := range want {
		if f := load.Faults[i]; f.Line != w.line || f.Column < 1 || !strings.Contains(f.Message, w.part) || f.Unsupported {
			t.Errorf("fault %d: %v; want line %d, %s", i, f, w.line, w.part)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	table := `<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="1"/></RegressionTable>`
	derived := func(inside string) string {
		return regression(`<LocalTransformations>` + inside + `</LocalTransformations>` + table)
	}
	apply := func(inside string) string {
		return derived(`<DerivedField name="d" optype="continuous" dataType="double">` + inside + `</DerivedField>`)
	}
	for name, c := range map[string]struct {
		text, part  string
		unsupported bool
	}{
		"a derived field of nothing": {derived(`<DerivedField name="d" optype="continuous" dataType="double"/>`), "no expression", false},
		"a cycle of derived fields":  {derived(`<DerivedField name="d" optype="continuous" dataType="double"><FieldRef field="e"/></DerivedField><DerivedField name="e" optype="continuous" dataType="double"><FieldRef field="d"/></DerivedField>`), "depends on itself", false},
		"an unknown function":        {apply(`<Apply function="nosuch"><FieldRef field="x"/></Apply>`), `"nosuch" is not known`, false},
		"too few arguments":          {apply(`<Apply function="/"><FieldRef field="x"/></Apply>`), "cannot take 1", false},
		"a damaged pattern":          {apply(`<Apply function="matches"><FieldRef field="c"/><Constant dataType="string">(</Constant></Apply>`), "matches", false},
		"tables elsewhere":           {apply(`<MapValues outputColumn="o"><FieldColumnPair field="c" column="i"/><TableLocator/></MapValues>`), "TableLocator", true},
		"a hook into code":           {document(`<JavaModel functionName="regression" class="a.B"/>`), "JavaModel", false},
		"no model":                   {document(""), "no model", false},
		"no MiningSchema":            {document(`<RegressionModel functionName="regression">` + table + `</RegressionModel>`), "no MiningSchema", false},
		"a document type":            {`<!DOCTYPE PMML [<!ENTITY a "a">]>` + golfing, "", false},
		"another root":               {"<html/>", "html", false},
		"another namespace":          {strings.Replace(golfing, "www.dmg.org/PMML-4_4", "example.org/x", 1), "namespace", false},
		"a later version":            {strings.Replace(golfing, `version="4.4"`, `version="9.9"`, 1), "9.9", false},
		"an unknown operator":        {strings.Replace(golfing, "lessThan", "below", 1), `"below"`, false},
		"half a document":            {golfing[:700], "", false},
		"nothing":                    {"", "", false},
	} {
		_, err := pmml.Load(strings.NewReader(c.text))
		var load *pmml.LoadError
		switch {
		case !errors.As(err, &load):
			t.Errorf("%s: %v", name, err)
		case !strings.Contains(err.Error(), c.part):
			t.Errorf("%s: %v; want %q", name, err, c.part)
		case load.Unsupported() != c.unsupported:
			t.Errorf("%s: unsupported %v: %v", name, load.Unsupported(), err)
		}
	}
}

func TestFunctionsMayNotExpandWithoutBound(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<TransformationDictionary><DefineFunction name="f0" optype="continuous"><ParameterField name="p"/><FieldRef field="p"/></DefineFunction>`)
	for i := 1; i < 40; i++ { // each calls the one before twice: 2^40 steps
		before := `<Apply function="f` + string(rune('0'+(i-1)%10)) + strings.Repeat("x", (i-1)/10) + `"><FieldRef field="p"/></Apply>`
		b.WriteString(`<DefineFunction name="f` + string(rune('0'+i%10)) + strings.Repeat("x", i/10) + `" optype="continuous"><ParameterField name="p"/><Apply function="+">` + before + before + `</Apply></DefineFunction>`)
	}
	b.WriteString(`<DerivedField name="d" optype="continuous" dataType="double"><Apply function="f9xxx"><FieldRef field="x"/></Apply></DerivedField></TransformationDictionary>`)
	text := strings.Replace(regression(`<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="1"/></RegressionTable>`), "<RegressionModel", b.String()+"<RegressionModel", 1)
	if _, err := pmml.Load(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "expand") {
		t.Errorf("%v", err)
	}
}

// A row whose texts double again and again ends instead of filling the memory.
func TestTextsMayNotGrowWithoutBound(t *testing.T) {
	chain := func(expression func(before string) string) *pmml.Model {
		var derived strings.Builder
		for i := range 50 {
			before := "k"
			if i > 0 {
				before = "d" + strconv.Itoa(i-1)
			}
			fmt.Fprintf(&derived, `<DerivedField name="d%d" optype="categorical" dataType="string">%s</DerivedField>`, i, expression(ref(before)))
		}
		return load(t, document(`<RegressionModel functionName="regression"><MiningSchema><MiningField name="k"/></MiningSchema>
<Output><OutputField name="o" optype="categorical" dataType="string" feature="transformedValue"><FieldRef field="d49"/></OutputField></Output>
<LocalTransformations>`+derived.String()+`</LocalTransformations><RegressionTable intercept="1"/></RegressionModel>`))
	}
	for name, c := range map[string]struct {
		expression func(before string) string
		want       string
	}{
		"doubled": {func(before string) string { return apply("concat", before, before) }, "no_result"},
		"doubled by matching": {func(before string) string {
			return apply("replace", before, constant("string", "^.*$"), constant("string", "$0$0"))
		}, "no_result"},
		"many long ones": {func(before string) string { return apply("concat", ref("k"), constant("string", "x"), before) }, "limit"},
	} {
		check(t, name, score(t, chain(c.expression), row{"k": strings.Repeat("a", 20_000)}), result{"$error": c.want})
	}
}

func TestLoadOptions(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(golfing))
	w.Close()
	if _, err := pmml.Load(bytes.NewReader(z.Bytes())); !errors.Is(err, pmml.ErrCompressed) {
		t.Errorf("compressed: %v", err)
	}
	if _, err := pmml.Load(bytes.NewReader(z.Bytes()), pmml.WithGzip()); err != nil {
		t.Errorf("with gzip: %v", err)
	}
	if _, err := pmml.Load(bytes.NewReader(z.Bytes()), pmml.WithGzip(), pmml.WithMaxBytes(100)); !errors.Is(err, pmml.ErrTooLarge) {
		t.Errorf("the limit counts bytes after decompression: %v", err)
	}
	two := strings.Replace(golfing, "</PMML>", `<TreeModel modelName="other" functionName="regression"><MiningSchema><MiningField name="humidity"/></MiningSchema><Node score="1"><True/></Node></TreeModel></PMML>`, 1)
	if m, err := pmml.Load(strings.NewReader(two)); err != nil || m.Function() != "classification" {
		t.Errorf("the first model: %v", err)
	}
	if m, err := pmml.Load(strings.NewReader(two), pmml.WithModelName("other")); err != nil || m.Function() != "regression" || m.Outputs()[0].Name != "_target" {
		t.Errorf("the named model: %v", err)
	}
	if _, err := pmml.Load(strings.NewReader(two), pmml.WithModelName("third")); err == nil {
		t.Error("a model that is not there")
	}
}

func TestModelDescribesItself(t *testing.T) {
	m, err := pmml.Load(strings.NewReader(golfing))
	if err != nil {
		t.Fatal(err)
	}
	if m.Version() != "4.4" || m.Element() != "TreeModel" || m.Function() != "classification" || m.Size() < 1000 || m.Size() > 10000 {
		t.Errorf("%s %s %s %d bytes", m.Version(), m.Element(), m.Function(), m.Size())
	}
	if f := m.Fields(); len(f) != 2 || f[0].Name != "humidity" || f[1].Usage != "target" || len(f[1].Values) != 2 {
		t.Errorf("%+v", f)
	}
	if targets := m.Targets(); len(targets) != 1 || targets[0].Name != "decision" || !targets[0].Target {
		t.Errorf("%+v", targets)
	}
}
