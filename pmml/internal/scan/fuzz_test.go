package scan

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// FuzzScan compares the Scanner with encoding/xml: whatever we accept it must accept, with the same tokens, and what we refuse
// it must refuse, but for the points on which we are stricter on purpose (see strictly).
func FuzzScan(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds in testdata", err)
	}
	for _, path := range seeds {
		doc, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		ours, err := scanned(doc)
		theirs, theirErr := reference(doc)
		switch {
		case err == nil && theirErr != nil:
			if !laxer(doc) {
				t.Errorf("accepted, but encoding/xml says: %v", theirErr)
			}
		case err == nil:
			if ours != theirs {
				t.Errorf("tokens\n%s\nencoding/xml has\n%s", ours, theirs)
			}
		case theirErr == nil && !stricter(err):
			t.Errorf("encoding/xml accepts it, but: %v", err)
		}
	})
}

// strictly holds the messages that stand for what encoding/xml lets pass: what XML 1.0 and Namespaces in XML 1.0 forbid and it
// does not look at, and what this package refuses on purpose.
var strictly = regexp.MustCompile(strings.Join([]string{
	"text before the root", "text after the root", "second root", "no root element", "without a start tag", // one root, nothing beside it
	"is given twice", "declared twice", "is not declared", "cannot be declared", "belong together", "declared without a namespace", // namespaces
	"one side of its colon", "more than one colon", "cannot begin like", // names such as ":a", "a:1b"
	"expected white space", // between attributes
	"DOCTYPE", "expected a comment after <!",
	"is not UTF-8", "is not allowed in XML", // it looks at text only, not at comments and instructions
	"very beginning", "XML declaration", "XML version", "standalone",
	"nested deeper", "more than", "longer than",
}, "|"))

func stricter(err error) bool {
	var e *Error
	return errors.As(err, &e) && strictly.MatchString(e.Message)
}

// laxer says that a document has names beyond ASCII, for which encoding/xml follows the fourth edition of XML 1.0, whose lists
// are narrower than those of the fifth.
func laxer(doc []byte) bool {
	return wideMarkup.Match(doc)
}

var wideMarkup = regexp.MustCompile(`<[^>]*[^\x00-\x7F]`)

// scanned writes the tokens of a document by Scanner, reference those by encoding/xml, in one form. White space in values is
// written as blanks: encoding/xml does not normalise it (XML 1.0, 3.3.3).
func scanned(doc []byte) (string, error) {
	var out strings.Builder
	s := New(doc, Limits{})
	for {
		kind, err := s.Next()
		if err != nil {
			return out.String(), err
		}
		switch kind {
		case Start:
			fmt.Fprintf(&out, "<{%s}%s", s.Space(), s.Name())
			for _, a := range s.Attrs() {
				fmt.Fprintf(&out, " {%s}%s=%q", a.Space, a.Name, blanks(string(a.Value)))
			}
			out.WriteByte('\n')
		case End:
			fmt.Fprintf(&out, "</{%s}%s\n", s.Space(), s.Name())
		case Text:
			fmt.Fprintf(&out, "%q\n", s.Text())
			if s.Blank() != (strings.Trim(string(s.Text()), " \t\r\n") == "") {
				return out.String(), errors.New("Blank is wrong")
			}
		case EOF:
			return out.String(), nil
		}
	}
}

func reference(doc []byte) (string, error) {
	var out strings.Builder
	var text []byte
	flush := func() {
		if len(text) > 0 {
			fmt.Fprintf(&out, "%q\n", text)
			text = text[:0]
		}
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			depth++
			fmt.Fprintf(&out, "<{%s}%s", token.Name.Space, token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					fmt.Fprintf(&out, " {%s}%s=%q", a.Name.Space, a.Name.Local, blanks(a.Value))
				}
			}
			out.WriteByte('\n')
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&out, "</{%s}%s\n", token.Name.Space, token.Name.Local)
		case xml.CharData:
			if depth > 0 {
				text = append(text, token...)
			}
		}
	}
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace
