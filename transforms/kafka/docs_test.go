package kafka

import (
	"os"
	"strings"
	"testing"
)

// The status kinds of this package stand in the protocol's table.
func TestProtocolListsStatus(t *testing.T) {
	page, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Status\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, kind := range []string{StatusGap, StatusGone, StatusRecreated, StatusStalled, StatusResumed} {
		found := false
		for line := range strings.Lines(section) {
			cells := strings.Split(line, "|")
			found = found || len(cells) > 2 && strings.Contains(cells[1], "`"+kind+"`")
		}
		if !found {
			t.Errorf("the page has no status %s", kind)
		}
	}
}
