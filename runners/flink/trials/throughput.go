package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	benchCheckpoint = 10 * time.Second
	benchAtMost     = 10 * time.Minute
)

// playThroughput reads a full topic with every parallelism and size of blocks.
func playThroughput(ctx context.Context, st *stage) error {
	parallel, err := numbers(st.parallelisms)
	if err != nil {
		return err
	}
	blocks, err := numbers(st.blocks)
	if err != nil {
		return err
	}
	b, err := st.fillBench(ctx, "throughput")
	if err != nil {
		return err
	}
	defer b.place.close()
	st.say("%d events are there", b.events)
	for turn := range st.turns {
		for _, p := range parallel {
			for _, block := range blocks {
				for i, flags := range st.flagSets() {
					name := fmt.Sprintf("throughput-p%d-b%d-%d-%d", p, block, turn, i)
					r, values, err := st.runBench(ctx, b, name, p, append(strings.Fields(flags), "--block="+strconv.Itoa(block))...)
					if err == nil {
						err = b.check(values)
					}
					if err != nil {
						return fmt.Errorf("%s: %w", name, err)
					}
					st.say("parallelism %d, blocks of %d, flags %q: %v", p, block, flags, r)
				}
			}
		}
	}
	return nil
}

// flagSets are the further flags of run, a set for each measurement.
func (s settings) flagSets() []string { return strings.Split(s.flags, ";") }

// runBench lets a job score the events, or as many as it gets to, and reads what it made of each; NaN where there is no result.
func (st *stage) runBench(ctx context.Context, b *bench, name string, parallelism int, flags ...string) (r paces, values []float64, err error) {
	place, err := b.forJob(ctx, name)
	if err != nil {
		return r, nil, err
	}
	tags := ""
	if st.profile {
		tags = "profile"
	}
	binary, err := st.build(ctx, tags)
	if err != nil {
		return r, nil, err
	}
	s, err := st.start(ctx, job{name: name, binary: binary, models: b.models, place: place, join: inState, parallelism: parallelism,
		checkpoint: benchCheckpoint, flags: flags})
	if err != nil {
		return r, nil, err
	}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	if r, err = st.watchRun(ctx, s.flink, place, b.events, benchAtMost); err != nil {
		return r, nil, fmt.Errorf("%w\n%s", err, s.suffering())
	}
	values, err = b.values(ctx, place)
	return r, values, err
}

// values reads all results. The same one twice is an error, since nothing has failed.
func (b *bench) values(ctx context.Context, place benchPlace) ([]float64, error) {
	scored, _, err := place.counts(ctx)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(place.broker), kgo.ConsumeTopics(place.output(results)), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	values := make([]float64, b.events)
	for i := range values {
		values[i] = math.NaN()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for n := 0; n < scored; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return nil, fmt.Errorf("read results: %w", err)
		}
		for it := fetches.RecordIter(); !it.Done(); n++ {
			if err := keepValue(values, it.Next().Value); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// keepValue keeps what a result says; one that says why there is none changes nothing.
func keepValue(values []float64, line []byte) error {
	var l struct {
		ID      string
		Outputs struct{ Y *float64 }
		Reason  string
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	i, err := benchNumber(l.ID, len(values))
	switch {
	case err != nil:
		return err
	case l.Outputs.Y == nil && l.Reason == "":
		return fmt.Errorf("%s: no value", line)
	case l.Outputs.Y == nil:
		return nil
	case !math.IsNaN(values[i]):
		return fmt.Errorf("%s has two results", l.ID)
	}
	values[i] = *l.Outputs.Y
	return nil
}

// tolerance is how far engines may be apart: they add the trees in orders of their own.
const tolerance = 1e-9

// check looks whether all events were scored and the known ones as they must be.
func (b *bench) check(values []float64) error {
	for i, v := range values {
		if math.IsNaN(v) {
			return fmt.Errorf("%s has no result", benchID(i))
		}
	}
	if i, apart := farthest(b.known, values); apart > tolerance {
		return fmt.Errorf("%s was scored %v, it must be %v", benchID(i), values[i], b.known[i])
	}
	return nil
}

// farthest is the event of which two outcomes lie farthest apart, relatively, as far as both have one.
func farthest(a, b []float64) (i int, apart float64) {
	for j := range min(len(a), len(b)) {
		d := math.Abs(a[j]-b[j]) / max(1, math.Abs(a[j]))
		if d > apart {
			i, apart = j, d
		}
	}
	return i, apart
}

func numbers(list string) (ns []int, err error) {
	for _, text := range strings.Split(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a list of numbers", list)
		}
		ns = append(ns, n)
	}
	return ns, nil
}
