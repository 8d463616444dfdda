package main

import (
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

func TestAgrees(t *testing.T) {
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
		want, got := attempts(t, c.want)[0], attempts(t, c.got)[0]
		if want.agrees(got.outcome) != c.same || got.agrees(want.outcome) != c.same {
			t.Errorf("%s: %v and %v", c.name, want, got)
		}
	}
}

func TestWhatIsNeitherResultNorDeadLetter(t *testing.T) {
	for _, line := range []string{`{}`, `{"id":"e1"}`, `{"id":"e1","reason":"deleted","outputs":{}}`, `{"outputs":{}}`, `[`} {
		if a, err := parseAttempt([]byte(line)); err == nil {
			t.Errorf("%s is %+v", line, a)
		}
	}
}
