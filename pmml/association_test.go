package pmml_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

const basket = `<Item id="1" value="a"/><Item id="2" value="b"/><Item id="3" value="c"/><Item id="4" value="d"/>`

const basketRules = `<Itemset id="A" support="0.5" numberOfItems="1"><ItemRef itemRef="1"/></Itemset><Itemset id="B" support="0.4"><ItemRef itemRef="2"/></Itemset><Itemset id="C" support="0.8"><ItemRef itemRef="3"/></Itemset>
<Itemset id="AB" support="0.3"><ItemRef itemRef="1"/><ItemRef itemRef="2"/></Itemset><Itemset id="E"/><Itemset id="D"><ItemRef itemRef="4"/></Itemset>
<AssociationRule id="r1" antecedent="A" consequent="B" support="0.3" confidence="0.6"/><AssociationRule id="r2" antecedent="AB" consequent="C" support="0.25" confidence="0.9" lift="1.1"/>
<AssociationRule id="r3" antecedent="B" consequent="C" support="0.35" confidence="0.6" lift="1.3" leverage="0.1" affinity="0.2"/><AssociationRule id="r4" antecedent="E" consequent="D" support="0.2" confidence="0.3"/>
<AssociationRule id="r5" antecedent="A" consequent="C" support="0.4" confidence="0.8"/>`

func associations(fields, schema, inside, outputs string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>` + fields + `</DataDictionary><AssociationModel functionName="associationRules" numberOfTransactions="9" numberOfItems="4" minimumSupport="0.1" minimumConfidence="0.1" numberOfItemsets="6" numberOfRules="5">
<MiningSchema>` + schema + `</MiningSchema><Output>` + outputs + `</Output>` + inside + `</AssociationModel></PMML>`
}

// bought is a model over one field that holds a basket.
func bought(outputs string) string {
	return associations(`<DataField name="g" optype="categorical" dataType="string"/><DataField name="h" optype="categorical" dataType="string"/><DataField name="item" optype="categorical" dataType="string"/>`,
		`<MiningField name="g" usageType="group"/><MiningField name="item"/>`, basket+basketRules, outputs)
}

func ranked(feature, attributes string) string {
	return `<OutputField name="x" optype="categorical" dataType="string" feature="ruleValue" ruleFeature="` + feature + `" ` + attributes + `/>`
}

// of scores one basket and returns the output x as JSON.
func of(t *testing.T, m *pmml.Model, items ...string) string {
	t.Helper()
	row := map[string]any{}
	list := []string{}
	row["item"] = append(list, items...)
	got, err := m.ScoreMap(row)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got["x"])
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `\u003e`, ">")
}

func TestWhichRulesAnswerABasket(t *testing.T) {
	for _, c := range []struct {
		algorithm, items, want string
	}{
		{"recommendation", "", `["r4"]`}, // the empty set is in every basket
		{"recommendation", "a", `["r5","r1","r4"]`},
		{"recommendation", "ab", `["r2","r5","r1","r3","r4"]`}, // 0.9, 0.8, 0.6 twice in the document's order, 0.3
		{"recommendation", "bbz", `["r3","r4"]`},
		{"exclusiveRecommendation", "ab", `["r2","r5","r3","r4"]`},
		{"exclusiveRecommendation", "abcd", `[]`},
		{"ruleAssociation", "ab", `["r1"]`},
		{"ruleAssociation", "abcd", `["r2","r5","r1","r3","r4"]`},
	} {
		m := load(t, bought(ranked("ruleId", `algorithm="`+c.algorithm+`" isMultiValued="1" rank="0"`)))
		if got := of(t, m, strings.Split(c.items, "")...); got != c.want {
			t.Errorf("%s of %q: got %s, want %s", c.algorithm, c.items, got, c.want)
		}
	}
}

// Measures that a rule does not give are lift = confidence/support(C), leverage = support − support(A)·support(C) and affinity = support/(support(A)+support(C)−support):
// of r1 1.5, 0.1, 0.5; of r2 1.1 (given), 0.01, 0.25/0.85; of r5 1, 0, 0.4/0.9. r4 has none, since the support of its sets is not known.
func TestHowRulesAreRanked(t *testing.T) {
	for _, c := range []struct{ attributes, want string }{
		{`rankBasis="support"`, `["r5","r3","r1","r2","r4"]`},
		{`rankBasis="support" rankOrder="ascending"`, `["r4","r2","r1","r3","r5"]`},
		{`rankBasis="confidence" rankOrder="ascending"`, `["r4","r1","r3","r5","r2"]`},
		{`rankBasis="lift"`, `["r1","r3","r2","r5","r4"]`},
		{`rankBasis="lift" rankOrder="ascending"`, `["r5","r2","r3","r1","r4"]`},
		{`rankBasis="leverage"`, `["r3","r1","r2","r5","r4"]`},
		{`rankBasis="affinity"`, `["r1","r5","r2","r3","r4"]`},
		{`rankBasis="affinity" rankOrder="ascending"`, `["r3","r2","r5","r1","r4"]`},
	} {
		m := load(t, bought(ranked("ruleId", `algorithm="recommendation" isMultiValued="1" rank="0" `+c.attributes)))
		if got := of(t, m, "a", "b"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.attributes, got, c.want)
		}
	}
}

var measures = []string{"support", "confidence", "lift", "leverage", "affinity"}

func TestWhatIsShownOfARule(t *testing.T) {
	for _, c := range []struct{ feature, attributes, want string }{
		{"antecedent", `rank="1"`, `["a","b"]`},
		{"consequent", `rank="1"`, `["c"]`},
		{"rule", `rank="1"`, `"{a,b}->{c}"`},
		{"ruleId", `rank="2"`, `"r5"`},
		{"ruleId", `rank="6"`, `null`},
		{"rule", `rank="2" isMultiValued="1"`, `["{a,b}->{c}","{a}->{c}"]`},
		{"antecedent", `rank="2" isMultiValued="1"`, `[["a","b"],["a"]]`},
		{"support", `rank="2"`, `0.4`},
		{"lift", `rank="1"`, `1.1`},
		{"leverage", `rank="4"`, `0.1`},
		{"affinity", `rank="4"`, `0.2`},
		{"lift", `rank="5"`, `null`},
		{"confidence", `rank="0" isMultiValued="1"`, `[0.9,0.8,0.6,0.6,0.3]`},
	} {
		as := func(text string) string {
			if slices.Contains(measures, c.feature) {
				return strings.Replace(text, `dataType="string" feature`, `dataType="double" feature`, 1)
			}
			return text
		}
		for _, output := range []string{
			ranked(c.feature, `algorithm="recommendation" `+c.attributes),
			strings.Replace(ranked(c.feature, `algorithm="recommendation" `+c.attributes), `feature="ruleValue" ruleFeature=`, `feature=`, 1), // since 4.2
		} {
			m := load(t, bought(as(output)))
			if got := of(t, m, "a", "b"); got != c.want {
				t.Errorf("%s: got %s, want %s", output, got, c.want)
			}
		}
	}
	m := load(t, bought(strings.Replace(ranked("", `algorithm="recommendation"`), `ruleFeature="" `, "", 1)))
	if got := of(t, m, "a"); got != `["c"]` {
		t.Errorf("the default is the consequent: got %s", got)
	}
}

func TestItemsThatAreColumns(t *testing.T) {
	const fields = `<DataField name="g" optype="categorical" dataType="string"/><DataField name="p" optype="categorical" dataType="string"/><DataField name="q" optype="continuous" dataType="integer"/><DataField name="r" optype="categorical" dataType="boolean"/>`
	named := `<Item id="1" value="left" field="p" category="x"/><Item id="2" value="one" field="q" category="1"/><Item id="3" value="five" field="q" category="5"/><Item id="4" value="yes" field="r" category="true"/>`
	spelled := `<Item id="1" value="p=x"/><Item id="2" value="q=1"/><Item id="3" value="q=5"/><Item id="4" value="r"/>`
	output := ranked("ruleId", `algorithm="ruleAssociation" isMultiValued="1" rank="0"`)
	for _, items := range []string{named, spelled} {
		m := load(t, associations(fields, `<MiningField name="p"/><MiningField name="q"/><MiningField name="r"/>`, items+basketRules, output))
		check(t, "all", score(t, m, row{"p": "x", "q": "1", "r": "true"}), result{"x": []any{"r1", "r4"}})
		check(t, "another number", score(t, m, row{"p": "x", "q": "5.0", "r": "false"}), result{"x": []any{"r5"}})
		check(t, "nothing", score(t, m, row{}), result{"x": []any{}})
		check(t, "invalid", score(t, m, row{"q": "one"}), result{"$error": "invalid_input"})
		m = load(t, associations(fields, `<MiningField name="g" usageType="group"/><MiningField name="p"/><MiningField name="q"/><MiningField name="r"/>`, items+basketRules, output))
		rows := m.NewTransactions()
		in := m.NewInput()
		for _, cells := range [][3]string{{"1", "x", "5"}, {"2", "y", "1"}, {"1", "y", "1"}} {
			in.Clear()
			for i, cell := range cells {
				in.SetText(i, []byte(cell))
			}
			rows.Add(in)
		}
		out := m.NewResult()
		for i, want := range []string{"[r2 r5 r1 r3]", "[]"} { // the first group has x, 1 and 5
			rows.Fill(i, in)
			if err := m.Score(in, out); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(out.Map()["x"]); got != want {
				t.Errorf("transaction %d: got %s, want %s", i, got, want)
			}
		}
	}
}

// Members of an array and rows of a group are treated as the MiningSchema says, each by itself.
func TestTreatmentOfItems(t *testing.T) {
	for attributes, want := range map[string]string{
		``:                                  "invalid_input",
		`invalidValueTreatment="asIs"`:      "[r1]",
		`invalidValueTreatment="asMissing"`: "[r1]",
		`invalidValueTreatment="asMissing" missingValueReplacement="z"`:           "[r1 r2]",
		`invalidValueTreatment="asValue" invalidValueReplacement="z"`:             "[r1 r2]",
		`invalidValueTreatment="asMissing" missingValueTreatment="returnInvalid"`: "invalid_input",
	} {
		m := load(t, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="g" optype="categorical" dataType="string"/>
<DataField name="item" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField></DataDictionary>
<AssociationModel functionName="associationRules" numberOfTransactions="9" numberOfItems="3" minimumSupport="0" minimumConfidence="0" numberOfItemsets="3" numberOfRules="2">
<MiningSchema><MiningField name="g" usageType="group"/><MiningField name="item" `+attributes+`/></MiningSchema>
<Output><OutputField name="r" optype="categorical" dataType="string" feature="ruleValue" ruleFeature="ruleId" algorithm="recommendation" isMultiValued="1" rank="0"/></Output>
<Item id="1" value="a"/><Item id="2" value="b"/><Item id="3" value="z"/><Itemset id="A"><ItemRef itemRef="1"/></Itemset><Itemset id="B"><ItemRef itemRef="2"/></Itemset><Itemset id="Z"><ItemRef itemRef="3"/></Itemset>
<AssociationRule id="r1" antecedent="A" consequent="B" support="0.5" confidence="0.6"/><AssociationRule id="r2" antecedent="Z" consequent="B" support="0.5" confidence="0.5"/></AssociationModel></PMML>`)
		answer := func(in *pmml.Input) string {
			out := m.NewResult()
			var failed *pmml.RowError
			if err := m.Score(in, out); errors.As(err, &failed) {
				return string(failed.Code)
			}
			return fmt.Sprint(out.Map()["r"])
		}
		item, _ := m.FieldIndex("item")
		in := m.NewInput()
		if err := in.Set(item, []string{"a", "strange"}); err != nil {
			t.Fatal(err)
		}
		if got := answer(in); got != want {
			t.Errorf("%s: the array gives %s, want %s", attributes, got, want)
		}
		rows := m.NewTransactions()
		for _, text := range []string{"a", "strange"} {
			in.Clear()
			in.SetText(0, []byte("1"))
			in.SetText(item, []byte(text))
			rows.Add(in)
		}
		rows.Fill(0, in)
		if got := answer(in); got != want {
			t.Errorf("%s: the rows give %s, want %s", attributes, got, want)
		}
	}
}

// Inside a first match or a chain the whole shows the rules of its one segment that has some, and reads transactions if it has the group field, too.
func TestRulesOfASegment(t *testing.T) {
	schema := `<MiningField name="g" usageType="group"/><MiningField name="item"/>`
	inner := bought("")
	inner = strings.Replace(inner[strings.Index(inner, "<AssociationModel"):strings.Index(inner, "</PMML>")], "<Output></Output>", "", 1)
	for _, method := range []string{"selectFirst", "modelChain"} {
		for _, segment := range []string{"", `segmentId="s"`} {
			m := load(t, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="g" optype="categorical" dataType="string"/><DataField name="item" optype="categorical" dataType="string"/></DataDictionary>
<MiningModel functionName="associationRules"><MiningSchema>`+schema+`</MiningSchema><Output>`+ranked("rule", `algorithm="recommendation" `+segment)+`</Output><Segmentation multipleModelMethod="`+method+`"><Segment id="s"><True/>`+inner+`</Segment></Segmentation></MiningModel></PMML>`)
			if group, ok := m.Group(); !ok || m.Fields()[group].Name != "g" {
				t.Error("no group")
			}
			if got := of(t, m, "a", "b"); got != `"{a,b}->{c}"` {
				t.Errorf("%s %s: got %s", method, segment, got)
			}
		}
	}
}

// Of one field alone the items may be its values, or be spelled with its name where no group makes baskets of them.
func TestItemsOfOneColumn(t *testing.T) {
	fields := `<DataField name="g" optype="categorical" dataType="string"/><DataField name="p" optype="categorical" dataType="string"/>`
	plain := `<Item id="1" value="a"/><Item id="2" value="b"/><Item id="3" value="c"/><Item id="4" value="d"/>`
	spelled := strings.ReplaceAll(plain, `value="`, `value="p=`)
	output := ranked("ruleId", `algorithm="recommendation" isMultiValued="1" rank="0"`)
	for _, c := range []struct {
		items, schema, value string
		want                 []any
	}{
		{plain, `<MiningField name="p"/>`, "a", []any{"r5", "r1", "r4"}},
		{spelled, `<MiningField name="p"/>`, "a", []any{"r5", "r1", "r4"}},
		{spelled, `<MiningField name="p"/>`, "b", []any{"r3", "r4"}},
		{spelled, `<MiningField name="g" usageType="group"/><MiningField name="p"/>`, "p=a", []any{"r5", "r1", "r4"}},
		{spelled, `<MiningField name="g" usageType="group"/><MiningField name="p"/>`, "a", []any{"r4"}},
	} {
		m := load(t, associations(fields, c.schema, c.items+basketRules, output))
		check(t, c.items+" "+c.value, score(t, m, row{"p": c.value}), result{"x": c.want})
	}
}

func TestBrokenAssociations(t *testing.T) {
	rule := ranked("ruleId", "")
	whole := bought(rule)
	for _, c := range []struct{ text, marker, part string }{
		{strings.Replace(whole, `<ItemRef itemRef="4"/>`, `<ItemRef itemRef="9"/>`, 1), `<Itemset id="D"`, `itemRef "9" names no Item`},
		{strings.Replace(whole, `<Itemset id="E"/>`, `<Itemset id="A"/>`, 1), `<Itemset id="A"/>`, `Itemset "A" is there twice`},
		{strings.Replace(whole, `<Item id="2"`, `<Item id="1"`, 1), `<Item id="1" value="b"`, `Item "1" is there twice`},
		{strings.Replace(whole, `antecedent="AB"`, `antecedent="Q"`, 1), `<AssociationRule id="r2"`, `AssociationRule goes from "Q" to "C"`},
		{strings.Replace(whole, `support="0.25" `, ``, 1), `<AssociationRule id="r2"`, `AssociationRule has no support`},
		{strings.Replace(whole, `functionName="associationRules"`, `functionName="clustering"`, 1), `<AssociationModel`, `functionName of AssociationModel is "clustering"`},
		{associations(`<DataField name="q" optype="continuous" dataType="integer"/>`, `<MiningField name="q"/>`, `<Item id="1" value="one" field="q" category="many"/>`, ""), `<Item`, `category "many" of Item is not of the type of field "q", integer`},
		{associations(`<DataField name="q" optype="continuous" dataType="integer"/>`, `<MiningField name="q"/>`, `<Item id="1" value="one" field="r" category="1"/>`, ""), `<Item`, `field "r" is not defined`},
		{strings.Replace(whole, `<MiningField name="item"/>`, `<MiningField name="item"/><MiningField name="h" usageType="group"/>`, 1), `<MiningField name="h"`, `a second group field, "h" beside "g"`},
		{bought(ranked("colour", "")), `<OutputField`, `ruleFeature "colour" is not known`},
		{bought(ranked("rule", `algorithm="all"`)), `<OutputField`, `algorithm "all"`},
		{bought(ranked("rule", `rankBasis="weight"`)), `<OutputField`, `rankBasis "weight"`},
		{bought(ranked("rule", `rankOrder="up"`)), `<OutputField`, `rankOrder "up"`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}
