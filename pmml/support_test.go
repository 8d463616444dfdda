package pmml_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

var update = flag.Bool("update", false, "write the table of support into docs/pmml.md")

// part is a row of the table of support: a document that needs it, and what the reference engine made of that document.
type part struct {
	path, what, jpmml string
}

func parts(t *testing.T) (list []part) {
	t.Helper()
	dir := filepath.Join("..", "testdata", "support")
	jpmml := map[string]string{}
	for _, cells := range tsv(t, filepath.Join(dir, "jpmml.tsv")) {
		jpmml[cells[0]] = cells[1]
	}
	add := func(path, name, what string) {
		if jpmml[name] == "" {
			t.Fatalf("jpmml.tsv has no row for %s", name)
		}
		list = append(list, part{path, what, jpmml[name]})
	}
	for _, e := range elements {
		add(filepath.Join("testdata", "elements", e.element+".pmml"), e.element, e.element)
	}
	for _, cells := range tsv(t, filepath.Join(dir, "parts.tsv")) {
		add(filepath.Join(dir, cells[0]+".pmml"), cells[0], cells[1])
	}
	return list
}

// tsv reads a table of two columns; lines with # are comments.
func tsv(t *testing.T, path string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			cells := strings.Split(line, "\t")
			if len(cells) != 2 {
				t.Fatalf("%s: %q", path, line)
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// scores says whether a document loads and scores the row of testdata/support.
func scores(t *testing.T, path string) string {
	t.Helper()
	m, err := pmml.LoadFile(path)
	if err != nil {
		t.Log(path, err)
		return "no"
	}
	file, err := os.Open(filepath.Join("..", "testdata", "support", "row.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	in := m.NewInput()
	for i, name := range rows[0] {
		if at, ok := m.FieldIndex(name); ok {
			in.SetText(at, []byte(rows[1][i]))
		}
	}
	if err := m.Score(in, m.NewResult()); err != nil {
		t.Log(path, err)
		return "no"
	}
	return "yes"
}

// supportMarks stand around the table in docs/pmml.md.
const beginSupport, endSupport = "<!-- support: written by go test ./pmml -run SupportTable -update -->\n", "<!-- end of support -->\n"

// The page says what the engine does: each row is a document that is loaded and scored here.
func TestSupportTableIsTrue(t *testing.T) {
	var table strings.Builder
	table.WriteString("| part of PMML | here | JPMML-Evaluator 1.7.7 |\n|---|---|---|\n")
	for _, p := range parts(t) {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", p.what, scores(t, p.path), p.jpmml)
	}
	page := filepath.Join("..", "docs", "pmml.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), beginSupport)
	_, after, ok2 := strings.Cut(rest, endSupport)
	if !ok1 || !ok2 {
		t.Fatal("docs/pmml.md has no marks for the table of support")
	}
	want := before + beginSupport + table.String() + endSupport + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Errorf("docs/pmml.md is not true any more; write it by go test ./pmml -run SupportTable -update. The table is\n%s", table.String())
	}
}
