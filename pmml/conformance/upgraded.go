package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// runUpgraded upgrades every document of the suites that loads. The result must be valid by the schema of 4.4.1 (xmllint), be upgraded to
// itself, and score every row of its case as the original does, to the last bit.
func runUpgraded(root string, match *regexp.Regexp) ([]outcome, error) {
	folder, err := os.MkdirTemp("", "upgraded")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	var out []outcome
	files := map[string]int{} // by the file of the upgraded document: its outcome
	one := func(name, path, rows string) error {
		if !match.MatchString(name) {
			return nil
		}
		o, upgraded, err := upgradedCase(name, path, rows)
		if err != nil || upgraded == nil {
			return err
		}
		file := filepath.Join(folder, fmt.Sprintf("%d.pmml", len(out)))
		files[file] = len(out)
		out = append(out, o)
		return os.WriteFile(file, upgraded, 0o600)
	}
	for _, suite := range []string{"dev/cases", "differential"} {
		entries, err := os.ReadDir(filepath.Join(root, suite))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			dir := filepath.Join(root, suite, e.Name())
			if !e.IsDir() {
				continue
			}
			path, err := filepath.Glob(filepath.Join(dir, "model.pmml*"))
			if err != nil || len(path) != 1 {
				return nil, fmt.Errorf("%s: one model.pmml is wanted: %v, %w", dir, path, err)
			}
			if err := one(e.Name(), path[0], dir); err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name(), err)
			}
		}
	}
	documents, err := filepath.Glob(filepath.Join(root, "dev", "documents", "models", "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range documents {
		if err := one(filepath.Base(path), path, ""); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return out, validate(filepath.Join(root, "..", "spec", "xsd", "pmml-4-4-1.xsd"), files, out)
}

// upgradedCase upgrades a document; nil: it does not load. rows is the folder of its case, "" without one.
func upgradedCase(name, path, rows string) (o outcome, upgraded []byte, err error) {
	o = outcome{suite: "upgraded", name: name, status: "pass"}
	text, err := os.ReadFile(path)
	if err != nil {
		return o, nil, err
	}
	before := servable(text)
	if before == nil {
		return o, nil, nil
	}
	o.element = before.Element()
	var out, again bytes.Buffer
	faults, err := pmml.Upgrade(&out, bytes.NewReader(text), pmml.WithGzip())
	if err != nil {
		return o, nil, err
	}
	after := servable(out.Bytes())
	if after == nil {
		return o, nil, errors.New("upgraded, it does not load")
	}
	if _, err := pmml.Upgrade(&again, bytes.NewReader(out.Bytes())); err != nil {
		return o, nil, err
	}
	switch {
	case len(faults) > 0:
		o.detail = fmt.Sprintf("%d faults: %s", len(faults), faults[0])
	case !bytes.Equal(out.Bytes(), again.Bytes()):
		o.detail = "upgraded again, it changes"
	case rows != "":
		o.detail = sameResults(before, after, rows)
	}
	if o.detail != "" {
		o.status = "fail"
	}
	return o, out.Bytes(), nil
}

// servable loads a document, nil where it is refused.
func servable(text []byte) *pmml.Model {
	if m, err := pmml.Load(bytes.NewReader(text), pmml.WithGzip()); err == nil {
		return m
	}
	return nil
}

func sameResults(before, after *pmml.Model, rows string) string {
	want, errBefore := score(before, rows)
	got, errAfter := score(after, rows)
	switch {
	case (errBefore == nil) != (errAfter == nil):
		return fmt.Sprintf("%v, upgraded %v", errBefore, errAfter)
	case len(want) != len(got):
		return fmt.Sprintf("%d results, upgraded %d", len(want), len(got))
	}
	for i := range want {
		if fmt.Sprint(want[i]) != fmt.Sprint(got[i]) || !reflect.DeepEqual(keys(want[i]), keys(got[i])) {
			return fmt.Sprintf("row %d: %v, upgraded %v", i+1, want[i], got[i])
		}
	}
	return ""
}

func keys(m map[string]any) map[string]bool {
	out := map[string]bool{}
	for k := range m {
		out[k] = true
	}
	return out
}

// validate asks xmllint about all documents at once.
func validate(schema string, files map[string]int, out []outcome) error {
	if len(files) == 0 {
		return nil
	}
	args := []string{"--noout", "--huge", "--schema", schema}
	for file := range files {
		args = append(args, file)
	}
	said, err := exec.Command("xmllint", args...).CombinedOutput()
	valid := 0
	for line := range strings.Lines(string(said)) {
		line = strings.TrimSpace(line)
		if strings.HasSuffix(line, " validates") {
			valid++
			continue
		}
		file, what, ok := strings.Cut(line, ":")
		if at, known := files[file]; ok && known && out[at].status == "pass" {
			out[at].status, out[at].detail = "fail", "xmllint: "+what
		}
	}
	if err != nil && valid == 0 {
		return fmt.Errorf("xmllint: %w: %.300s", err, said)
	}
	return nil
}
