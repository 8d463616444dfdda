package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// The results of a file leave in its order through the whole program, though several models score it, in blocks and by
// times that go back and forth. Without the flag they do not, or the test would prove nothing.
func TestResultsKeepTheOrderOfTheirFile(t *testing.T) {
	dir := t.TempDir()
	var events strings.Builder
	const n = 2000
	for i := range n {
		fmt.Fprintf(&events, `{"id":"%04d","time":%d,"model":"m%d","x":1}`+"\n",
			i, 1_780_000_000_000+int64(i*7919%n), i%3)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("m.pmml", orderDocument)
	var control strings.Builder
	for i := range 3 {
		fmt.Fprintf(&control, `{"op":"ADD","model":"m%d","version":"1","uri":"m.pmml","at":"2026-01-01T00:00:00Z"}`+"\n", i)
	}
	for _, order := range []transforms.Order{transforms.OrderFree, transforms.OrderPartition} {
		o := &runOptions{events: write("events.jsonl", events.String()), control: write("control.jsonl", control.String()), out: filepath.Join(dir, "out"),
			join: "auto", shards: 16, subShards: 1, parts: 4, block: 50, cacheBytes: 1 << 30, loads: 2, loadWait: 10 * time.Second, quiet: true, order: string(order)}
		if err := runPipeline(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		ids := idsOf(t, filepath.Join(o.out, resultsFile))
		if len(ids) != n {
			t.Fatalf("order %s: %d results of %d events", order, len(ids), n)
		}
		if sorted := slices.IsSorted(ids); sorted != (order == transforms.OrderPartition) {
			t.Errorf("order %s: in order %v", order, sorted)
		}
	}
}

const orderDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel></PMML>`

func idsOf(t *testing.T, path string) (ids []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var line struct{ ID string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, line.ID)
	}
	return ids
}
