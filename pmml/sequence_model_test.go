package pmml_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lines reads a file of JSON objects.
func lines(t *testing.T, path string) (objects []map[string]any) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	for s.Scan() {
		var object map[string]any
		if err := json.Unmarshal(s.Bytes(), &object); err != nil {
			t.Fatal(err)
		}
		objects = append(objects, object)
	}
	return objects
}

// Expected rules by trying every way to place the sets: testdata/generate/sequence_cases.py.
func TestSequencesAgainstEveryWayToPlaceTheSets(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("..", "testdata", "sequences", "*"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "model.pmml"))
			if err != nil {
				t.Fatal(err)
			}
			m := load(t, string(text))
			expected := lines(t, filepath.Join(folder, "expected.jsonl"))
			for i, row := range lines(t, filepath.Join(folder, "rows.jsonl")) {
				got, err := m.ScoreMap(row)
				if err != nil {
					t.Fatal(err)
				}
				for name, want := range expected[i] {
					if fmt.Sprint(got[name]) != fmt.Sprint(want) {
						t.Errorf("row %d: %s is %v, want %v", i+1, name, got[name], want)
					}
				}
			}
		})
	}
}

// visits is a model of the rule {a}→{b} over an item and a time field, with something before the rule's parts.
func visits(timeType, constraints, parts string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="g" optype="categorical" dataType="string"/><DataField name="at" optype="continuous" dataType="` + timeType + `"/><DataField name="item" optype="categorical" dataType="string"/></DataDictionary>
<SequenceModel functionName="sequences"><MiningSchema><MiningField name="g" usageType="group"/><MiningField name="at" usageType="order"/><MiningField name="item"/></MiningSchema>
<Output><OutputField name="rule" optype="categorical" dataType="string" feature="rule" algorithm="ruleAssociation"/><OutputField name="next" optype="categorical" dataType="string" feature="consequent"/><OutputField name="lift" optype="continuous" dataType="double" feature="lift"/></Output>` + constraints + parts +
		`<Sequence id="q1" support="0.5"><SetReference setId="A"/></Sequence><Sequence id="q2" support="0.4"><SetReference setId="B"/></Sequence>
<SequenceRule id="r" numberOfSets="2" occurrence="4" support="0.1" confidence="0.6"><AntecedentSequence><SequenceReference seqId="q1"/></AntecedentSequence><Delimiter delimiter="acrossTimeWindows" gap="true"/><ConsequentSequence><SequenceReference seqId="q2"/></ConsequentSequence></SequenceRule></SequenceModel></PMML>`
}

const visitSets = `<Item id="1" value="a"/><Item id="2" value="b"/><Itemset id="A"><ItemRef itemRef="1"/></Itemset><Itemset id="B"><ItemRef itemRef="2"/></Itemset>`

// The unit of the times is that of the order field's type: days of dates, seconds of times (specification, Sequence).
func TestTimesOfSequences(t *testing.T) {
	for _, c := range []struct {
		timeType, bounds, first, second string
		follows                         bool
	}{
		{"date", `maximumItemsetSeparationTime="3"`, "2024-02-27", "2024-03-01", true}, // a leap year: three days
		{"date", `maximumItemsetSeparationTime="3"`, "2023-02-26", "2023-03-02", false},
		{"dateDaysSince[1970]", `minimumItemsetSeparationTime="2"`, "10", "12", true},
		{"dateDaysSince[1970]", `minimumItemsetSeparationTime="2"`, "10", "11", false},
		{"time", `maximumAntConsSeparationTime="90"`, "10:00:00", "10:01:30", true},
		{"time", `maximumAntConsSeparationTime="90"`, "10:00:00", "10:01:31", false},
		{"dateTime", `maximumTotalSequenceTime="86400"`, "2024-01-01T10:00:00", "2024-01-02T10:00:00", true},
		{"dateTime", `maximumTotalSequenceTime="86400"`, "2024-01-01T10:00:00", "2024-01-02T10:00:01", false},
		{"double", `minimumTotalSequenceTime="0.5"`, "1.25", "1.75", true},
		{"double", `minimumTotalSequenceTime="0.5"`, "1.25", "1.5", false},
	} {
		m := load(t, visits(c.timeType, "<Constraints "+c.bounds+"/>", visitSets))
		rows, in := m.NewTransactions(), m.NewInput()
		for _, cells := range [][3]string{{"1", c.second, "b"}, {"1", c.first, "a"}} { // sorted by the order field
			in.Clear()
			for i, cell := range cells {
				in.SetText(i, []byte(cell))
			}
			rows.Add(in)
		}
		rows.Fill(0, in)
		out := m.NewResult()
		if err := m.Score(in, out); err != nil {
			t.Fatal(err)
		}
		rule, next := any("{a}->{b}"), any(nil)
		if !c.follows {
			rule, next = nil, "[{b}]"
		}
		got := out.Map()
		if got["rule"] != rule || next == nil && got["next"] != nil || next != nil && fmt.Sprint(got["next"]) != next {
			t.Errorf("%s %s, %s then %s: got %v", c.timeType, c.bounds, c.first, c.second, got)
		}
	}
}

// An array with one time is a set of its group; an array with an array of times, or without, is a sequence of its own.
func TestArraysOfSequences(t *testing.T) {
	m := load(t, visits("double", `<Constraints maximumItemsetSeparationTime="3"/>`, visitSets))
	rows, in := m.NewTransactions(), m.NewInput()
	for _, row := range []map[string]any{
		{"g": "1", "at": 4.0, "item": []string{"b", "e"}},
		{"g": "2", "at": []any{1.0, 9.0}, "item": []string{"a", "b"}},
		{"g": "1", "at": 1.0, "item": []string{"e", "a"}},
		{"g": "2", "item": []string{"a", "e", "b"}},
		{"g": "2", "at": 5.0, "item": "b"},
	} {
		in.Clear()
		for name, v := range row {
			at, _ := m.FieldIndex(name)
			if err := in.Set(at, v); err != nil {
				t.Fatal(err)
			}
		}
		rows.Add(in)
	}
	out := m.NewResult()
	want := []any{"{a}->{b}", nil, "{a}->{b}", nil} // group 1; eight apart; two apart, one by one; only b
	if rows.Len() != len(want) {
		t.Fatalf("%d transactions, want %d", rows.Len(), len(want))
	}
	for i := range want {
		rows.Fill(i, in)
		if err := m.Score(in, out); err != nil {
			t.Fatal(err)
		}
		if got := out.Map()["rule"]; got != want[i] {
			t.Errorf("transaction %d: got %v, want %v", i, got, want[i])
		}
	}
	check(t, "items without times", score(t, m, row{"item": "a"}), result{"rule": nil, "next": []any{"{b}"}})
	check(t, "nothing at all", score(t, m, row{"g": "1"}), result{"rule": nil, "next": nil})
}

func TestSequencesOfOtherSpellings(t *testing.T) {
	predicates := `<SetPredicate id="A" field="item" operator="supersetOf"><Array n="1" type="string">a</Array></SetPredicate><SetPredicate id="B" field="item"><Array n="2" type="string">b "c d"</Array></SetPredicate>`
	m := load(t, visits("double", "", predicates))
	got, err := m.ScoreMap(map[string]any{"item": []string{"a", "b", "c d", "e"}, "at": []any{1.0, 2.0, 2.0, 2.0}})
	if err != nil || got["rule"] != "{a}->{b,c d}" {
		t.Errorf("predicates: got %v, %v", got, err)
	}
	check(t, "lift is 0.6 / 0.4", score(t, m, row{"item": "a", "at": "1"}), result{"rule": nil, "lift": 1.5, "next": []any{"{b,c d}"}})
	categories := strings.NewReplacer(`value="a"`, `value="first" field="item" category="a"`, `value="b"`, `value="b" field="item"`).Replace(visitSets)
	m = load(t, visits("double", "", categories))
	check(t, "categories of items", score(t, m, row{"item": "a", "at": "1"}), result{"next": []any{"{b}"}})
	check(t, "an empty row", score(t, m, row{}), result{"rule": nil, "next": nil})
	for name, times := range map[string]any{"too few": []any{1.0}, "falling": []any{2.0, 1.0}, "missing": []any{1.0, nil}} {
		if _, err := m.ScoreMap(map[string]any{"item": []string{"a", "b"}, "at": times}); err == nil {
			t.Errorf("times that are %s are no error", name)
		}
	}
}

func TestBrokenSequences(t *testing.T) {
	whole := visits("double", "", visitSets)
	replaced := func(old, with string) string { return strings.Replace(whole, old, with, 1) }
	for _, c := range []struct{ text, marker, part string }{
		{replaced(`setId="B"`, `setId="C"`), `<Sequence id="q2"`, `setId "C" names no Itemset`},
		{replaced(`seqId="q2"`, `seqId="q3"`), `<SequenceRule`, `SequenceRule goes from "q1" to "q3"`},
		{replaced(`id="q2"`, `id="q1"`), `<Sequence id="q1" support="0.4"`, `Sequence "q1" is there twice`},
		{replaced(`<Itemset id="B"`, `<Itemset id="A"`), `<Itemset id="A"><ItemRef itemRef="2"`, `the set "A" is there twice`},
		{replaced(`<Item id="2"`, `<Item id="1"`), `<Item id="1" value="b"`, `Item "1" is there twice`},
		{replaced(`itemRef="2"`, `itemRef="3"`), `<Itemset id="B"`, `itemRef "3" names no Item`},
		{replaced(`<Item id="2"`, `<Item id="2" field="g"`), `<Item id="2"`, `field "g" is not the one that the items`},
		{replaced(`<SetReference setId="A"/>`, ``), `<Sequence id="q1"`, `Sequence has no SetReference`},
		{replaced(`gap="true"`, `gap="perhaps"`), `<Delimiter`, `gap of Delimiter is "perhaps"`},
		{replaced(`delimiter="acrossTimeWindows"`, `delimiter="near"`), `<Delimiter`, `delimiter of Delimiter is "near"`},
		{replaced(`<AntecedentSequence><SequenceReference seqId="q1"/></AntecedentSequence>`, ``), `<SequenceRule`, `SequenceRule needs an AntecedentSequence`},
		{replaced(` confidence="0.6"`, ``), `<SequenceRule`, `SequenceRule has no confidence`},
		{replaced(`functionName="sequences"`, `functionName="clustering"`), `<SequenceModel`, `functionName of SequenceModel is "clustering"`},
		{replaced(`functionName="sequences"`, `functionName="sequences" timeWindowWidth="3"`), `<SequenceModel`, `timeWindowWidth of SequenceModel`},
		{replaced(`<MiningField name="item"/>`, ``), `<SequenceModel`, `SequenceModel has no active field for its items`},
		{replaced(`name="g" usageType="group"`, `name="g"`), `<MiningField name="item"`, `SequenceModel has a second active field, "item"`},
		{visits("double", `<Constraints minimumTotalSequenceTime="long"/>`, visitSets), `<Constraints`, `minimumTotalSequenceTime of Constraints is not a number`},
		{visits("double", "", visitSets+`<SetPredicate id="Z" field="at"><Array type="string">1</Array></SetPredicate>`), `<SetPredicate`, `field "at" is not the one that the items`},
		{visits("double", "", visitSets+`<SetPredicate id="Z" field="item" operator="isIn"><Array type="string">1</Array></SetPredicate>`), `<SetPredicate`, `operator of SetPredicate is "isIn"`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}
