package pubsub

import "testing"

func TestParse(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{"subscriptions", "pubsub://my-project/events", "projects/my-project/subscriptions/events"},
		{"subscriptions", "pubsub:my-project/events", "projects/my-project/subscriptions/events"},
		{"subscriptions", "projects/my-project/subscriptions/a.b_c~1+%2F", "projects/my-project/subscriptions/a.b_c~1+%2F"},
		{"subscriptions", "projects/example.com:my-project/subscriptions/events", "projects/example.com:my-project/subscriptions/events"},
		{"topics", "pubsub://my-project/out", "projects/my-project/topics/out"},
		{"topics", "projects/my-project/topics/out", "projects/my-project/topics/out"},

		{"topics", "projects/my-project/subscriptions/out", ""}, // of the other kind
		{"subscriptions", "projects/my-project/topics/events", ""},
		{"subscriptions", "pubsub://my-project", ""},
		{"subscriptions", "pubsub://my-project/", ""},
		{"subscriptions", "pubsub://my-project/ab", ""},          // too short
		{"subscriptions", "pubsub://my-project/google-this", ""}, // reserved
		{"subscriptions", "pubsub://my-project/1events", ""},
		{"subscriptions", "pubsub://my-project/events/more", ""},
		{"subscriptions", "pubsub://My-Project/events", ""},
		{"subscriptions", "pubsub://user:pw@my-project/events", ""},
		{"subscriptions", "events.jsonl", ""},
	} {
		r, err := Parse(Kind(c.kind), c.text)
		if got := r.String(); err == nil && got != c.want || err != nil && c.want != "" {
			t.Errorf("%s: %q, %v; want %q", c.text, got, err, c.want)
		} else if err == nil && c.want == "" {
			t.Errorf("%s: accepted", c.text)
		}
	}
}

func TestIsPlace(t *testing.T) {
	for text, want := range map[string]bool{
		"pubsub://p/n": true, "pubsub:broken": true, "projects/p/subscriptions/n": true, "projects/p/topics/n": true,
		"events.jsonl": false, "projects/2026/events.jsonl": false, "": false, "kafka://b/t": false,
	} {
		if got := IsPlace(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
