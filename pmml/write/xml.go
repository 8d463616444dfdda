package write

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// document collects the text and the first fault.
type document struct {
	inputs       []Input
	target       string
	classes      []string
	verification *verification

	text  strings.Builder
	fault error
}

func (d *document) refuse(format string, args ...any) {
	if d.fault == nil {
		d.fault = fmt.Errorf(format, args...)
	}
}

// open writes a start tag with pairs of attribute name and value.
func (d *document) open(name string, pairs ...string) { d.tag(">\n", name, pairs) }

// empty writes an element without content.
func (d *document) empty(name string, pairs ...string) { d.tag("/>\n", name, pairs) }

func (d *document) close(name string) { d.text.WriteString("</" + name + ">\n") }

// element writes an element that holds text alone.
func (d *document) element(name, text string, pairs ...string) {
	d.tag(">", name, pairs)
	d.text.WriteString(d.escaped(text))
	d.close(name)
}

func (d *document) tag(end, name string, pairs []string) {
	d.text.WriteString("<" + name)
	for i := 0; i < len(pairs); i += 2 {
		d.text.WriteString(" " + pairs[i] + `="` + d.escaped(pairs[i+1]) + `"`)
	}
	d.text.WriteString(end)
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// escaped refuses what XML 1.0 has no way to write.
func (d *document) escaped(s string) string {
	if !utf8.ValidString(s) {
		d.refuse("%q is not UTF-8", s)
	}
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			d.refuse("%q has a character that XML cannot hold", s)
		}
	}
	return escapes.Replace(s)
}

// number is the shortest text that reads back as f.
func (d *document) number(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		d.refuse("%v is no finite number", f)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// numbers writes an Array of numbers.
func (d *document) numbers(list []float64) {
	words := make([]string, len(list))
	for i, f := range list {
		words[i] = d.number(f)
	}
	d.array("real", words)
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// strings writes an Array of strings; a quotation mark inside one is escaped by a backslash (specification, Array).
func (d *document) strings(list []string) {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = `"` + quoted.Replace(s) + `"`
	}
	d.array("string", words)
}

func (d *document) array(of string, words []string) {
	d.element("Array", strings.Join(words, " "), "n", strconv.Itoa(len(words)), "type", of)
}
