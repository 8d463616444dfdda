package records

import (
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// A regression: y = 1 + 2a + 3b, in which a missing b counts as 10.
const regression = `<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>
<DataDictionary>
<DataField name="b" optype="continuous" dataType="integer"/><DataField name="y" optype="continuous" dataType="double"/><DataField name="a" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema><MiningField name="y" usageType="target"/><MiningField name="a"/><MiningField name="b" missingValueReplacement="10"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="a" coefficient="2"/><NumericPredictor name="b" coefficient="3"/></RegressionTable>
</RegressionModel></PMML>`

func TestFillAModel(t *testing.T) {
	m, err := pmml.Load(strings.NewReader(regression))
	if err != nil {
		t.Fatal(err)
	}
	in, out := m.NewInput(), m.NewResult()
	for _, c := range []struct {
		c              Conversion
		header, record string
		want           float64
	}{
		{Conversion{}, "", `{"model":"m","time":1,"a":0.5,"b":4}`, 14},
		{Conversion{}, "", `{"model":"m","time":1,"a":"0.5","b":null}`, 32},
		{Conversion{}, "", `{"model":"m","time":1,"a":0}`, 31},
		{Conversion{Kind: CSV}, "b,a,model,time", `4,0.5,m,1`, 14},
		{Conversion{Kind: CSV}, "b,a,model,time", `,0.5,m,1`, 32},
		{Conversion{Kind: Dense, Columns: []string{"model", "time"}}, "", `m,1,0.5,4`, 14},
		{Conversion{Kind: Sparse, Columns: []string{"model", "time"}}, "", `m 1 0:0.5`, 32},
	} {
		builder, err := NewBuilder(c.c)
		if err != nil {
			t.Fatal(err)
		}
		builder.Start("f", c.header, nil)
		builder.Add([]byte(c.record), 0, NoTime)
		b := builder.Block()
		if r := b.Records[0]; r.Reason != "" {
			t.Fatalf("%s: %s %s", c.record, r.Reason, r.Detail)
		}
		if err := c.c.Bind(m).Fill(&b, 0, in); err != nil {
			t.Fatalf("%s: %v", c.record, err)
		}
		if err := m.Score(in, out); err != nil {
			t.Fatalf("%s: %v", c.record, err)
		}
		if got, ok := out.Value(0).Float64(); !ok || got != c.want {
			t.Errorf("%s: %v, want %v", c.record, got, c.want)
		}
	}
}
