package pubsub

import (
	"fmt"
	"regexp"
	"strings"
)

// Kind says which resource a place names.
type Kind string

// The kinds of resources.
const (
	Subscription Kind = "subscriptions" // read from
	Topic        Kind = "topics"        // written to
)

// Resource is a subscription or a topic of a project.
type Resource struct {
	Kind    Kind
	Project string
	Name    string
}

// scheme begins a place in short; a place in full is the resource's own path.
const scheme = "pubsub:"

// What Google Cloud allows; an old project's id may begin with a domain and a colon.
var (
	projectForm = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	nameForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$`)
)

// IsPlace says whether a text is meant as a place in Pub/Sub, rightly written or not.
func IsPlace(text string) bool {
	return strings.HasPrefix(text, scheme) || strings.HasPrefix(text, "projects/") && (strings.Contains(text, "/subscriptions/") || strings.Contains(text, "/topics/"))
}

// Parse reads a place of the kind: pubsub://PROJECT/NAME, or the path, projects/PROJECT/subscriptions/NAME (or /topics/).
func Parse(kind Kind, text string) (Resource, error) {
	bad := func(why string) (Resource, error) {
		return Resource{}, fmt.Errorf("pubsub: %q %s: give pubsub://PROJECT/NAME or projects/PROJECT/%s/NAME", text, why, kind)
	}
	r := Resource{Kind: kind}
	ok := false
	if rest, short := strings.CutPrefix(text, scheme); short {
		r.Project, r.Name, ok = strings.Cut(strings.TrimPrefix(rest, "//"), "/")
	} else if rest, full := strings.CutPrefix(text, "projects/"); full {
		r.Project, r.Name, ok = strings.Cut(rest, "/"+string(kind)+"/")
	}
	switch {
	case !ok:
		return bad("names none of the " + string(kind))
	case !projectForm.MatchString(r.Project):
		return bad("has no project's id")
	case !nameForm.MatchString(r.Name) || strings.HasPrefix(r.Name, "goog"):
		return bad("has no name of 3 to 255 letters, digits and ._~+%- that begins with a letter, not with goog")
	}
	return r, nil
}

// String is the resource's path.
func (r Resource) String() string {
	return "projects/" + r.Project + "/" + string(r.Kind) + "/" + r.Name
}

func (r Resource) check(kind Kind) error {
	if r.Kind != kind {
		return fmt.Errorf("pubsub: %q is none of the %s", r, kind)
	}
	_, err := Parse(kind, r.String())
	return err
}
