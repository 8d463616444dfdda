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
// appearance. A row that cannot be read is no part of its group, and is told between those groups that begin before and after it.
func scoreTransactions(ctx context.Context, model *pmml.Model, rows *rowReader, out io.Writer, p *rowProgress) error {
	s, err := newRowScorer(model, rows)
	if err != nil {
		return err
	}
	t := model.NewTransactions()
	faults := map[int][]byte{} // by the number of transactions that begin before
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
		n := s.gather(text, t, faults)
		if read += n; read > maxTransactionRows {
			return fmt.Errorf("more than %d rows: a file of transactions is held as a whole; split it by groups", maxTransactionRows)
		}
		p.add(n)
	}
	for i := range t.Len() {
		t.Fill(i, s.input)
		if _, err := out.Write(append(s.scored(faults[i]), '\n')); err != nil {
			return err
		}
	}
	_, err = out.Write(faults[t.Len()])
	return err
}

// gather adds the rows of a chunk to the transactions and keeps the lines of those that cannot be read.
func (s *rowScorer) gather(text []byte, t *pmml.Transactions, faults map[int][]byte) (rows int) {
	block := s.block(text)
	for i := range block.Records {
		if fault := s.fill(nil, &block, i); fault != nil {
			at := t.Len()
			faults[at] = append(append(faults[at], bytes.TrimSpace(fault)...), '\n')
			continue
		}
		t.Add(s.input)
	}
	return len(block.Records)
}
