package sideinput

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// check says why a message that was not parsed cannot be used. The text is
// short: what is checked here was written by a program.
func (m Message) check() error {
	switch {
	case m.Op < Del || m.Op > Alias:
		return errors.New("unknown op")
	case !isName(m.Model):
		return fmt.Errorf("%q is not a name", shorten(m.Model))
	case m.Op == Alias:
		if m.Version != "" || !isVersion(m.Alias) {
			return errors.New("an ALIAS has a label and no version")
		}
		if err := checkTargets(m.To); err != nil {
			return err
		}
	case m.Alias != "" || len(m.To) > 0:
		return fmt.Errorf("%s takes no label", m.Op)
	case !isVersion(m.Version) && (m.Op != Del || m.Version != ""):
		return fmt.Errorf("%q is not a version", shorten(m.Version))
	}
	switch {
	case !m.Op.HasDocument() && (m.URI != "" || m.SHA256 != "" || m.Preload):
		return fmt.Errorf("%s takes no document", m.Op)
	case m.Op.HasDocument() && (!isURI(m.URI) || len(m.URI) > MaxMessageSize || !utf8.ValidString(m.URI)):
		return errors.New("uri is empty, too long, not UTF-8, or has control characters")
	case m.SHA256 != "" && !isSHA256(m.SHA256):
		return errors.New("sha256 is not 64 lower-case hex digits")
	case m.At < minTime || m.At > maxTime:
		return errors.New("at is not within the years 0 to 9999")
	case !m.HasSeq && m.Seq != 0:
		return errors.New("a seq that is not there")
	case len(m.Labels) > MaxLabels:
		return errors.New("more than 16 labels")
	}
	return nil
}
