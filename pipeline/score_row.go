package main

import (
	"bytes"
	"errors"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// rowScorer scores chunks of rows. It belongs to one goroutine.
//
// Rows are read by the conversions that pipelines use, so that a row means the same here and there. An event's envelope is of no use
// here: the names of its members are set to one that no column has.
type rowScorer struct {
	kind   records.Kind
	header string
	model  *pmml.Model
	build  *records.Builder
	filler *records.Filler
	input  *pmml.Input
	result *pmml.Result
	rows   *pmml.Sequence // the rows before, where the model remembers them; nil: each row stands alone
}

func newRowScorer(model *pmml.Model, rows *rowReader) (*rowScorer, error) {
	const none = "\x00"
	c := records.Conversion{
		Kind: rows.kind, ModelField: none, TimeField: none, IDField: none, Missing: rows.missed, Reference: "model",
	}
	build, err := records.NewBuilder(c)
	if err != nil {
		return nil, err
	}
	s := &rowScorer{
		kind: rows.kind, header: rows.header, model: model,
		build: build, filler: c.Bind(model), input: model.NewInput(), result: model.NewResult(),
	}
	if len(model.Memory()) > 0 {
		s.rows = model.NewSequence()
	}
	return s, nil
}

// score scores the rows of a chunk.
func (s *rowScorer) score(text []byte) chunkResult {
	block := s.block(text)
	r := chunkResult{rows: len(block.Records), lines: make([]byte, 0, 2*len(text))}
	for i := range block.Records {
		r.lines = append(s.row(r.lines, &block, i), '\n')
	}
	return r
}

// block reads the rows of a chunk. Empty lines are no rows, nor are blank ones between JSON objects; a blank line of CSV is a cell.
func (s *rowScorer) block(text []byte) records.Block {
	s.build.Start("", s.header, text)
	for at := 0; at < len(text); {
		n := rowEnd(text[at:], s.kind)
		if n < 0 {
			n = len(text) - at
		}
		row := bytes.TrimSuffix(bytes.TrimSuffix(text[at:at+n], []byte{'\n'}), []byte{'\r'})
		if len(row) > 0 && (s.kind == records.CSV || len(bytes.TrimSpace(row)) > 0) {
			s.build.AddRange(at, at+len(row), int64(at), 0)
		}
		at += n
	}
	return s.build.Block()
}

// row appends the result of one row.
func (s *rowScorer) row(dst []byte, block *records.Block, i int) []byte {
	if fault := s.fill(dst, block, i); fault != nil {
		return fault
	}
	return s.scored(dst)
}

// fill reads a row into the input, or appends why it cannot be read; nil: it has been read.
func (s *rowScorer) fill(dst []byte, block *records.Block, i int) []byte {
	if r := &block.Records[i]; r.Reason != "" {
		return appendError(dst, string(r.Reason), "", r.Detail)
	}
	if err := s.filler.Fill(block, i, s.input); err != nil {
		var field *records.FieldError
		errors.As(err, &field)
		return appendError(dst, string(pmml.InvalidInput), field.Field, field.Message)
	}
	return nil
}

// scored scores the input and appends its result.
func (s *rowScorer) scored(dst []byte) []byte {
	score := s.model.Score
	if s.rows != nil {
		score = s.rows.Score
	}
	if err := score(s.input, s.result); err != nil {
		var row *pmml.RowError
		if !errors.As(err, &row) {
			row = &pmml.RowError{Code: pmml.Internal, Message: err.Error()}
		}
		return appendError(dst, string(row.Code), row.Field, row.Message)
	}
	dst = s.result.AppendJSON(dst)
	if s.model.Explains() {
		dst = s.explain(dst)
	}
	return dst
}

// explain adds the explanation to the object at the end of dst.
func (s *rowScorer) explain(dst []byte) []byte {
	e := s.model.Explain(s.input)
	dst = dst[:len(dst)-1]
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(e.AppendJSON(append(dst, `"$explanation":`...)), '}')
}

func appendError(dst []byte, code, field, message string) []byte {
	dst = value.AppendQuoted(append(dst, `{"$error":{"code":`...), code)
	dst = value.AppendQuoted(append(dst, `,"field":`...), field)
	dst = value.AppendQuoted(append(dst, `,"message":`...), message)
	return append(dst, "}}"...)
}
