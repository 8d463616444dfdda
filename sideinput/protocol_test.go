package sideinput_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The lists of docs/protocol.md are those of the code.
func TestProtocolListsWhatTheCodeHas(t *testing.T) {
	data, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)

	reasons := constants(t, "reason.go", "Reason")
	if got := firstColumn(section(t, text, "## Reasons")); !slices.Equal(got, reasons) {
		t.Errorf("reasons of the page %q, of the code %q", got, reasons)
	}
	kinds := firstColumn(section(t, text, "## Status"))
	for _, kind := range constants(t, "effect.go", "EffectKind") {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the page has no status %s", kind)
		}
	}
}

func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, heading+"\n")
	if !found {
		t.Fatalf("the page has no %q", heading)
	}
	body, _, _ := strings.Cut(rest, "\n## ")
	return body
}

var inCode = regexp.MustCompile("`([^`]+)`")

// firstColumn lists the code words in the first cells of a section's tables.
func firstColumn(section string) (words []string) {
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, word := range inCode.FindAllStringSubmatch(cells[1], -1) {
			words = append(words, word[1])
		}
	}
	return words
}

// constants lists the values of a type's constants in a file of this package.
func constants(t *testing.T, file, typeName string) (values []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
			return true
		}
		for _, value := range spec.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("no constants of type %s in %s", typeName, file)
	}
	return values
}
