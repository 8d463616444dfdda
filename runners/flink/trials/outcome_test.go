package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	result2 = `{"v":1,"id":"e1","source":"f@10","model":"m","version":"2","sha256":"ab","revision":7,"outputs":{"y": 1.5}}`
	result3 = `{"v":1,"id":"e1","source":"f@10","model":"m","version":"3","sha256":"cd","revision":8,"outputs":{"y":2}}`
	deleted = `{"v":1,"id":"e1","source":"f@10","reason":"deleted","retriable":false}`
	failed2 = `{"v":1,"id":"e1","source":"f@10","reason":"load_failed","model":"m","version":"2","retriable":true}`
	failed3 = `{"v":1,"id":"e1","source":"f@10","reason":"load_failed","model":"m","version":"3","retriable":true}`
)

func attempts(t *testing.T, lines ...string) []attempt {
	t.Helper()
	var all []attempt
	for _, l := range lines {
		a, err := parseAttempt([]byte(l))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func TestSettle(t *testing.T) {
	for _, c := range []struct {
		name     string
		lines    []string
		want     string
		disagree bool
	}{
		{name: "one attempt", lines: []string{result2}, want: `m@2 {"y":1.5} of f@10`},
		{name: "repeated", lines: []string{result2, result2}, want: `m@2 {"y":1.5} of f@10`},
		{name: "a result supersedes a retriable reason", lines: []string{failed2, result2}, want: `m@2 {"y":1.5} of f@10`},
		{name: "whichever comes first", lines: []string{result2, failed2}, want: `m@2 {"y":1.5} of f@10`},
		{name: "two versions", lines: []string{result2, result3}, want: `m@2 {"y":1.5} of f@10`, disagree: true},
		{name: "a result and a final reason", lines: []string{deleted, result2}, want: `deleted @ of f@10`, disagree: true},
	} {
		got, disagreements := settle(attempts(t, c.lines...))
		if got["e1"].String() != c.want || len(disagreements) > 0 != c.disagree {
			t.Errorf("%s: %v, disagreements %q", c.name, got["e1"], disagreements)
		}
	}
}

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		name, want, got string
		same            bool
	}{
		{"equal", result2, result2, true},
		{"another version", result2, result3, false},
		{"another place", result2, strings.Replace(result2, "f@10", "/f@10", 1), false},
		{"a reason of the moment and another place", result2, strings.Replace(failed2, "f@10", "/f@10", 1), false},
		{"a reason for a result", result2, deleted, false},
		{"a reason of the moment about the same version", result2, failed2, true},
		{"a reason of the moment about another version", result2, failed3, false},
	} {
		want, _ := settle(attempts(t, c.want))
		got, _ := settle(attempts(t, c.got))
		if list := differences(want, got); len(list) == 0 != c.same {
			t.Errorf("%s: %q", c.name, list)
		}
	}
	one, _ := settle(attempts(t, result2))
	if list := differences(one, nil); len(list) != 1 || !strings.Contains(list[0], "no outcome") {
		t.Errorf("missing: %q", list)
	}
	if list := differences(nil, one); len(list) != 1 || !strings.Contains(list[0], "no such event") {
		t.Errorf("too many: %q", list)
	}
}

func TestReadAttemptsOfManyProcesses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"results-11.jsonl":      result2 + "\n" + result3[:20], // killed while it wrote
		"results-12.jsonl":      "",
		"dead-letters-11.jsonl": deleted + "\n",
		"status-11.jsonl":       "not read\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := readAttempts(dir)
	if err != nil || len(all) != 2 || all[0].Version != "2" || all[0].Source != "f@10" || all[0].Revision != 7 || all[1].Reason != "deleted" {
		t.Fatalf("%v %+v", err, all)
	}
}

func TestWhatIsNeitherResultNorDeadLetter(t *testing.T) {
	for _, line := range []string{`{}`, `{"id":"e1"}`, `{"id":"e1","reason":"deleted","outputs":{}}`, `{"outputs":{}}`, `[`} {
		if a, err := parseAttempt([]byte(line)); err == nil {
			t.Errorf("%s is %+v", line, a)
		}
	}
}
