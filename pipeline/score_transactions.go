package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// maxTransactionRows is how many rows are held to be grouped: transactions are told apart only at the end of the file.
const maxTransactionRows = 10_000_000

// scoreTransactions makes one row of those that share the model's group field, over the whole file, and scores them in the order of their first
// appearance. A row that cannot be read is told at once, and is no part of its group.
func scoreTransactions(ctx context.Context, model *pmml.Model, rows *rowReader, out io.Writer, p *rowProgress) error {
	s, err := newRowScorer(model, rows)
	if err != nil {
		return err
	}
	t := model.NewTransactions()
	read := 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		faults, n := s.gather(text, t)
		if read += n; read > maxTransactionRows {
			return fmt.Errorf("more than %d rows: a file of transactions is held as a whole; split it by groups", maxTransactionRows)
		}
		if _, err := out.Write(faults); err != nil {
			return err
		}
		p.add(n)
	}
	for i := range t.Len() {
		t.Fill(i, s.input)
		if _, err := out.Write(append(s.scored(nil), '\n')); err != nil {
			return err
		}
	}
	return nil
}

// gather adds the rows of a chunk to the transactions and returns the lines of those that cannot be read.
func (s *rowScorer) gather(text []byte, t *pmml.Transactions) (faults []byte, rows int) {
	block := s.block(text)
	for i := range block.Records {
		if fault := s.fill(nil, &block, i); fault != nil {
			faults = append(append(faults, bytes.TrimSpace(fault)...), '\n')
			continue
		}
		t.Add(s.input)
	}
	return faults, len(block.Records)
}
