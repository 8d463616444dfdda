package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/beam-pmml/beam-pmml/"

// mayImport says which folders of the project a folder may import besides its own: imports point one way.
var mayImport = map[string][]string{
	"pmml":       {},
	"sideinput":  {},
	"transforms": {"pmml", "sideinput"},
	"runners":    {},
	"pipeline":   {"runners", "transforms", "sideinput", "pmml"},
}

// beamFree are the folders that know nothing of Beam.
var beamFree = []string{"pmml"}

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	walkImports(t, func(folder, file, path string) {
		seen[folder] = true
		if strings.HasPrefix(path, "github.com/apache/beam") {
			for _, f := range beamFree {
				if folder == f {
					t.Errorf("%s imports %s: %s knows nothing of Beam", file, path, folder)
				}
			}
		}
		rest, ours := strings.CutPrefix(path, module)
		if !ours {
			return
		}
		target, _, _ := strings.Cut(rest, "/")
		if target == folder {
			return
		}
		for _, ok := range mayImport[folder] {
			if target == ok {
				return
			}
		}
		t.Errorf("%s imports %s: %s may import only %v", file, path, folder, mayImport[folder])
	})
	for folder := range mayImport {
		if !seen[folder] {
			t.Errorf("no Go file with imports found in %s: the test looks in the wrong place", folder)
		}
	}
}

// walkImports calls f for each import of each Go file that is not a test or a program of its own below runners.
func walkImports(t *testing.T, f func(folder, file, path string)) {
	t.Helper()
	for folder := range mayImport {
		root := filepath.Join("..", folder)
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			if folder == "runners" && parsed.Name.Name == "main" {
				return nil // stands above all, as pipeline does
			}
			for _, imp := range parsed.Imports {
				path, err := strconv.Unquote(imp.Path.Value)
				if err != nil {
					return err
				}
				f(folder, file, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
