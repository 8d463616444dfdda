package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestBenchEvents looks at what a bench is filled with: the first events are the rows whose values are known.
func TestBenchEvents(t *testing.T) {
	data := filepath.Join("..", "..", "..", benchData)
	columns, rows, err := benchRows(filepath.Join(data, "rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	known, err := benchKnown(filepath.Join(data, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if len(known) != len(rows) {
		t.Fatalf("%d values are known of %d rows", len(known), len(rows))
	}
	random := rand.New(rand.NewPCG(5, 6))
	for _, i := range []int{0, len(rows) - 1, len(rows), len(rows) + 1} {
		var event map[string]any
		if err := json.Unmarshal(benchEvent(i, columns, rows, random), &event); err != nil {
			t.Fatal(err)
		}
		if n, err := benchNumber(event["id"].(string), i+1); err != nil || n != i {
			t.Errorf("event %d has the id %v: %d, %v", i, event["id"], n, err)
		}
		if len(event) != len(columns)+3 {
			t.Errorf("event %d has %d members", i, len(event))
		}
		var first float64
		if err := json.Unmarshal([]byte(rows[min(i, len(rows)-1)][0]), &first); err != nil {
			t.Fatal(err)
		}
		if i < len(rows) && event[columns[0]] != first {
			t.Errorf("event %d has %v in its first field, its row %v", i, event[columns[0]], first)
		}
	}
	for _, id := range []string{"", "e", "x1", "e-1", "e2", "e1x"} {
		if n, err := benchNumber(id, 2); err == nil {
			t.Errorf("%q is taken for event %d", id, n)
		}
	}
	if err := unpack(filepath.Join(data, "gbm100_d6.pmml.gz"), filepath.Join(t.TempDir(), "x.pmml")); err != nil {
		t.Error(err)
	}
}

// TestBenchNotices gives the bench outcomes that are wrong in one way each.
func TestBenchNotices(t *testing.T) {
	b := &bench{events: 3, known: []float64{1, 2}}
	for _, c := range []struct {
		what  string
		lines []string
		bad   bool
	}{
		{"all right", []string{`{"id":"e0000000","outputs":{"y":1}}`, `{"id":"e0000001","outputs":{"y":2.0000000001}}`, `{"id":"e0000002","outputs":{"y":7}}`}, false},
		{"one is missing", []string{`{"id":"e0000000","outputs":{"y":1}}`, `{"id":"e0000001","outputs":{"y":2}}`}, true},
		{"one was not scored", []string{`{"id":"e0000000","outputs":{"y":1}}`, `{"id":"e0000001","outputs":{"y":2}}`, `{"id":"e0000002","reason":"unknown model"}`}, true},
		{"a value is wrong", []string{`{"id":"e0000000","outputs":{"y":1}}`, `{"id":"e0000001","outputs":{"y":2.00001}}`, `{"id":"e0000002","outputs":{"y":7}}`}, true},
		{"one twice", []string{`{"id":"e0000000","outputs":{"y":1}}`, `{"id":"e0000000","outputs":{"y":1}}`}, true},
		{"not of the bench", []string{`{"id":"e0000003","outputs":{"y":1}}`}, true},
		{"no value", []string{`{"id":"e0000000","outputs":{"z":1}}`}, true},
	} {
		values := []float64{math.NaN(), math.NaN(), math.NaN()}
		var err error
		for _, line := range c.lines {
			if err == nil {
				err = keepValue(values, []byte(line))
			}
		}
		if err == nil {
			err = b.check(values)
		}
		if (err != nil) != c.bad {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if i, apart := farthest([]float64{1, 200, 3}, []float64{1, 201, math.NaN()}); i != 1 || math.Abs(apart-0.005) > 1e-12 {
		t.Errorf("farthest apart: %d by %v", i, apart)
	}
}

func TestPace(t *testing.T) {
	began := time.Unix(1000, 0)
	p := between(sample{began, 100, cpu{jvm: time.Second, golang: time.Second, all: 4 * time.Second}},
		sample{began.Add(2 * time.Second), 1100, cpu{jvm: 1010 * time.Millisecond, golang: 1020 * time.Millisecond, all: 8 * time.Second}})
	if p.rate() != 500 || p.each(p.spent.jvm) != 10 || p.each(p.spent.job()) != 30 {
		t.Errorf("%v", p)
	}
}

// TestSpent compares what the system says about this process before and after it has done something.
func TestSpent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return // no such system
	}
	before, err := spentBy(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	all, err := spentByAll()
	if err != nil {
		t.Fatal(err)
	}
	for after := before; after < before+5*tick; {
		if after, err = spentBy(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := spentByAll(); err != nil || now <= all {
		t.Errorf("the machine: %v after %v, %v", now, all, err)
	}
}
