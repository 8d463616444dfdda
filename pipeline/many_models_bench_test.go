package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

const (
	manyModels     = 10_000
	manyEvents     = 1_000_000
	manyFeatures   = 10
	manyTrees      = 5
	manyDepth      = 4
	manyCacheBytes = 32 << 20 // for about a fifth of the models
)

// BenchmarkManyModels is the whole program on the embedded runner with 10,000 models of 5 trees, of which some are asked for far
// more often than others (Zipf, s = 1.1), and a cache that holds a part of them. Each mechanism reports CPU seconds per million
// events, documents loaded and look-ups that hit, the bytes that models held at the end, and the most memory that
// the process had so far. Run one mechanism a process, since that figure never falls:
//
//	go test ./pipeline -run '^$' -bench ManyModels/state -benchtime 1x
func BenchmarkManyModels(b *testing.B) {
	for _, join := range []string{"side-input", "state", "keyed"} {
		b.Run(join, func(b *testing.B) {
			dir := b.TempDir()
			writeManyModels(b, dir)
			writeBench(b, filepath.Join(dir, "events.jsonl"), writeManyEvents)
			for b.Loop() {
				runManyModels(b, dir, join)
			}
		})
	}
}

func runManyModels(b *testing.B, dir, join string) {
	o := &runOptions{
		events: filepath.Join(dir, "events.jsonl"), control: filepath.Join(dir, "control.jsonl"), out: filepath.Join(dir, "out"),
		join: join, shards: 16, subShards: 1, parts: runtime.GOMAXPROCS(0), block: 100, cacheBytes: manyCacheBytes, loads: 2, loadWait: time.Minute, quiet: true,
	}
	before := modelcache.ProcessStats()
	cpu, wall := cpuTime(), time.Now()
	if err := runPipeline(context.Background(), o); err != nil {
		b.Fatal(err)
	}
	spent, took := cpuTime()-cpu, time.Since(wall)
	after := modelcache.ProcessStats()
	if n := countLines(b, filepath.Join(o.out, "results.jsonl")); n != manyEvents {
		b.Fatalf("%d results of %d events", n, manyEvents)
	}
	b.ReportMetric(spent.Seconds()/manyEvents*1e6, "cpu-s/M")
	b.ReportMetric(manyEvents/took.Seconds(), "events/s")
	hits, misses := after.Hits-before.Hits, after.Misses-before.Misses
	b.ReportMetric(100*float64(hits)/float64(hits+misses), "%hits")
	b.ReportMetric(float64(after.Loads-before.Loads), "loads")
	b.ReportMetric(float64(after.Evictions-before.Evictions), "evictions")
	b.ReportMetric(float64(after.Bytes)/1e6, "model-MB")
	b.ReportMetric(mostMemory(b)/1e6, "peak-MB")
}

func writeManyModels(b *testing.B, dir string) {
	b.Helper()
	if err := os.Mkdir(filepath.Join(dir, "models"), 0o755); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range manyModels {
		writeBench(b, filepath.Join(dir, "models", fmt.Sprintf("m%04d.pmml", i)), func(w io.Writer) { writeSmall(w, r) })
	}
	writeBench(b, filepath.Join(dir, "control.jsonl"), func(w io.Writer) {
		for i := range manyModels {
			fmt.Fprintf(w, `{"op":"ADD","model":"m%04d","version":"1","uri":"models/m%04d.pmml","at":"2026-01-01T00:00:00Z"}`+"\n", i, i)
		}
	})
}

func writeSmall(w io.Writer, r *rand.Rand) {
	fields := func(element string) {
		for i := range manyFeatures {
			fmt.Fprintf(w, element+"\n", i)
		}
	}
	fmt.Fprintln(w, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>`)
	fields(`<DataField name="f%02d" optype="continuous" dataType="double"/>`)
	fmt.Fprintln(w, `<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<MiningModel functionName="regression"><MiningSchema><MiningField name="y" usageType="target"/>`)
	fields(`<MiningField name="f%02d"/>`)
	fmt.Fprintln(w, `</MiningSchema><Segmentation multipleModelMethod="sum">`)
	for range manyTrees {
		fmt.Fprintln(w, `<Segment><True/><TreeModel functionName="regression" splitCharacteristic="binarySplit"><MiningSchema>`)
		fields(`<MiningField name="f%02d"/>`)
		fmt.Fprintln(w, `</MiningSchema>`)
		writeNode(w, r, manyDepth, manyFeatures, `<True/>`)
		fmt.Fprintln(w, `</TreeModel></Segment>`)
	}
	fmt.Fprintln(w, `</Segmentation></MiningModel></PMML>`)
}

// writeManyEvents writes lines of some 260 bytes.
func writeManyEvents(w io.Writer) {
	r := rand.New(rand.NewPCG(7, 8))
	popular := rand.NewZipf(r, 1.1, 10, manyModels-1)
	var line []byte
	for i := range manyEvents {
		line = append(line[:0], `{"id":"e`...)
		line = strconv.AppendInt(line, int64(i), 10)
		line = append(line, `","time":`...)
		line = strconv.AppendInt(line, 1_780_000_000_000+int64(i), 10)
		line = fmt.Appendf(line, `,"model":"m%04d"`, popular.Uint64())
		for f := range manyFeatures {
			line = fmt.Appendf(line, `,"f%02d":%.11f`, f, r.Float64())
		}
		line = append(line, "}\n"...)
		w.Write(line)
	}
}

// mostMemory is the greatest resident size of the process so far, in bytes, as Linux counts it.
func mostMemory(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib * 1024
		}
	}
	b.Fatal("no VmHWM in /proc/self/status")
	return 0
}
