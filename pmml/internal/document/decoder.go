package document

import (
	"fmt"
	"math"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxFaults is how many faults are kept; a document with more is told so far.
const MaxFaults = 100

// decoder walks the tokens. A method named after an element is called when its start tag is the current token, and leaves the walk
// anywhere inside or at its end: the caller's each goes on from there.
type decoder struct {
	s       *scan.Scanner
	space   string // the document's namespace
	version int    // 30 … 44
	faults  []Fault
	outputs []*OutputField
	err     error // the first fault of the text itself: nothing follows it
	texts   texts
	names   names
	forest  []treeBlocks // by how many trees are open around a tree: a node may hold a model that holds a tree
	open    int          // trees
	size    int          // bytes of the document
	cells   int64        // numbers that short forms stand for
}

// Decode reads a document. The error is a *scan.Error: the text is not XML that may be read. Whatever else is wrong is in the faults of the
// document and its models.
func Decode(doc []byte, limits scan.Limits) (*Document, error) {
	d := &decoder{size: len(doc), s: scan.New(doc, limits), names: names{all: map[string]string{}}}
	out := d.document()
	out.Size, out.Outputs = len(doc), d.outputs
	out.Position = func(at Offset) (line, column int) { return d.s.Position(int(at)) }
	if d.err != nil {
		return nil, d.err
	}
	return out, nil
}

func (d *decoder) next() scan.Kind {
	if d.err != nil {
		return scan.EOF
	}
	kind, err := d.s.Next()
	if err != nil {
		d.err = err
		return scan.EOF
	}
	return kind
}

func (d *decoder) at() Offset { return Offset(d.s.Offset()) }

func (d *decoder) fault(at Offset, format string, args ...any) {
	if len(d.faults) < MaxFaults {
		d.faults = append(d.faults, Fault{At: at, Message: fmt.Sprintf(format, args...)})
	}
}

func (d *decoder) unsupported(at Offset, format string, args ...any) {
	if len(d.faults) < MaxFaults {
		d.faults = append(d.faults, Fault{At: at, Unsupported: true, Message: fmt.Sprintf(format, args...)})
	}
}

// each calls child for every child element of the current element, with its local name. Extension and elements of foreign namespaces
// are passed over. After it the element's end tag has been read.
func (d *decoder) each(child func(name []byte)) { d.eachExtended(child, nil) }

// eachExtended also calls extended with the name and value of each Extension.
func (d *decoder) eachExtended(child func(name []byte), extended func(name, value string)) {
	depth := d.s.Depth()
	for {
		kind := d.next()
		switch kind {
		case scan.EOF:
			return
		case scan.End:
			if d.s.Depth() < depth {
				return
			}
		case scan.Start:
			if !d.ours() || isExtension(d.s.Name()) {
				if extended != nil {
					a := d.attributes()
					extended(a.optional("name"), a.optional("value"))
				}
				d.skip()
				continue
			}
			inner := d.s.Depth()
			child(d.s.Name())
			d.leave(inner)
		}
	}
}

// isExtension says whether an element is a vendor's own: Extension, or a name that begins with X-.
func isExtension(name []byte) bool {
	return string(name) == "Extension" || len(name) > 2 && (name[0] == 'X' || name[0] == 'x') && name[1] == '-'
}

// leave reads to the end of the element whose start raised the depth to inner.
func (d *decoder) leave(inner int) {
	for d.err == nil && d.s.Depth() >= inner {
		if d.next() == scan.EOF {
			return
		}
	}
}

func (d *decoder) ours() bool {
	space := d.s.Space()
	return space == d.space || space == "" || isNamespace(space)
}

func (d *decoder) skip() {
	if d.err == nil {
		if err := d.s.Skip(); err != nil {
			d.err = err
		}
	}
}

// text returns the character data of the current element, which ends.
func (d *decoder) text() string {
	depth := d.s.Depth()
	var parts []byte
	for {
		switch d.next() {
		case scan.EOF:
			return string(parts)
		case scan.Text:
			if d.s.Depth() == depth {
				parts = append(parts, d.s.Text()...)
			}
		case scan.End:
			if d.s.Depth() < depth {
				return string(parts)
			}
		}
	}
}

// keep copies bytes into the document's blocks of text.
func (d *decoder) keep(b []byte) string { return d.texts.keep(b) }

// name is keep for texts that come often.
func (d *decoder) name(b []byte) string { return d.names.keep(b) }

// attributes gives typed access to the attributes of the start tag that is the current token.
type attributes struct {
	d       *decoder
	at      Offset
	element string
}

func (d *decoder) attributes() attributes {
	return attributes{d: d, at: d.at(), element: d.name(d.s.Name())}
}

func (a attributes) raw(name string) ([]byte, bool) {
	for i := range a.d.s.Attrs() {
		attr := &a.d.s.Attrs()[i]
		if attr.Space == "" && string(attr.Name) == name {
			return attr.Value, true
		}
	}
	return nil, false
}

// optional returns the attribute, "" where it is absent.
func (a attributes) optional(name string) string {
	b, ok := a.raw(name)
	if !ok {
		return ""
	}
	return a.d.name(b)
}

// or returns the attribute, or the default.
func (a attributes) or(name, fallback string) string {
	if b, ok := a.raw(name); ok {
		return a.d.name(b)
	}
	return fallback
}

// maybe returns the attribute, nil where it is absent.
func (a attributes) maybe(name string) *string {
	b, ok := a.raw(name)
	if !ok {
		return nil
	}
	s := a.d.name(b)
	return &s
}

func (a attributes) required(name string) string {
	b, ok := a.raw(name)
	if !ok {
		a.d.fault(a.at, "%s has no %s", a.element, name)
		return ""
	}
	if len(b) == 0 && name != "value" {
		a.d.fault(a.at, "%s has an empty %s", a.element, name)
	}
	return a.d.name(b)
}

// number returns the attribute as a real, or the default where it is absent.
func (a attributes) number(name string, fallback float64) float64 {
	b, ok := a.raw(name)
	if !ok {
		return fallback
	}
	f, ok := value.ParseFloat(b, 64)
	if !ok {
		a.d.fault(a.at, "%s of %s is not a number: %q", name, a.element, clip(b))
		return fallback
	}
	return f
}

func (a attributes) requiredNumber(name string) float64 {
	if _, ok := a.raw(name); !ok {
		a.d.fault(a.at, "%s has no %s", a.element, name)
		return 0
	}
	return a.number(name, 0)
}

func (a attributes) whole(name string, fallback int) int {
	f := a.number(name, float64(fallback))
	if f != math.Trunc(f) || math.Abs(f) > 1<<31 {
		a.d.fault(a.at, "%s of %s is not a whole number", name, a.element)
		return fallback
	}
	return int(f)
}

// tally reads over how many elements are to follow: those that are there count, and some producers write another number.
func (a attributes) tally(name string) { a.whole(name, -1) }

func (a attributes) boolean(name string, fallback bool) bool {
	b, ok := a.raw(name)
	if !ok {
		return fallback
	}
	v := value.Parse(value.Boolean, b)
	truth, ok := v.Bool()
	if !ok {
		a.d.fault(a.at, "%s of %s is neither true nor false: %q", name, a.element, clip(b))
		return fallback
	}
	return truth
}

// choice returns the attribute, which must be one of the words; the first is the default.
func (a attributes) choice(name string, words ...string) string {
	b, ok := a.raw(name)
	if !ok {
		return words[0]
	}
	for _, w := range words {
		if string(b) == w {
			return w
		}
	}
	known := words
	if words[0] == "" { // stands for an attribute that is not there
		known = words[1:]
	}
	a.d.fault(a.at, "%s of %s is %q; known are %s", name, a.element, clip(b), strings.Join(known, ", "))
	return words[0]
}

func clip(b []byte) []byte {
	if len(b) > 60 {
		return b[:60]
	}
	return b
}

var namespaceVersions = map[string]int{
	"3_0": 30, "3_1": 31, "3_2": 32, "4_0": 40, "4_0_1": 40, "4_1": 41, "4_2": 42, "4_2_1": 42, "4_3": 43, "4_3_1": 43, "4_4": 44, "4_4_1": 44,
}

// isNamespace says whether a namespace is that of a PMML version, with http or https.
func isNamespace(space string) bool {
	_, ok := namespaceVersion(space)
	return ok
}

func namespaceVersion(space string) (int, bool) {
	rest, ok := strings.CutPrefix(space, "http://")
	if !ok {
		if rest, ok = strings.CutPrefix(space, "https://"); !ok {
			return 0, false
		}
	}
	rest, ok = strings.CutPrefix(rest, "www.dmg.org/PMML-")
	if !ok {
		return 0, false
	}
	v, ok := namespaceVersions[strings.TrimSuffix(rest, "/")]
	return v, ok
}
