package records

import (
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// chosen is what a record says of how its version is chosen.
type chosen struct {
	split      string
	resolution Resolution
	reason     sideinput.Reason
}

func TestSplitKeyAndResolution(t *testing.T) {
	named := func(kind Kind) Conversion {
		return Conversion{Kind: kind, SplitField: "customer", ResolutionField: "mode"}
	}
	const header = `model,time,id,customer,mode`
	dense := named(Dense)
	dense.Columns = []string{"model", "time", "id", "customer", "mode"}
	for _, c := range []struct {
		name   string
		c      Conversion
		record string
		want   chosen
	}{
		{"json", named(JSON), `{"model":"m","time":1,"id":"e","customer":"c-7","mode":"latest"}`, chosen{"c-7", Latest, ""}},
		{"json, as of", named(JSON), `{"model":"m","time":1,"id":"e","customer":7,"mode":"asof"}`, chosen{"7", AsOf, ""}},
		{"json, spelled with escapes", named(JSON), `{"model":"m","time":1,"id":"e","customer":"\u0063","mode":"l\u0061test"}`, chosen{"c", Latest, ""}},
		{"json, neither", named(JSON), `{"model":"m","time":1,"id":"e"}`, chosen{"e", ByPipeline, ""}},
		{"json, null", named(JSON), `{"model":"m","time":1,"id":"e","customer":null,"mode":null}`, chosen{"e", ByPipeline, ""}},
		{"json, empty", named(JSON), `{"model":"m","time":1,"id":"e","customer":"","mode":""}`, chosen{"e", ByPipeline, ""}},
		{"json, without an id", named(JSON), `{"model":"m","time":1}`, chosen{"f@7", ByPipeline, ""}},
		{"json, another word", named(JSON), `{"model":"m","time":1,"id":"e","mode":"Latest"}`, chosen{"e", ByPipeline, sideinput.Undecodable}},
		{"json, a number", named(JSON), `{"model":"m","time":1,"id":"e","mode":1}`, chosen{"e", ByPipeline, sideinput.Undecodable}},
		{"json, a key that is an object", named(JSON), `{"model":"m","time":1,"id":"e","customer":{}}`, chosen{"e", ByPipeline, sideinput.Undecodable}},
		{"csv", named(CSV), `m,1,e,"c,""7""",latest`, chosen{`c,"7"`, Latest, ""}},
		{"csv, quoted word", named(CSV), `m,1,e,c,"asof"`, chosen{"c", AsOf, ""}},
		{"csv, neither", named(CSV), `m,1,e,,`, chosen{"e", ByPipeline, ""}},
		{"csv, another word", named(CSV), `m,1,e,c,now`, chosen{"c", ByPipeline, sideinput.Undecodable}},
		{"dense text", dense, `m,1,e,c,latest,0.5`, chosen{"c", Latest, ""}},
		{"dense text, another word", dense, `m,1,e,c,now,0.5`, chosen{"c", ByPipeline, sideinput.Undecodable}},
		{"dense in an object", named(Dense), `{"model":"m","time":1,"customer":"c","mode":"latest","features":[1]}`, chosen{"c", Latest, ""}},
		{"no names given", Conversion{}, `{"model":"m","time":1,"id":"e","":"x","customer":"c","mode":"now"}`, chosen{"e", ByPipeline, ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := NewBuilder(c.c)
			if err != nil {
				t.Fatal(err)
			}
			b.Start("f", header, nil)
			b.Add([]byte(c.record), 7, NoTime)
			block := b.Block()
			r := block.Records[0]
			if got := (chosen{string(block.AppendSplitKey(nil, 0)), r.Resolution, r.Reason}); got != c.want {
				t.Errorf("%+v (%s), want %+v", got, r.Detail, c.want)
			}
		})
	}
}

func TestResolutionWords(t *testing.T) {
	for _, r := range []Resolution{AsOf, Latest} {
		if got, err := ParseResolution(r.String()); err != nil || got != r {
			t.Errorf("%s is %v, %v", r, got, err)
		}
	}
	for _, word := range []string{"", "ASOF", "as-of", "latest "} {
		if r, err := ParseResolution(word); err == nil {
			t.Errorf("%q is %v", word, r)
		}
	}
}
