package main

import (
	"context"
	"errors"
	"io"
	"runtime"

	"github.com/beam-pmml/beam-pmml/pmml"
	"golang.org/x/sync/errgroup"
)

// chunk is rows on their way through scoreRows. What a worker made of them arrives in done.
type chunk struct {
	rows []byte
	done chan chunkResult
}

type chunkResult struct {
	lines []byte
	rows  int
}

// scoreRows scores all rows on all cores and writes one line a row, in the rows' order. No more chunks are under way than there are
// workers to keep busy, so memory does not grow with the input.
func scoreRows(ctx context.Context, model *pmml.Model, rows *rowReader, out io.Writer, p *rowProgress) error {
	workers := runtime.GOMAXPROCS(0)
	if len(model.Memory()) > 0 { // the rows are one sequence
		workers = 1
	}
	todo := make(chan *chunk)
	inOrder := make(chan *chunk, 2*workers)
	group, ctx := errgroup.WithContext(ctx)

	group.Go(func() error {
		defer close(todo)
		defer close(inOrder)
		for {
			text, err := rows.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			c := &chunk{rows: text, done: make(chan chunkResult, 1)}
			select {
			case inOrder <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case todo <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	for range workers {
		group.Go(func() error {
			s, err := newRowScorer(model, rows)
			if err != nil {
				return err
			}
			for c := range todo {
				c.done <- s.score(c.rows)
			}
			return nil
		})
	}
	group.Go(func() error {
		for c := range inOrder {
			select {
			case r := <-c.done:
				if _, err := out.Write(r.lines); err != nil {
					return err
				}
				p.add(r.rows)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}
