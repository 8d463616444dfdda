package document

import (
	"reflect"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
)

// at returns a decoder whose current token is the start of the text's root.
func at(t *testing.T, text string) *decoder {
	t.Helper()
	d := &decoder{s: scan.New([]byte(text), scan.Limits{}), names: names{all: map[string]string{}}}
	if d.next() != scan.Start {
		t.Fatal(d.err)
	}
	return d
}

// The short forms of the specification's page General Structure, written out.
func TestMatrices(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		rows, cols int
		want       []float64
	}{
		"any":            {`<Matrix nbRows="2" nbCols="3"><Array n="3" type="real">1 2 3</Array><Array>4 5 6</Array></Matrix>`, 2, 3, []float64{1, 2, 3, 4, 5, 6}},
		"without sizes":  {`<Matrix><Array>1 2</Array><Array>3 4</Array></Matrix>`, 2, 2, []float64{1, 2, 3, 4}},
		"diagonal":       {`<Matrix kind="diagonal"><Array>1 2 3</Array></Matrix>`, 3, 3, []float64{1, 0, 0, 0, 2, 0, 0, 0, 3}},
		"lower triangle": {`<Matrix kind="symmetric"><Array>1</Array><Array>2 3</Array><Array>4 5 6</Array></Matrix>`, 3, 3, []float64{1, 2, 4, 2, 3, 5, 4, 5, 6}},
		"cells":          {`<Matrix nbRows="2" nbCols="2" diagDefault="1" offDiagDefault="0.5"><MatCell row="1" col="2">7</MatCell></Matrix>`, 2, 2, []float64{1, 7, 0.5, 1}},
		"mirrored cells": {`<Matrix kind="symmetric" nbRows="2"><MatCell row="2" col="1">7</MatCell></Matrix>`, 2, 2, []float64{0, 7, 7, 0}},
		"sparse rows":    {`<Matrix><REAL-SparseArray n="3"><Indices>2</Indices><REAL-Entries>9</REAL-Entries></REAL-SparseArray></Matrix>`, 1, 3, []float64{0, 9, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			d := at(t, c.text)
			m := d.matrix()
			if m.Rows != c.rows || m.Cols != c.cols || !reflect.DeepEqual(m.Cells, c.want) || len(d.faults) > 0 {
				t.Errorf("%d × %d %v %v", m.Rows, m.Cols, m.Cells, d.faults)
			}
		})
	}
}

func TestMatricesAndArraysThatAreDamaged(t *testing.T) {
	for text, part := range map[string]string{
		`<Matrix nbRows="1" nbCols="1"><Array>1 2</Array></Matrix>`:                                                                 "says 1 × 1 and holds 1 × 2",
		`<Matrix><Array>1 2</Array><Array>3</Array></Matrix>`:                                                                       "row 2 of Matrix holds 1",
		`<Matrix kind="symmetric"><Array>1</Array><Array>2</Array></Matrix>`:                                                        "row 2 of Matrix holds 1",
		`<Matrix nbRows="100000" nbCols="100000"/>`:                                                                                 "too large",
		`<Matrix><MatCell row="0" col="1">1</MatCell></Matrix>`:                                                                     "count from 1",
		`<Matrix><MatCell row="2147483647" col="2147483647">1</MatCell></Matrix>`:                                                   "too large",
		`<Matrix><Array>1 a</Array></Matrix>`:                                                                                       `"a" in Array is not a number`,
		`<Matrix><INT-SparseArray n="2147483647"/></Matrix>`:                                                                        "too large",
		`<Matrix><REAL-SparseArray n="2"><Indices>1 3</Indices><REAL-Entries>1 1</REAL-Entries></REAL-SparseArray></Matrix>`:        "has the index 3",
		`<Matrix><REAL-SparseArray n="2"><Indices>2 1</Indices><REAL-Entries>1 1</REAL-Entries></REAL-SparseArray></Matrix>`:        "do not rise",
		`<Matrix><REAL-SparseArray n="2"><Indices>1</Indices><REAL-Entries>1 1</REAL-Entries></REAL-SparseArray></Matrix>`:          "1 Indices and 2 entries",
		`<Matrix><REAL-SparseArray n="2"><Indices>0</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></Matrix>`:            "not a whole number from 1",
		`<Matrix><REAL-SparseArray n="-5"><Indices>99999999999</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></Matrix>`: "not a whole number from 1",
	} {
		d := at(t, text)
		d.matrix()
		if len(d.faults) == 0 || !strings.Contains(d.faults[0].Message, part) {
			t.Errorf("%s: %v, want %q", text, d.faults, part)
		}
	}
}
