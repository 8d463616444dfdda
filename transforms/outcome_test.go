package transforms

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// outcomeDocument answers with a quarter of x.
const outcomeDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="risk" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="risk" usageType="target"/></MiningSchema>
    <RegressionTable intercept="0"><NumericPredictor name="x" coefficient="0.25"/></RegressionTable>
  </RegressionModel>
</PMML>
`

// outcomeLines writes the lines of testdata/outcome.jsonl: results, dead letters, then those of shadows.
func outcomeLines(t *testing.T) (results, dead, shadows []string) {
	t.Helper()
	m, err := pmml.Load(strings.NewReader(outcomeDocument))
	if err != nil {
		t.Fatal(err)
	}
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		t.Fatal(err)
	}
	builder.Start("in/a.jsonl", "", nil)
	builder.Add([]byte(`{"id":"e-17","time":"2026-11-01T21:05:28.894Z","model":"fraud","x":1}`), 60, records.NoTime)
	builder.Add([]byte("\xff"), 131, records.NoTime)
	builder.Add([]byte(`{"time":1793567129000,"model":"fraud@9"}`), 133, records.NoTime)
	placed := builder.Block()
	line := `{"x":4}`
	collection := records.Block{Buf: []byte(line), Records: []records.Record{{End: uint32(len(line)), Time: 0}}}

	score := func(b *records.Block, i int) *pmml.Result {
		in, res := m.NewInput(), m.NewResult()
		if err := (records.Conversion{}).Bind(m).Fill(b, i, in); err != nil {
			t.Fatal(err)
		}
		if err := m.Score(in, res); err != nil {
			t.Fatal(err)
		}
		return res
	}
	const at = 1_793_491_200_000 // 2026-11-01T00:00:00Z
	sha256 := strings.Repeat("9f", 32)
	numbered := &sideinput.Choice{Name: "fraud", Version: "3", At: at, Seq: 17, HasSeq: true}
	plain := &sideinput.Choice{Name: "a/b", Version: "1", At: at}

	w := writer{keep: true}
	w.reset(2)
	w.result(&placed, 0, resultLead(numbered, sha256, ""), 3, resultTypes(m), score(&placed, 0), nil)
	w.keep = false
	w.result(&collection, 0, resultLead(plain, sha256, ""), 1, resultTypes(m), score(&collection, 0), &pmml.Explanation{Element: "TreeModel", Path: []pmml.Step{{Node: "1", Predicate: "true"}}})
	w.result(&placed, 0, resultLead(plain, sha256, fallbackFrom(numbered)), 3, resultTypes(m), score(&placed, 0), nil)
	w.deadLetter(&placed, 0, sideinput.LoadFailed, "no \"such\" file", numbered, "")
	w.deadLetter(&placed, 1, sideinput.Undecodable, "not UTF-8", nil, "")
	w.deadLetter(&placed, 2, sideinput.UnknownVersion, "", nil, "")
	w.deadLetter(&placed, 0, sideinput.InvalidInput, "x: \"much\"", plain, fallbackFrom(numbered))

	h := newShadows(Scoring{Shadow: "next"})
	beside := h.aside(plain)
	h.lane.out.reset(3)
	h.lane.out.result(&placed, 0, resultLead(numbered, sha256, beside), 3, resultTypes(m), score(&placed, 0), nil)
	h.lane.out.deadLetter(&placed, 2, sideinput.LoadFailed, "not loaded yet", numbered, beside)
	h.lane.out.keep = true
	h.lane.out.result(&placed, 0, resultLead(plain, sha256, beside), 3, resultTypes(m), score(&placed, 0),
		&pmml.Explanation{Element: "TreeModel", Path: []pmml.Step{{Node: "1", Predicate: "true"}}})
	return linesOf(w.results), linesOf(w.dead), linesOf(h.lane.out.results)
}

func linesOf(l records.Lines) (lines []string) {
	for i := range l.Len() {
		lines = append(lines, string(l.Line(i)))
	}
	return lines
}

// The lines are those that were written by hand from docs/protocol.md.
func TestOutcomeLines(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "outcome.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	results, dead, shadows := outcomeLines(t)
	got := slices.Concat(results, dead, shadows)
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d:\n%s, want\n%s", i+1, got[i], want[i])
		}
	}
}

// What may be absent, and nothing else, is so said by the page.
func TestProtocolListsTheMembersOfOutcomes(t *testing.T) {
	table := protocolTable(t, "## Results and dead letters")
	results, dead, shadows := outcomeLines(t)
	for column, lines := range map[int][]string{2: results, 3: dead, 4: shadows} {
		ever, always := map[string]bool{}, map[string]bool{}
		for _, row := range table {
			for _, member := range codeWords(row[0]) {
				ever[member] = row[column] != "–"
				always[member] = row[column] == "always"
			}
		}
		maps.DeleteFunc(ever, func(_ string, is bool) bool { return !is })
		seen := map[string]bool{}
		for _, line := range lines {
			var object map[string]any
			if err := json.Unmarshal([]byte(line), &object); err != nil {
				t.Fatal(err)
			}
			for member := range object {
				seen[member] = true
			}
			for member, is := range always {
				if _, here := object[member]; is && !here {
					t.Errorf("%s is not always there: %s", member, line)
				}
			}
		}
		if column != 3 {
			seen["original_base64"] = true // as in dead letters; a document that scores bytes that are not UTF-8 is hard to find
		}
		if !maps.Equal(seen, ever) {
			t.Errorf("members in the code %v, on the page %v", slices.Sorted(maps.Keys(seen)), slices.Sorted(maps.Keys(ever)))
		}
	}
}

func TestProtocolListsAllStatus(t *testing.T) {
	var kinds []string
	for _, row := range protocolTable(t, "## Status") {
		kinds = append(kinds, codeWords(row[0])...)
	}
	for _, kind := range []string{string(modelcache.Loaded), string(modelcache.Failed), string(modelcache.Evicted),
		records.StatusTruncated, records.StatusRotated, sideinput.StatusUnusable} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the page has no status %s", kind)
		}
	}
}

// protocolTable returns the cells of the tables of one section of docs/protocol.md, without their heads.
func protocolTable(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	return pageTable(t, "protocol.md", heading)
}

func pageTable(t *testing.T, page, heading string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n"+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| `") {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	if !found || len(rows) == 0 {
		t.Fatalf("the page has no table under %q", heading)
	}
	return rows
}

var codeWord = regexp.MustCompile("`([^`]+)`")

func codeWords(cell string) (words []string) {
	for _, match := range codeWord.FindAllStringSubmatch(cell, -1) {
		words = append(words, match[1])
	}
	return words
}

// The bytes are those of docs/protocol.md, with comments.
func TestShardItemBytes(t *testing.T) {
	block := records.Block{Source: "ev", Buf: []byte("ab"), Records: []records.Record{{End: 2, Time: 1000}}}
	raws := []sideinput.Raw{{Data: []byte("{}"), Source: "c@7"}, {Data: []byte("[]"), Source: "c@10"}}
	items := []shardItem{{block: &block}, {raws: raws, at: 1000, timed: true}, {}}
	want := readHex(t, "shard-items.hex")
	// Those of the form before, in which records have no timestamp, are only read.
	items = append(items, shardItem{block: &block}, shardItem{raws: raws}, shardItem{})
	if len(want) != len(items) {
		t.Fatalf("%d items, want %d", len(want), len(items))
	}
	for i, it := range items {
		if got := encodeShardItem(it); i < 3 && !bytes.Equal(got, want[i]) {
			t.Errorf("item %d: encoded\n%x, want\n%x", i, got, want[i])
		}
		read, err := decodeShardItem(bytes.Clone(want[i]))
		if err != nil || describe(read) != describe(it) {
			t.Errorf("item %d: decoded %s, %v, want %s", i, describe(read), err, describe(it))
		}
	}
	for _, damaged := range []string{"", "\x01", "\x01X", "\x01B", "\x01M\x02", "\x01B\x02", "\x02M", "\x02M\xd0", "\x02M\x02", "\x03L", "L"} {
		if _, err := decodeShardItem([]byte(damaged)); err == nil {
			t.Errorf("%q is an item", damaged)
		}
	}
}

// readHex reads byte forms, one a line, with comments.
func readHex(t *testing.T, name string) (forms [][]byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		digits, _, _ := strings.Cut(line, "#")
		data, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(digits), " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, data)
	}
	return forms
}

func describe(it shardItem) string {
	switch {
	case it.block != nil:
		return fmt.Sprintf("block %+v", *it.block)
	case it.raws != nil:
		return fmt.Sprintf("control records %+v of %d, %v", it.raws, it.at, it.timed)
	}
	return "launch"
}
