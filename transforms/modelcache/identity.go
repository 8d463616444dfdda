package modelcache

import "github.com/beam-pmml/beam-pmml/sideinput"

// Identity is what is served: a version of a model, and the document that the control stream gave it.
type Identity struct {
	Name    string
	Version string
	URI     string
	SHA256  string // lower-case hex; empty if the message gave none
	At      int64  // milliseconds since 1970 UTC of the deciding message, in the place of SHA256; 0 where that is given
}

// IdentityOf returns the identity of what a table chose. Without a digest the time of the deciding message counts, so that an
// UPDATE loads again what lies at an unchanged uri.
func IdentityOf(c *sideinput.Choice) Identity {
	id := Identity{Name: c.Name, Version: c.Version, URI: c.URI, SHA256: c.SHA256}
	if c.SHA256 == "" {
		id.At = c.At
	}
	return id
}
