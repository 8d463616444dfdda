package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
)

// A bench is a topic that is filled before any job reads it, and the document that its events ask for: a boosted ensemble
// of 100 trees.
type bench struct {
	place  *topics
	models string // folder of the document, as it is written, not packed
	events int
	known  []float64 // what the first events must give, by the reference engine
}

const (
	benchModel = "gbm100"
	benchData  = "testdata/bench"
)

// fillBench makes topics and fills that of the events.
func (st *stage) fillBench(ctx context.Context, name string) (*bench, error) {
	b := &bench{events: st.events}
	var err error
	if b.models, err = st.modelsFolder(name); err != nil {
		return nil, err
	}
	if err := unpack(filepath.Join(benchData, "gbm100_d6.pmml.gz"), filepath.Join(b.models, benchModel+".pmml")); err != nil {
		return nil, err
	}
	columns, rows, err := benchRows(filepath.Join(benchData, "rows.csv"))
	if err != nil {
		return nil, err
	}
	if b.known, err = benchKnown(filepath.Join(benchData, "expected.jsonl")); err != nil {
		return nil, err
	}
	if b.place, err = newTopics(ctx, st.broker(), name); err != nil {
		return nil, err
	}
	if err := b.fill(ctx, columns, rows); err != nil {
		b.place.close()
		return nil, err
	}
	return b, nil
}

// fill sends the message and then the events.
func (b *bench) fill(ctx context.Context, columns []string, rows [][]string) error {
	message := fmt.Appendf(nil, `{"op":"ADD","model":%q,"version":"1","uri":"%s.pmml","at":"2026-01-01T00:00:00Z"}`, benchModel, benchModel)
	if err := b.place.sendControl(ctx, message); err != nil {
		return err
	}
	const together = 20_000 // bounds what waits in memory
	random := rand.New(rand.NewPCG(5, 6))
	for i := range b.events {
		if err := b.place.sendEvents(ctx, benchEvent(i, columns, rows, random)); err != nil {
			return err
		}
		if i%together == together-1 {
			if err := b.place.flush(ctx); err != nil {
				return err
			}
		}
	}
	return b.place.flush(ctx)
}

// benchEvent is a row of the data while there are some, for these the values are known; after them each field has the value
// of a row of its own, so that no two events go the same way through the trees.
func benchEvent(i int, columns []string, rows [][]string, random *rand.Rand) []byte {
	line := fmt.Appendf(nil, `{"id":%q,"model":%q,"time":%d`, benchID(i), benchModel, 1_780_000_000_000+i)
	for c, name := range columns {
		row := i
		if i >= len(rows) {
			row = random.IntN(len(rows))
		}
		line = fmt.Appendf(line, `,%q:%s`, name, rows[row][c])
	}
	return append(line, '}')
}

func benchID(i int) string { return fmt.Sprintf("e%07d", i) }

// benchNumber is the event that an id was made for.
func benchNumber(id string, events int) (int, error) {
	if len(id) > 1 && id[0] == 'e' {
		if i, err := strconv.Atoi(id[1:]); err == nil && i >= 0 && i < events {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is the id of no event", id)
}

func benchRows(file string) (columns []string, rows [][]string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err = csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, nil, fmt.Errorf("%s: no rows: %w", file, err)
	}
	return rows[0], rows[1:], nil
}

func benchKnown(file string) (known []float64, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for _, line := range splitLines(data) {
		var row struct{ Y *float64 }
		if err := json.Unmarshal(line, &row); err != nil || row.Y == nil {
			return nil, fmt.Errorf("%s: %s: %w", file, line, err)
		}
		known = append(known, *row.Y)
	}
	return known, nil
}

func unpack(from, to string) error {
	packed, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// A benchPlace is the bench's events and message with outputs of one job's own.
type benchPlace struct {
	*topics
	prefix string
}

func (p benchPlace) outputs() string        { return "--out=" + p.at(p.prefix) }
func (p benchPlace) output(o output) string { return p.prefix + "." + outputNames[o] }

// forJob makes topics for the outputs of one job.
func (b *bench) forJob(ctx context.Context, job string) (benchPlace, error) {
	p := benchPlace{b.place, job}
	appendTime := "LogAppendTime"
	return p, b.place.create(ctx, outputPartitions, map[string]*string{"message.timestamp.type": &appendTime},
		p.output(results), p.output(deadLetters), p.output(statuses))
}

// counts are how many results and dead letters there are.
func (p benchPlace) counts(ctx context.Context) (scored, dead int, err error) {
	ends, err := p.admin.ListEndOffsets(ctx, p.output(results), p.output(deadLetters))
	if err == nil {
		err = ends.Error()
	}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Topic == p.output(results) {
			scored += int(o.Offset)
		} else {
			dead += int(o.Offset)
		}
	})
	return scored, dead, err
}
