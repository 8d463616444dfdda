package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

// printSummary tells a person what a run did: what scored the events, what replaced it and when, why events have no
// result, what loading cost, and where everything is.
func printSummary(w io.Writer, o *runOptions, base []sideinput.Message, s transforms.Stats, took time.Duration) {
	printServed(w, base, s.Scored)
	printDeadLetters(w, s.DeadLetters)
	printLoads(w)
	printRate(w, s, took)
	printOutputs(w, o)
}

// printOutputs says where everything is.
func printOutputs(w io.Writer, o *runOptions) {
	outputs := []struct{ what, name string }{{"results", resultsFile}, {"dead letters", deadLettersFile}, {"status", statusFile}}
	if o.shadow != "" {
		outputs = append(outputs, struct{ what, name string }{"shadows", shadowsFile})
	}
	for _, out := range outputs {
		fmt.Fprintf(w, "%-14s %s\n", out.what, o.outputPlace(out.name))
	}
}

// printServed prints a row for each version: the events that it scored, and its times as the one that serves.
func printServed(w io.Writer, base []sideinput.Message, scored map[transforms.ModelVersion]int64) {
	served := servedTimes(base)
	rows := slices.SortedFunc(maps.Keys(scored), func(a, b transforms.ModelVersion) int {
		return cmp.Or(cmp.Compare(a.Model, b.Model), cmp.Compare(a.Version, b.Version))
	})
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "model\tversion\tscored\tserved from\tuntil\tthen")
	for _, mv := range rows {
		spans := served[mv]
		if len(spans) == 0 {
			spans = []span{{}}
		}
		for i, sp := range spans {
			model, version, n := mv.Model, mv.Version, thousands(scored[mv])
			if i > 0 {
				model, version, n = "", "", ""
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", model, version, n, day(sp.from, sp.known), day(sp.until, sp.ended), sp.then)
		}
	}
	tw.Flush()
	fmt.Fprintln(w)
}

// span is a time during which a version serves its model's name.
type span struct {
	from, until  int64
	known, ended bool
	then         string // what serves after it
}

// servedTimes replays the messages known at launch and notes what serves each name when.
func servedTimes(base []sideinput.Message) map[transforms.ModelVersion][]span {
	table, _ := sideinput.NewTable().With(base, sideinput.Bounds{})
	at := map[string][]int64{}
	for _, m := range base {
		at[m.Model] = append(at[m.Model], m.At)
	}
	out := map[transforms.ModelVersion][]span{}
	for model, times := range at {
		slices.Sort(times)
		var serving *transforms.ModelVersion
		for _, t := range slices.Compact(times) {
			ref, err := sideinput.ParseReference([]byte(model))
			if err != nil {
				continue
			}
			var next *transforms.ModelVersion
			if r := table.Resolve(ref, t); r.Choice != nil {
				next = &transforms.ModelVersion{Model: model, Version: r.Choice.Version}
			}
			if serving != nil && next != nil && *serving == *next {
				continue
			}
			if serving != nil {
				last := &out[*serving][len(out[*serving])-1]
				last.until, last.ended, last.then = t, true, "deleted"
				if next != nil {
					last.then = "version " + next.Version
				}
			}
			if next != nil {
				out[*next] = append(out[*next], span{from: t, known: true})
			}
			serving = next
		}
	}
	return out
}

func printDeadLetters(w io.Writer, dead map[sideinput.Reason]int64) {
	if len(dead) == 0 {
		fmt.Fprintf(w, "dead letters: none\n\n")
		return
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "dead letters\tevents")
	for _, reason := range slices.Sorted(maps.Keys(dead)) {
		fmt.Fprintf(tw, "%s\t%s\n", reason, thousands(dead[reason]))
	}
	tw.Flush()
	fmt.Fprintln(w)
}

func printLoads(w io.Writer) {
	s := modelcache.ProcessStats()
	fmt.Fprintf(w, "documents      %d loaded in %s, %d failed, %s of models in memory\n",
		s.Loads, s.LoadTime.Round(time.Millisecond), s.Failures, byteSize(s.Bytes))
}

func printRate(w io.Writer, s transforms.Stats, took time.Duration) {
	var events int64
	for _, n := range s.Scored {
		events += n
	}
	for _, n := range s.DeadLetters {
		events += n
	}
	line := fmt.Sprintf("events         %s in %s", thousands(events), took.Round(time.Millisecond))
	if d := s.Last.Sub(s.First); events > 1 && d > 0 {
		line += fmt.Sprintf(", %s a second while they flowed", thousands(int64(float64(events)/d.Seconds())))
	}
	fmt.Fprintln(w, line)
}

func day(ms int64, known bool) string {
	if !known {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05")
}

// thousands writes a number with a comma after every three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func byteSize(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
