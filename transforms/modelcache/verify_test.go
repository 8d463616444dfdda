package modelcache

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// verified is the constant 5 with rows that expect these values of it.
func verified(expected ...string) string {
	rows := ""
	for _, e := range expected {
		rows += "<row><x>1</x><y>" + e + "</y></row>"
	}
	return strings.Replace(constant, `<RegressionTable intercept="5"/>`, `<RegressionTable intercept="5"/>
<ModelVerification><VerificationFields><VerificationField field="x"/><VerificationField field="y"/></VerificationFields><InlineTable>`+
		rows+`</InlineTable></ModelVerification>`, 1)
}

// loadText makes a cache of one document, and loads it.
func loadText(t *testing.T, c Config, document string) (*Entry, error) {
	t.Helper()
	cache, err := New(c, func(context.Context, Identity) (*pmml.Model, string, error) {
		m, err := pmml.Load(strings.NewReader(document))
		return m, "", err
	})
	if err != nil {
		t.Fatal(err)
	}
	return cache.Load(id("a")).Wait(context.Background())
}

func TestADocumentIsHeldToItsOwnRows(t *testing.T) {
	for _, c := range []struct {
		name     string
		config   Config
		document string
		want     string // in the error; "": it loads
	}{
		{"no rows", Config{}, constant, ""},
		{"as expected", Config{}, verified("5", "5.0"), ""},
		{"one differs", Config{}, verified("5", "7"), "model a version 1 cannot be loaded: it does not reproduce its own ModelVerification: row 2, y: expected 7, got 5.0"},
		{"several differ", Config{}, verified("6", "5", "7"), "row 1, y: expected 6, got 5.0; and 1 more"},
		{"beyond the bound", Config{VerifyRows: 2}, verified("5", "5", "7"), ""},
		{"within the bound", Config{VerifyRows: 3}, verified("5", "5", "7"), "row 3, y"},
		{"switched off", Config{VerifyRows: -1}, verified("6"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := loadText(t, c.config, c.document)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				e.Unpin()
				return
			}
			var failure *LoadError
			if !errors.As(err, &failure) || failure.Retriable() || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a lasting failure with %q", err, c.want)
			}
		})
	}
}

func TestVerificationEndsWithTheLoad(t *testing.T) {
	m, err := pmml.Load(strings.NewReader(verified("5", "5")))
	if err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if err := verify(ended, m, 100); !errors.Is(err, context.Canceled) || isPermanent(err) {
		t.Errorf("%v is to be tried again", err)
	}
}

// TestOwnDocumentsAreReproduced is the ground for verification by default: what lies in testdata would be served.
func TestOwnDocumentsAreReproduced(t *testing.T) {
	n := 0
	err := filepath.WalkDir(filepath.Join("..", "..", "testdata"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".pmml" {
			return err
		}
		document, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(document, []byte("<ModelVerification")) {
			return err
		}
		m, err := pmml.Load(bytes.NewReader(document))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		n++
		if err := verify(context.Background(), m, Config{}.withDefaults().VerifyRows); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d documents with rows: %v", n, err)
	}
}
