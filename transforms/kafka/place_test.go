package kafka

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaces(t *testing.T) {
	for text, want := range map[string]Place{
		"kafka://b/t":                    {Brokers: []string{"b"}, Topics: []string{"t"}},
		"kafka://b1:9092,[::1]:9093/t,u": {Brokers: []string{"b1:9092", "[::1]:9093"}, Topics: []string{"t", "u"}},
		"kafka://b/~ev.(a|b)?/x":         {Brokers: []string{"b"}, Pattern: "ev.(a|b)?/x"},
	} {
		got, err := ParsePlace(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
		if got.String() != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
	for _, text := range []string{
		"", "b/t", "kafka://", "kafka://b", "kafka://b/", "kafka:///t", "kafka://b/~", "kafka://b/~(", "kafka://b,/t", "kafka://b/t,",
		"kafka://user:secret@b/t", "kafka://b/t?acks=1", "kafka://b:x/t", "kafka://b:0/t", "kafka://b:65536/t", "kafka://b/t,t", "kafka://b/..", "kafka://b/a/b",
	} {
		if p, err := ParsePlace(text); err == nil {
			t.Errorf("%q is a place: %+v", text, p)
		}
	}
}

func TestWrongSources(t *testing.T) {
	place := Place{Brokers: []string{"b"}, Topics: []string{"t"}}
	if err := (Source{Place: place}).Check(); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Source{
		"no place":                     {},
		"topics and a pattern":         {Place: Place{Brokers: []string{"b"}, Topics: []string{"t"}, Pattern: "t"}},
		"a start that is none":         {Place: place, Start: "tomorrow"},
		"a start before 1970":          {Place: place, Start: "1969-12-31T00:00:00Z"},
		"committed offsets of nobody":  {Place: place, Start: Committed},
		"a gap that is none":           {Place: place, OnGap: "ignore"},
		"blocks that are too large":    {Place: place, BlockBytes: 2 << 30},
		"more lanes than can be":       {Place: place, Parts: 2000},
		"a negative lateness":          {Place: place, Lateness: -1},
		"a login without its password": {Place: place, Security: Security{SASL: &SASL{Mechanism: Scram512, UserFile: "u"}}},
	} {
		if err := s.Check(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, s := range []Start{Earliest, Latest, Committed, "2026-11-01T00:00:00Z", "1793491200000"} {
		if _, err := s.time(); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}
