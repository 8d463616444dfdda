package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

const (
	benchTrees    = 100
	benchDepth    = 6
	benchFeatures = 30
	benchEvents   = 300_000
)

// BenchmarkRun is the whole program on the embedded runner: JSON events of 30 fields of a file, scored by a boosted
// ensemble of 100 trees of depth 6, results to a file. It reports CPU seconds (user and system, the runner included) per
// million events, and events a second. Run it with -benchtime 1x; GOMAXPROCS=1 in the environment gives one core (the first run under -cpu has them all).
func BenchmarkRun(b *testing.B) {
	dir := b.TempDir()
	writeBench(b, filepath.Join(dir, "boosted.pmml"), writeBoosted)
	writeBench(b, filepath.Join(dir, "events.jsonl"), writeEvents)
	writeBench(b, filepath.Join(dir, "control.jsonl"), func(w io.Writer) {
		fmt.Fprintln(w, `{"op":"ADD","model":"boosted","version":"1","uri":"boosted.pmml","at":"2026-01-01T00:00:00Z"}`)
	})
	for b.Loop() {
		o := &runOptions{
			events: filepath.Join(dir, "events.jsonl"), control: filepath.Join(dir, "control.jsonl"), out: filepath.Join(dir, "out"),
			join: "auto", shards: 16, subShards: 1, parts: runtime.GOMAXPROCS(0), block: 100, cacheBytes: 1 << 30, loads: 2, loadWait: 10 * time.Second, verifyRows: 100, quiet: true,
		}
		cpu, wall := cpuTime(), time.Now()
		if err := runPipeline(context.Background(), o); err != nil {
			b.Fatal(err)
		}
		spent := cpuTime() - cpu
		b.ReportMetric(spent.Seconds()/benchEvents*1e6, "cpu-s/M")
		b.ReportMetric(benchEvents/time.Since(wall).Seconds(), "events/s")
		if n := countLines(b, filepath.Join(o.out, "results.jsonl")); n != benchEvents {
			b.Fatalf("%d results of %d events", n, benchEvents)
		}
	}
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func writeBench(b *testing.B, path string, write func(io.Writer)) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// writeBoosted writes complete trees with thresholds that send about half of the events each way: the worst for a branch
// predictor.
func writeBoosted(w io.Writer) {
	r := rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(w, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>`)
	for i := range benchFeatures {
		fmt.Fprintf(w, "<DataField name=\"f%02d\" optype=\"continuous\" dataType=\"double\"/>\n", i)
	}
	fmt.Fprintln(w, `<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<MiningModel functionName="regression"><MiningSchema><MiningField name="y" usageType="target"/>`)
	for i := range benchFeatures {
		fmt.Fprintf(w, "<MiningField name=\"f%02d\"/>\n", i)
	}
	fmt.Fprintln(w, `</MiningSchema><Segmentation multipleModelMethod="sum">`)
	for range benchTrees {
		fmt.Fprintln(w, `<Segment><True/><TreeModel functionName="regression" splitCharacteristic="binarySplit"><MiningSchema>`)
		for i := range benchFeatures {
			fmt.Fprintf(w, "<MiningField name=\"f%02d\"/>\n", i)
		}
		fmt.Fprintln(w, `</MiningSchema>`)
		writeNode(w, r, benchDepth, benchFeatures, `<True/>`)
		fmt.Fprintln(w, `</TreeModel></Segment>`)
	}
	fmt.Fprintln(w, `</Segmentation></MiningModel></PMML>`)
}

func writeNode(w io.Writer, r *rand.Rand, depth, features int, predicate string) {
	if depth == 0 {
		fmt.Fprintf(w, "<Node score=\"%g\">%s</Node>\n", r.Float64()-0.5, predicate)
		return
	}
	fmt.Fprintf(w, "<Node>%s\n", predicate)
	field, threshold := r.IntN(features), 0.2+0.6*r.Float64()
	writeNode(w, r, depth-1, features, fmt.Sprintf(`<SimplePredicate field="f%02d" operator="lessOrEqual" value="%g"/>`, field, threshold))
	writeNode(w, r, depth-1, features, fmt.Sprintf(`<SimplePredicate field="f%02d" operator="greaterThan" value="%g"/>`, field, threshold))
	fmt.Fprintln(w, `</Node>`)
}

// writeEvents writes lines of some 670 bytes.
func writeEvents(w io.Writer) {
	r := rand.New(rand.NewPCG(3, 4))
	var line []byte
	for i := range benchEvents {
		line = append(line[:0], `{"id":"e`...)
		line = strconv.AppendInt(line, int64(i), 10)
		line = append(line, `","time":`...)
		line = strconv.AppendInt(line, 1_780_000_000_000+int64(i), 10)
		line = append(line, `,"model":"boosted"`...)
		for f := range benchFeatures {
			line = append(line, fmt.Sprintf(`,"f%02d":%.11f`, f, r.Float64())...)
		}
		line = append(line, "}\n"...)
		w.Write(line)
	}
}

func countLines(b *testing.B, path string) (n int) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		n++
	}
	return n
}
