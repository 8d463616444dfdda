package main

import "testing"

func TestParseKept(t *testing.T) {
	for _, c := range []struct {
		text string
		want kept
		ok   bool
	}{
		{"", kept{}, true},
		{"0 0\n1 1\n2 2\n", kept{numbers: 3}, true},
		{"0 0\n1 1\n2 2\n1 1\n2 2\n3 3\n", kept{numbers: 4, repeated: 2}, true},
		{"0 0\n1 1\n2", kept{numbers: 2}, true},
		{"0 0\n2 2\n", kept{}, false},      // a gap
		{"1 1\n", kept{}, false},           // not from the start
		{"0 0\n1 0\n", kept{}, false},      // the state was lost
		{"0 0\n1 1\n1 2\n", kept{}, false}, // the state did not go back
		{"0 0\n1 1\n2 2\n0 0\n2 2\n", kept{}, false},
	} {
		got, err := parseKept(c.text)
		if (err == nil) != c.ok || c.ok && got != c.want {
			t.Errorf("%q: %+v %v", c.text, got, err)
		}
	}
}
