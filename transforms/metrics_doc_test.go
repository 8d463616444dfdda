package transforms

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The table of docs/operations.md is that of the code, in its order.
func TestMetricsAreDocumented(t *testing.T) {
	var page []metric
	for _, row := range pageTable(t, "operations.md", "## Metrics") {
		for _, name := range codeWords(row[0]) {
			page = append(page, metric{name, row[1], row[2]})
		}
	}
	if diff := cmp.Diff(metrics, page, cmp.AllowUnexported(metric{})); diff != "" {
		t.Errorf("docs/operations.md (-code +page):\n%s", diff)
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
	if diff := cmp.Diff(listed, counted); diff != "" {
		t.Errorf("reasons (-page +counters):\n%s", diff)
	}
}
