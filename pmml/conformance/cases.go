package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// caseFile is case.json.
type caseFile struct {
	Name            string   `json:"name"`
	Element         string   `json:"element"`
	ModelName       string   `json:"model_name"`
	Kind            string   `json:"kind"`
	Strict          bool     `json:"strict"`
	RelTol          float64  `json:"rel_tol"`
	AbsTol          float64  `json:"abs_tol"`
	Float32         bool     `json:"float32"`
	Compare         []string `json:"compare"`
	HasVerification bool     `json:"has_verification"`
}

// rules is what a suite compares differently.
type rules struct {
	target          string // the name of a result without a target field
	absentIsMissing bool
	explain         bool // differences that come from known habits of the reference engine are counted, not held against a case
}

func runDev(root string, match *regexp.Regexp) ([]outcome, error) {
	return runFolder("dev", filepath.Join(root, "dev", "cases"), match, rules{target: "_target"})
}

func runDifferential(root string, match *regexp.Regexp) ([]outcome, error) {
	return runFolder("differential", filepath.Join(root, "differential"), match, rules{target: "$target", absentIsMissing: true, explain: true})
}

func runFolder(suite, dir string, match *regexp.Regexp, r rules) ([]outcome, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []outcome
	for _, e := range entries {
		if !e.IsDir() || !match.MatchString(e.Name()) {
			continue
		}
		o := outcome{suite: suite, name: e.Name(), status: "pass"}
		if err := runCase(filepath.Join(dir, e.Name()), r, &o); err != nil {
			o.detail, o.status = err.Error(), "fail"
			var load *pmml.LoadError
			if errors.As(err, &load) && load.Unsupported() {
				o.status = "unsupported"
			}
		}
		out = append(out, o)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, nil
}

func runCase(dir string, r rules, o *outcome) error {
	var c caseFile
	text, err := os.ReadFile(filepath.Join(dir, "case.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	o.element, o.strict = c.Element, c.Strict
	m, err := load(dir, c.ModelName)
	if err != nil {
		return err
	}
	expected, err := readObjects(filepath.Join(dir, "expected.jsonl"))
	if err != nil {
		return err
	}
	actual, err := score(m, dir)
	if err != nil {
		return err
	}
	if len(actual) != len(expected) {
		return fmt.Errorf("%d rows scored, %d expected", len(actual), len(expected))
	}
	wrong, first := 0, ""
	for i, e := range expected {
		if message, field := compareRow(&c, r, e, actual[i]); message != "" {
			if r.explain {
				if habit := explained(m, cells(dir, i), field, e, actual[i]); habit != "" {
					habits[habit]++
					continue
				}
			}
			if wrong++; wrong == 1 {
				first = fmt.Sprintf("row %d: %s", i+1, message)
			}
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d rows; %s", wrong, len(expected), first)
	}
	if c.Kind == "verification" || c.HasVerification && c.Strict {
		differences, err := m.Verify()
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		if len(differences) > 0 {
			return fmt.Errorf("verify: %d differences; %s", len(differences), differences[0])
		}
	}
	return nil
}

// habits counts the rows that were excused, by habit.
var habits = map[string]int{}

// cells returns a row of input.csv by name.
func cells(dir string, row int) map[string]string {
	f, err := os.Open(filepath.Join(dir, "input.csv"))
	if err != nil {
		return nil
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || row+1 >= len(all) {
		return nil
	}
	out := map[string]string{}
	for j, name := range all[0] {
		out[name] = all[row+1][j]
	}
	return out
}

func load(dir, name string) (*pmml.Model, error) {
	path := filepath.Join(dir, "model.pmml")
	if _, err := os.Stat(path); err != nil {
		path += ".gz"
	}
	opts := []pmml.Option{pmml.WithGzip()}
	if name != "" {
		opts = append(opts, pmml.WithModelName(name))
	}
	return pmml.LoadFile(path, opts...)
}

// score returns one object a row, as `score` prints it.
func score(m *pmml.Model, dir string) ([]map[string]any, error) {
	rows, err := readRows(m, dir)
	if err != nil {
		return nil, err
	}
	in, out, sequence := m.NewInput(), m.NewResult(), m.NewSequence()
	if _, ok := m.Group(); ok {
		rows = grouped(m, rows)
	}
	var results []map[string]any
	var buffer []byte
	for _, fill := range rows {
		in.Clear()
		fill(in)
		if err := sequence.Score(in, out); err != nil {
			results = append(results, map[string]any{"$error": err.Error()})
			continue
		}
		buffer = out.AppendJSON(buffer[:0])
		object, err := decodeObject(buffer)
		if err != nil {
			return nil, fmt.Errorf("our own result %s: %w", buffer, err)
		}
		results = append(results, object)
	}
	return results, nil
}

// grouped makes one row of those that share the group field.
func grouped(m *pmml.Model, rows []func(*pmml.Input)) (out []func(*pmml.Input)) {
	in, t := m.NewInput(), m.NewTransactions()
	for _, fill := range rows {
		in.Clear()
		fill(in)
		t.Add(in)
	}
	for i := range t.Len() {
		out = append(out, func(in *pmml.Input) { t.Fill(i, in) })
	}
	return out
}

func readRows(m *pmml.Model, dir string) ([]func(*pmml.Input), error) {
	if f, err := os.Open(filepath.Join(dir, "input.csv")); err == nil {
		defer f.Close()
		return csvRows(m, f)
	}
	objects, err := readObjects(filepath.Join(dir, "input.jsonl"))
	if err != nil {
		return nil, err
	}
	var rows []func(*pmml.Input)
	for _, object := range objects {
		rows = append(rows, func(in *pmml.Input) {
			for name, v := range object {
				if i, ok := m.FieldIndex(name); ok {
					in.SetValue(i, jsonValue(v))
				}
			}
		})
	}
	return rows, nil
}

func jsonValue(v any) value.Value {
	switch v := v.(type) {
	case string:
		return value.OfString(v)
	case bool:
		return value.OfBool(v)
	case json.Number:
		return value.ParseString(value.Double, v.String())
	case []any:
		var list []value.Value
		for _, x := range v {
			list = append(list, jsonValue(x))
		}
		return value.OfList(list)
	}
	return value.Missing()
}

func csvRows(m *pmml.Model, f io.Reader) ([]func(*pmml.Input), error) {
	r := csv.NewReader(f)
	r.LazyQuotes = false
	all, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var columns []int
	for _, name := range all[0] {
		i, ok := m.FieldIndex(name)
		if !ok {
			i = -1
		}
		columns = append(columns, i)
	}
	var rows []func(*pmml.Input)
	for _, cells := range all[1:] {
		rows = append(rows, func(in *pmml.Input) {
			for j, cell := range cells {
				if columns[j] >= 0 && cell != "" {
					in.SetText(columns[j], []byte(cell))
				}
			}
		})
	}
	return rows, nil
}

func readObjects(path string) ([]map[string]any, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []map[string]any
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			object, err := decodeObject(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			out = append(out, object)
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func decodeObject(line []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var object map[string]any
	err := d.Decode(&object)
	return object, err
}
