package transforms

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

var (
	swapWindows = flag.Int("swap.windows", 20, "windows of BenchmarkSwap, every other one with swaps")
	swapWindow  = flag.Duration("swap.window", 5*time.Second, "length of a window")
	swapTrees   = flag.Int("swap.trees", 100, "trees of its model")
)

const (
	swapEvery = 500 * time.Millisecond
	swapRows  = 100 // of a block
)

// BenchmarkSwap is what updates cost while one model serves at full rate under latest, with a scorer a core: windows
// without and with a new document of the same size every half second, in turn. It prints the 99th percentile of the time of a block in each, the
// median of the ratios of neighbours, and the events that failed. One run is one whole comparison:
//
//	go test ./transforms -run '^$' -bench Swap -benchtime 1x
func BenchmarkSwap(b *testing.B) {
	for b.Loop() {
		w := newSwapping(b)
		var ratios []float64
		var quiet time.Duration
		for i := range *swapWindows {
			p99 := w.window(i%2 == 1)
			if i%2 == 0 {
				quiet = p99
				continue
			}
			ratios = append(ratios, float64(p99)/float64(quiet))
			fmt.Printf("windows %2d and %2d: p99 of a block of %d %v, with swaps %v, ratio %.2f\n", i, i+1, swapRows, quiet, p99, ratios[len(ratios)-1])
		}
		slices.Sort(ratios)
		median := ratios[len(ratios)/2]
		if n := len(ratios); n%2 == 0 {
			median = (ratios[n/2-1] + median) / 2
		}
		fmt.Printf("swap: %d swaps, %d loads, median ratio of p99 %.2f, %d events, %d by a fallback, %d failed\n",
			w.swaps, w.ahead.cache.Stats().Loads, median, w.events.Load(), w.fallbacks.Load(), w.failed.Load())
		b.ReportMetric(median, "p99-ratio")
		b.ReportMetric(float64(w.failed.Load()), "failed")
	}
}

// swapping is scorers at full rate whose model gets new documents.
type swapping struct {
	ahead   *ahead
	scorers []*scorer
	table   atomic.Pointer[sideinput.Table]
	block   records.Block

	swaps                     int
	events, fallbacks, failed atomic.Int64
}

func newSwapping(b *testing.B) *swapping {
	b.Helper()
	document := []byte(boostedDocument(*swapTrees))
	load := func(context.Context, modelcache.Identity) (*pmml.Model, string, error) {
		m, err := pmml.Load(strings.NewReader(string(document)))
		return m, "none", err
	}
	cache, err := modelcache.New(modelcache.Config{}, load)
	if err != nil {
		b.Fatal(err)
	}
	w := &swapping{ahead: newAhead(cache)}
	for range runtime.GOMAXPROCS(0) {
		w.scorers = append(w.scorers, scorerOn(Scoring{Resolution: Latest}, w.ahead))
	}
	w.table.Store(sideinput.NewTable())
	w.swap()
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		b.Fatal(err)
	}
	builder.Start("bench", "", nil)
	for i := range swapRows {
		line := fmt.Appendf(nil, `{"id":"e%d","model":"m","time":0`, i)
		for f := range swapFeatures {
			line = fmt.Appendf(line, `,"f%d":%.6f`, f, float64((i*31+f*17)%101)/101)
		}
		builder.Add(append(line, '}'), int64(i), records.NoTime)
	}
	w.block = builder.Block()
	w.score(w.scorers[0]) // loads the first document
	if w.failed.Load() > 0 {
		b.Fatal("the model does not score")
	}
	return w
}

// swap makes a version of its own serve from now on.
func (w *swapping) swap() {
	w.swaps++
	version := fmt.Sprint(w.swaps)
	table, _ := w.table.Load().With([]sideinput.Message{{Op: sideinput.Update, Model: "m", Version: version, URI: version, At: time.Now().UnixMilli()}}, sideinput.Bounds{})
	w.table.Store(table)
}

func (w *swapping) score(s *scorer) {
	results, dead := scoreBlock(context.Background(), s, &w.block, w.table.Load())
	w.events.Add(swapRows)
	w.failed.Add(int64(swapRows - results.Len() + dead.Len()))
	if results.Len() > 0 && bytes.Contains(results.Line(0), []byte(`"fallback_from"`)) {
		w.fallbacks.Add(int64(results.Len()))
	}
}

// window lets every scorer score blocks one after the other and returns the 99th percentile of their times.
func (w *swapping) window(swaps bool) time.Duration {
	end := time.Now().Add(*swapWindow)
	times := make([][]time.Duration, len(w.scorers))
	var running sync.WaitGroup
	for i, s := range w.scorers {
		running.Go(func() {
			next := time.Now().Add(swapEvery)
			for begin := time.Now(); begin.Before(end); begin = time.Now() {
				if swaps && i == 0 && begin.After(next) {
					w.swap() // between blocks, as a shard folds messages
					next = begin.Add(swapEvery)
					begin = time.Now()
				}
				w.score(s)
				times[i] = append(times[i], time.Since(begin))
			}
		})
	}
	running.Wait()
	took := slices.Concat(times...)
	slices.Sort(took)
	return took[len(took)*99/100]
}

const swapFeatures = 10

// boostedDocument is an ensemble of trees of depth 6.
func boostedDocument(trees int) string {
	var d strings.Builder
	d.WriteString(`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>`)
	fields := ""
	for f := range swapFeatures {
		fmt.Fprintf(&d, `<DataField name="f%d" optype="continuous" dataType="double"/>`, f)
		fields += fmt.Sprintf(`<MiningField name="f%d"/>`, f)
	}
	d.WriteString(`<DataField name="y" optype="continuous" dataType="double"/></DataDictionary><MiningModel functionName="regression"><MiningSchema>` +
		fields + `<MiningField name="y" usageType="target"/></MiningSchema><Segmentation multipleModelMethod="sum">`)
	for tree := range trees {
		d.WriteString(`<Segment><True/><TreeModel functionName="regression" splitCharacteristic="binarySplit"><MiningSchema>` + fields + `</MiningSchema>`)
		writeSwapNode(&d, tree, 1, `<True/>`)
		d.WriteString(`</TreeModel></Segment>`)
	}
	d.WriteString(`</Segmentation></MiningModel></PMML>`)
	return d.String()
}

func writeSwapNode(d *strings.Builder, tree, node int, predicate string) {
	if node >= 1<<6 {
		fmt.Fprintf(d, `<Node score="%d">%s</Node>`, node-96, predicate)
		return
	}
	field, threshold := (tree+node)%swapFeatures, 0.2+0.6*float64((tree*7+node*13)%100)/100
	d.WriteString("<Node>" + predicate)
	writeSwapNode(d, tree, 2*node, fmt.Sprintf(`<SimplePredicate field="f%d" operator="lessOrEqual" value="%g"/>`, field, threshold))
	writeSwapNode(d, tree, 2*node+1, fmt.Sprintf(`<SimplePredicate field="f%d" operator="greaterThan" value="%g"/>`, field, threshold))
	d.WriteString("</Node>")
}
