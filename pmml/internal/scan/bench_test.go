package scan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// ensemble writes a boosted ensemble of complete trees of depth 6 over 30 fields, indented as JPMML does.
func ensemble(trees int) []byte {
	var doc bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	line := func(depth int, format string, args ...any) {
		for range depth {
			doc.WriteByte('\t')
		}
		fmt.Fprintf(&doc, format+"\n", args...)
	}
	var node func(depth, level int, id *int, predicate string)
	node = func(depth, level int, id *int, predicate string) {
		*id++
		line(depth, `<Node id="%d" score="%v" recordCount="%d">`, *id, 0.1*r.NormFloat64(), r.IntN(1000))
		line(depth+1, "%s", predicate)
		if level < 6 {
			field, value := r.IntN(30), r.NormFloat64()
			for _, operator := range []string{"lessOrEqual", "greaterThan"} {
				node(depth+1, level+1, id, fmt.Sprintf(`<SimplePredicate field="x%d" operator="%s" value="%v"/>`, field, operator, value))
			}
		}
		line(depth, `</Node>`)
	}
	line(0, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`)
	line(0, `<PMML xmlns="http://www.dmg.org/PMML-4_4" xmlns:data="http://jpmml.org/jpmml-model/InlineTable" version="4.4">`)
	for range trees {
		line(4, `<TreeModel functionName="regression" splitCharacteristic="binarySplit">`)
		id := 0
		node(5, 0, &id, "<True/>")
		line(4, `</TreeModel>`)
	}
	line(0, `</PMML>`)
	return doc.Bytes()
}

func BenchmarkScan(b *testing.B) {
	doc := ensemble(100)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		s := New(doc, Limits{})
		for {
			kind, err := s.Next()
			if err != nil {
				b.Fatal(err)
			}
			if kind == EOF {
				break
			}
		}
	}
}
