package pmml_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// What any document may cost, whatever its bytes: no crash, less than a second, memory in proportion to it.
const (
	mostTime    = time.Second
	mostMemory  = 100 // times the document
	spareMemory = 8 << 20
)

// seedDocuments are the small documents of each model element, and of the kinds of time series.
func seedDocuments(t testing.TB) (texts [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "elements", "*.pmml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no seeds: ", err)
	}
	series, err := filepath.Glob(filepath.Join("..", "testdata", "support", "time-series-*.pmml"))
	if err != nil || len(series) == 0 {
		t.Fatal("no seeds: ", err)
	}
	files = append(files, series...)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// FuzzLoad feeds hostile bytes to Load.
func FuzzLoad(f *testing.F) {
	for _, text := range seedDocuments(f) {
		f.Add(text)
	}
	f.Add([]byte(newBoosted(3, 2, 2).text))
	f.Add([]byte(regression(`<Output><OutputField name="o" feature="transformedValue" dataType="string"><Apply function="concat"><FieldRef field="c"/><Constant>1</Constant></Apply></OutputField></Output><RegressionTable intercept="1"><CategoricalPredictor name="c" value="a" coefficient="2"/></RegressionTable>`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if m := loadHostile(t, text); m != nil {
			scoreHostile(t, text, m, []byte{1, 2, 3, 4, 5, 6, 7, 8})
		}
	})
}

// FuzzScore scores hostile rows with documents that were changed in ways that leave them XML: other values of attributes and arrays, elements
// left out, repeated and exchanged.
func FuzzScore(f *testing.F) {
	seeds := seedDocuments(f)
	for i := range seeds {
		f.Add(uint8(i), []byte{}, []byte{1, 2, 3, 4, 5, 6, 7, 8})
		f.Add(uint8(i), []byte{0, 7, 13, 3, 1, 50, 4, 9}, []byte{0, 200, 9, 31})
	}
	f.Fuzz(func(t *testing.T, which uint8, edits, row []byte) {
		text := edited(seeds[int(which)%len(seeds)], edits)
		m := loadHostile(t, text)
		if m == nil {
			return
		}
		scoreHostile(t, text, m, row)
	})
}

// loadHostile loads a document under the bounds, nil where it is refused.
func loadHostile(t *testing.T, text []byte) *pmml.Model {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	m, err := pmml.Load(bytes.NewReader(text), pmml.WithExplanations())
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	bounded(t, text, took)
	if used := after.TotalAlloc - before.TotalAlloc; used > mostMemory*uint64(len(text))+spareMemory {
		t.Fatalf("loading %d bytes allocated %d\n%s", len(text), used, text)
	}
	if err != nil {
		if strings.Contains(err.Error(), "the engine failed") {
			t.Fatalf("%v\n%s", err, text)
		}
		return nil
	}
	return m
}

// bounded finds fault with what takes too long, while searching; a test that only repeats what was found is not timed.
func bounded(t *testing.T, text []byte, took time.Duration) {
	t.Helper()
	if searching := flag.Lookup("test.fuzz"); searching != nil && searching.Value.String() != "" && took > mostTime {
		t.Fatalf("took %v\n%s", took, text)
	}
}

// spellings are values that documents and rows get.
var spellings = []string{"", "0", "1", "-1", "2", "3", "0.5", "1e308", "-1e308", "1e-320", "NaN", "INF", "-INF", "2147483647", "1000000", "a", "b", "c", "x", "y", "z", "yes", "no",
	"text", "true", "1 2", "0 0", "a b c", "login", "pay", "string", "double", "integer", "categorical", "ordinal", "continuous", "target", "regression", "classification", "clustering"}

// scoreHostile scores a row twice: no panic, in time, and the same twice.
func scoreHostile(t *testing.T, text []byte, m *pmml.Model, row []byte) {
	t.Helper()
	in, out := hostileInput(m, row), m.NewResult()
	var said [2]string
	for i := range said {
		start := time.Now()
		err := m.Score(in, out)
		bounded(t, text, time.Since(start))
		var failed *pmml.RowError
		if errors.As(err, &failed) {
			if failed.Code == pmml.Internal {
				t.Fatalf("%v\n%s", err, text)
			}
			said[i] = err.Error()
			continue
		}
		why := m.Explain(in)
		said[i] = string(why.AppendJSON(out.AppendJSON(nil)))
	}
	if said[0] != said[1] {
		t.Fatalf("one row gave\n%s, then\n%s\n%s", said[0], said[1], text)
	}
}

// hostileInput makes a row of any bytes.
func hostileInput(m *pmml.Model, row []byte) *pmml.Input {
	in := m.NewInput()
	for i := range m.Fields() {
		if len(row) == 0 {
			break
		}
		spelling := spellings[int(row[0])%len(spellings)]
		switch row[0] % 7 {
		case 0:
			in.SetMissing(i)
		case 1:
			in.SetValues(i, []value.Value{value.OfString(spelling), value.Missing(), value.OfFloat(float64(row[0]))})
		case 2:
			in.SetFloat(i, float64(int8(row[0])))
		default:
			in.SetText(i, []byte(spelling))
		}
		row = row[1:]
	}
	return in
}

var attributeValue = regexp.MustCompile(`="[^"]*"`)
var characterData = regexp.MustCompile(`>[^<>\s][^<>]*<`)

// edited changes a document: each edit is three bytes, what is done, where, and with what.
func edited(text, edits []byte) []byte {
	text = slices.Clone(text)
	for len(edits) >= 3 && len(edits) < 100 {
		text = edit(text, edits[0], int(edits[1]), edits[2])
		edits = edits[3:]
	}
	return text
}

func edit(text []byte, what byte, where int, with byte) []byte {
	spelling := spellings[int(with)%len(spellings)]
	switch what % 6 {
	case 0, 1:
		if at := pick(attributeValue.FindAllIndex(text, -1), where); at != nil {
			return splice(text, at[0]+2, at[1]-1, spelling)
		}
	case 2:
		if at := pick(characterData.FindAllIndex(text, -1), where); at != nil {
			return splice(text, at[0]+1, at[1]-1, spelling)
		}
	default:
		spans := elementSpans(text)
		at, other := pick(spans, where), pick(spans, int(with))
		if at == nil {
			return text
		}
		switch what % 6 {
		case 3:
			return splice(text, at[0], at[1], "")
		case 4:
			return splice(text, at[1], at[1], string(text[at[0]:at[1]]))
		default:
			return splice(text, at[0], at[1], string(text[other[0]:other[1]]))
		}
	}
	return text
}

func pick(spans [][]int, where int) []int {
	if len(spans) == 0 {
		return nil
	}
	return spans[where%len(spans)]
}

func splice(text []byte, from, to int, with string) []byte {
	return slices.Concat(text[:from], []byte(with), text[to:])
}

// elementSpans are the places of the elements below the root.
func elementSpans(text []byte) (spans [][]int) {
	d := xml.NewDecoder(bytes.NewReader(text))
	var open []int
	for {
		from := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			return spans
		}
		switch token.(type) {
		case xml.StartElement:
			open = append(open, from)
		case xml.EndElement:
			if len(open) > 1 {
				spans = append(spans, []int{open[len(open)-1], int(d.InputOffset())})
			}
			open = open[:len(open)-1]
		}
	}
}
