package document

import (
	"reflect"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
)

func decode(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := Decode([]byte(text), scan.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestVersionsAndNamespaces(t *testing.T) {
	for _, c := range []struct {
		root, version string
		faults        int
	}{
		{`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">`, "4.4", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4.1">`, "4.4.1", 0},
		{`<PMML xmlns="https://www.dmg.org/PMML-3_1" version="3.1">`, "3.1", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_2">`, "4.2", 0},
		{`<PMML version="3.0">`, "3.0", 0},
		{`<PMML>`, "4.4", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_3" version="4.2">`, "4.2", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-9_9" version="4.2">`, "4.2", 1},
		{`<PMML version="5.0">`, "5.0", 1},
		{`<PMML version="4.2.3">`, "4.2.3", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_3" version="4.4.0">`, "4.4.0", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_3" version="1.0">`, "4.3", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_3" version="v7">`, "4.3", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_3" version="">`, "4.3", 0},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.5">`, "4.5", 1},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.10">`, "4.10", 1},
		{`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="5">`, "5", 1},
		{`<PMML version="2.1">`, "2.1", 1},
		{`<PMML version="">`, "", 1},
	} {
		doc := decode(t, c.root+`<DataDictionary/></PMML>`)
		if doc.Version != c.version || len(doc.Faults) != c.faults {
			t.Errorf("%s: version %s, faults %v", c.root, doc.Version, doc.Faults)
		}
	}
}

func TestOlderSpellingsBecome44(t *testing.T) {
	doc := decode(t, `<PMML version="3.0"><DataDictionary><DataField name="a" optype="continuous"/><DataField name="b" optype="categorical"/></DataDictionary>
<TransformationDictionary><DerivedField name="d"><Apply function="formatDateTime"/></DerivedField></TransformationDictionary>
<MiningModel functionName="regression"><MiningSchema><MiningField name="a" usageType="predicted" x-invalidValueReplacement="1"/></MiningSchema>
<Segmentation multipleModelMethod="x-weightedSum" x-missingPredictionTreatment="skipSegment"><Segment><True/><TreeModel functionName="regression"><MiningSchema/><Node><True/></Node></TreeModel></Segment></Segmentation></MiningModel></PMML>`)
	if doc.Fields[0].DataType != "double" || doc.Fields[1].DataType != "string" {
		t.Errorf("3.0 leaves dataType out: %+v", doc.Fields)
	}
	if name := doc.Derived[0].Body.(*Apply).Function; name != "formatDatetime" {
		t.Error(name)
	}
	m := doc.Models[0]
	if f := m.Schema[0]; f.Usage != "target" || f.InvalidReplacement == nil || *f.InvalidReplacement != "1" {
		t.Errorf("%+v", f)
	}
	if b := m.Body.(*Mining); b.Method != "weightedSum" || b.MissingTreatment != "skipSegment" || b.Segments[0].Weight != 1 {
		t.Errorf("%+v", b)
	}
	if len(m.Faults)+len(doc.Faults) != 0 {
		t.Error(m.Faults, doc.Faults)
	}
}

func TestExtensionsAndForeignElementsArePassedOver(t *testing.T) {
	doc := decode(t, `<p:PMML xmlns:p="http://www.dmg.org/PMML-4_4" xmlns:o="http://example.org" version="4.4"><p:Extension><p:Model/></p:Extension><o:any><o:b/></o:any>
<p:DataDictionary><p:DataField name="a" optype="continuous" dataType="double"><p:Extension name="n"/><X-Vendor/></p:DataField></p:DataDictionary></p:PMML>`)
	if len(doc.Faults) != 0 || len(doc.Fields) != 1 {
		t.Error(doc.Faults, doc.Fields)
	}
}

func TestNodesStandInOneArray(t *testing.T) {
	doc := decode(t, `<PMML version="4.4"><DataDictionary/><TreeModel functionName="classification"><MiningSchema/>
<Node id="r" score="s"><True/><ScoreDistribution value="u" recordCount="2"/><Node id="a"><False/><Node id="b"><True/></Node></Node><Node id="c"><True/><ScoreDistribution value="v" recordCount="3" confidence="0.5"/></Node></Node></TreeModel></PMML>`)
	tree := doc.Models[0].Body.(*Tree)
	var ids []string
	for _, n := range tree.Nodes {
		ids = append(ids, n.ID)
	}
	if strings.Join(ids, "") != "rabc" {
		t.Errorf("document order: %v", ids)
	}
	r, a, c := tree.Nodes[0], tree.Nodes[1], tree.Nodes[3]
	if r.First != 1 || r.Next != 0 || a.First != 2 || a.Next != 3 || c.First != 0 {
		t.Errorf("links: %+v", tree.Nodes)
	}
	if r.From != 0 || r.To != 1 || c.From != 1 || c.To != 2 || tree.Distribution[1].Confidence != 0.5 {
		t.Errorf("distributions: %+v %+v", tree.Nodes, tree.Distribution)
	}
}

func TestArrays(t *testing.T) {
	for text, want := range map[string][]string{
		"a b":                {"a", "b"},
		" 1\n\t2.5 ":         {"1", "2.5"},
		`"a b" c`:            {"a b", "c"},
		`"say \"no\"" "" \n`: {`say "no"`, "", `\n`},
		"":                   nil,
	} {
		if got, ok := splitArray(text); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q %v, want %q", text, got, ok, want)
		}
	}
	if _, ok := splitArray(`"open`); ok {
		t.Error("a quotation mark that is not closed")
	}
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	text := `<PMML version="4.4"><DataDictionary><DataField name="a"/></DataDictionary><Strange/><RegressionModel functionName="regressio"><MiningSchema/><RegressionTable intercept="x"/></RegressionModel></PMML>`
	doc := decode(t, text)
	for _, f := range append(doc.Faults, doc.Models[0].Faults...) {
		if !strings.HasPrefix(text[f.At:], "<DataField") && !strings.HasPrefix(text[f.At:], "<Strange") && !strings.HasPrefix(text[f.At:], "<Regression") {
			t.Errorf("%s is at %q", f.Message, text[f.At:f.At+10])
		}
	}
	if len(doc.Faults) != 3 || len(doc.Models[0].Faults) != 2 {
		t.Errorf("%v %v", doc.Faults, doc.Models[0].Faults)
	}
}
