package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// runDocuments loads every document of dev/documents: it must load, or be rejected, as documents.tsv says.
func runDocuments(root string, match *regexp.Regexp) ([]outcome, error) {
	dir := filepath.Join(root, "dev", "documents")
	table, err := os.ReadFile(filepath.Join(dir, "documents.tsv"))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	columns := map[string]int{}
	for i, name := range strings.Split(lines[0], "\t") {
		columns[name] = i
	}
	var out []outcome
	for _, line := range lines[1:] {
		cells := strings.Split(strings.TrimRight(line, "\r"), "\t")
		get := func(name string) string { return cells[columns[name]] }
		path := get("path")
		if !match.MatchString(path) {
			continue
		}
		o := outcome{suite: "documents", name: path, status: "pass", element: get("must"), strict: true}
		start := time.Now()
		_, err := pmml.LoadFile(filepath.Join(dir, path), documentOptions(path)...)
		took := time.Since(start)
		var load *pmml.LoadError
		unsupported := errors.As(err, &load) && load.Unsupported()
		switch must := get("must"); {
		case took > 20*time.Second:
			o.status, o.detail = "fail", "took "+took.String()
		case must == "load" && err != nil && unsupported:
			if get("unsupported_ok") != "yes" {
				o.status, o.detail = "unsupported", err.Error()
			}
		case must == "load" && err != nil:
			o.status, o.detail = "fail", err.Error()
		case must == "reject" && err == nil:
			o.status, o.detail = "fail", "loads, and must be rejected: "+get("reason")
		case err != nil && strings.Contains(err.Error(), "the engine failed on this document"):
			o.status, o.detail = "fail", fmt.Sprint("crash: ", err)
		}
		out = append(out, o)
	}
	return out, nil
}

// documentOptions says which documents the suite has compressed itself; a damaged gzip among the negatives is served as it is.
func documentOptions(path string) []pmml.Option {
	if strings.HasSuffix(path, ".gz") {
		return []pmml.Option{pmml.WithGzip()}
	}
	return nil
}
