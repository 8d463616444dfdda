package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/google/go-cmp/cmp"
)

func TestRowEnd(t *testing.T) {
	for _, test := range []struct {
		name, text string
		kind       records.Kind
		rows       []string
		rest       string
	}{
		{"lines", "a,b\nc,d\n", records.CSV, []string{"a,b\n", "c,d\n"}, ""},
		{"a last line without its end", "a,b\nc,d", records.CSV, []string{"a,b\n"}, "c,d"},
		{"line break in quotes", "\"a\nb\",c\nd\n", records.CSV, []string{"\"a\nb\",c\n", "d\n"}, ""},
		{"line break in a later cell", "a,\"b\n\",c\nd\n", records.CSV, []string{"a,\"b\n\",c\n", "d\n"}, ""},
		{"doubled quotes", "\"a\"\"\n\"\"\",c\nd\n", records.CSV, []string{"\"a\"\"\n\"\"\",c\n", "d\n"}, ""},
		{"empty quotes", "\"\",\"\"\nd\n", records.CSV, []string{"\"\",\"\"\n", "d\n"}, ""},
		{"a comma in quotes", "\"a,\nb\"\nd\n", records.CSV, []string{"\"a,\nb\"\n", "d\n"}, ""},
		{"a quote within a bare cell opens nothing", "a\"b\nc\n", records.CSV, []string{"a\"b\n", "c\n"}, ""},
		{"text after closing quotes", "\"a\"b\nc\n", records.CSV, []string{"\"a\"b\n", "c\n"}, ""},
		{"quotes that are not closed", "a\n\"b\nc\n", records.CSV, []string{"a\n"}, "\"b\nc\n"},
		{"CRLF", "a\r\n\"b\r\n\"\r\n", records.CSV, []string{"a\r\n", "\"b\r\n\"\r\n"}, ""},
		{"JSON knows no such quotes", "{\"a\n\"}\n", records.JSON, []string{"{\"a\n", "\"}\n"}, ""},
		{"nothing", "", records.CSV, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rows []string
			text := []byte(test.text)
			if end := lastRowEnd(text, test.kind); end != len(test.text)-len(test.rest) {
				t.Errorf("the last row ends at %d", end)
			}
			for {
				n := rowEnd(text, test.kind)
				if n < 0 {
					break
				}
				rows = append(rows, string(text[:n]))
				text = text[n:]
			}
			if diff := cmp.Diff(test.rows, rows); diff != "" || string(text) != test.rest {
				t.Errorf("rows (-want +got):\n%s\nrest %q", diff, text)
			}
		})
	}
}

// linear is y = 2x + 1.
const linear = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="s" optype="categorical" dataType="string"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="s"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel></PMML>`

func linearModel(t *testing.T) *pmml.Model {
	t.Helper()
	m, err := pmml.Load(strings.NewReader(linear))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Rows over many chunks, some longer than one, come out one for one in their order, however the input is cut into reads.
func TestScoreRowsKeepsOrder(t *testing.T) {
	const rows = 60_000
	var in, want strings.Builder
	in.WriteString("x,s\n")
	for i := range rows {
		switch {
		case i%20_000 == 7:
			fmt.Fprintf(&in, "%d,\"%s\"\n", i, strings.Repeat("\n,\"\"", chunkBytes/2))
		case i%100 == 0:
			fmt.Fprintf(&in, "%d,\"a\nb\"\n", i)
		default:
			fmt.Fprintf(&in, "%d,plain\n", i)
		}
		fmt.Fprintf(&want, "{\"_target\":%d}\n", 2*i+1)
	}
	for name, reader := range map[string]io.Reader{
		"at once":   strings.NewReader(in.String()),
		"by halves": iotest.HalfReader(strings.NewReader(in.String())),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := newRowReader(reader, "rows.csv", scoreOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			p := startRowProgress(io.Discard)
			if err := scoreRows(context.Background(), linearModel(t), r, &out, p); err != nil {
				t.Fatal(err)
			}
			if out.String() != want.String() {
				t.Errorf("%d bytes of results differ from %d wanted", out.Len(), want.Len())
			}
			if n := p.rows.Load(); n != rows {
				t.Errorf("%d rows counted, want %d", n, rows)
			}
		})
	}
}

func TestScoreRowsFails(t *testing.T) {
	cause := errors.New("cable cut")
	input := func(tail io.Reader) *rowReader {
		t.Helper()
		r, err := newRowReader(io.MultiReader(strings.NewReader("x,s\n1,a\n"+strings.Repeat("2,b\n", chunkBytes)), tail), "rows.csv", scoreOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	t.Run("reading", func(t *testing.T) {
		err := scoreRows(context.Background(), linearModel(t), input(iotest.ErrReader(cause)), io.Discard, startRowProgress(io.Discard))
		if !errors.Is(err, cause) {
			t.Error(err)
		}
	})
	t.Run("writing", func(t *testing.T) {
		err := scoreRows(context.Background(), linearModel(t), input(strings.NewReader("")), failingWriter{cause}, startRowProgress(io.Discard))
		if !errors.Is(err, cause) {
			t.Error(err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		endless := &endlessRows{after: 10, then: cancel}
		err := scoreRows(ctx, linearModel(t), input(endless), io.Discard, startRowProgress(io.Discard))
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("a quote that is not closed", func(t *testing.T) {
		err := scoreRows(context.Background(), linearModel(t), input(&endlessRows{start: "\""}), io.Discard, startRowProgress(io.Discard))
		if err == nil || !strings.Contains(err.Error(), "a row of more than 64 MiB") {
			t.Error(err)
		}
	})
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// endlessRows has no last row; it calls then after some reads.
type endlessRows struct {
	start string
	reads int
	after int
	then  func()
}

func (e *endlessRows) Read(p []byte) (int, error) {
	if n := copy(p, e.start); n > 0 {
		e.start = e.start[n:]
		return n, nil
	}
	if e.reads++; e.reads == e.after && e.then != nil {
		e.then()
	}
	n := 0
	for n+4 <= len(p) {
		n += copy(p[n:], "3,c\n")
	}
	if n == 0 {
		n = copy(p, "\n")
	}
	return n, nil
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	for _, test := range []struct {
		name   string
		line   string
		column int
		shown  string
		before int
	}{
		{"indented", "\t\t<a b='c'>", 3, "<a b='c'>", 0},
		{"within", "  <a b='c'>", 6, "<a b='c'>", 3},
		{"characters, not bytes", "<é x>", 4, "<é x>", 3},
		{"one byte a character in other encodings", "<\xe9 x>", 4, "<\ufffd x>", 3},
		{"behind the end", "<a>", 4, "<a>", 3},
		{"a long line is cut", long, 200, "…" + long[149:249], 51},
		{"the column is blank", "a   b", 3, "a   b", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			shown, before := excerpt([]byte(test.line), test.column)
			if shown != test.shown || before != test.before {
				t.Errorf("%q with %d before, want %q with %d", shown, before, test.shown, test.before)
			}
		})
	}
}
