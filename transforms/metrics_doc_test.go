package transforms

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// The table of docs/operations.md is that of the code.
func TestMetricsAreDocumented(t *testing.T) {
	var page []metric
	for _, row := range pageTable(t, "operations.md", "## Metrics") {
		for _, name := range codeWords(row[0]) {
			page = append(page, metric{name, row[1], row[2]})
		}
	}
	byName := func(a, b metric) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(page, byName)
	if diff := gocmp.Diff(slices.SortedFunc(slices.Values(metrics), byName), page, gocmp.AllowUnexported(metric{})); diff != "" {
		t.Errorf("docs/operations.md (-code +page):\n%s", diff)
	}
}

// What is made past counter, gauge and distribution would be missing in the table above.
func TestMetricsAreDeclaredInOneWay(t *testing.T) {
	made := regexp.MustCompile(`beam\.New(Counter|Gauge|Distribution)\(`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if file != "metrics.go" && made.Match(text) {
			t.Errorf("%s makes a metric; use counter, gauge or distribution, and list it in docs/operations.md", file)
		}
	}
}

// docs/protocol.md has the reasons that there are: sideinput holds it against the code.
func TestEveryReasonHasACounter(t *testing.T) {
	counted, listed := map[string]bool{}, map[string]bool{}
	for reason := range deadLetters {
		counted[string(reason)] = true
	}
	for _, row := range protocolTable(t, "## Reasons") {
		for _, reason := range codeWords(row[0]) {
			listed[reason] = true
		}
	}
	if diff := gocmp.Diff(listed, counted); diff != "" {
		t.Errorf("reasons (-page +counters):\n%s", diff)
	}
}
