// Package write writes models that a learner made as PMML 4.4 documents: linear and logistic regression and k-means clustering.
// The same model always gives the same bytes, and numbers keep every bit.
package write

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Model is what Write can write: *Regression or *KMeans.
type Model interface {
	write(d *document)
}

// Write writes m as a document of PMML 4.4. It writes nothing when m is not a model that can be scored.
func Write(w io.Writer, m Model) error {
	d := &document{}
	d.text.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">` + "\n<Header/>\n")
	m.write(d)
	d.text.WriteString("</PMML>\n")
	if d.fault != nil {
		return fmt.Errorf("write: %w", d.fault)
	}
	_, err := io.WriteString(w, d.text.String())
	return err
}

// document collects the text and the first fault.
type document struct {
	text  strings.Builder
	fault error
}

func (d *document) refuse(format string, args ...any) {
	if d.fault == nil {
		d.fault = fmt.Errorf(format, args...)
	}
}

// tag writes a start tag with pairs of attribute name and value, then end: ">" or "/>".
func (d *document) tag(end, name string, pairs ...string) {
	d.text.WriteString("<" + name)
	for i := 0; i < len(pairs); i += 2 {
		d.text.WriteString(" " + pairs[i] + `="` + d.escaped(pairs[i+1]) + `"`)
	}
	d.text.WriteString(end + "\n")
}

func (d *document) end(name string) { d.text.WriteString("</" + name + ">\n") }

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

// names refuses inputs that are empty or named twice, or named like the target.
func (d *document) names(inputs []string, target string) {
	seen := map[string]bool{target: true}
	for _, name := range inputs {
		if name == "" || seen[name] {
			d.refuse("field name %q is empty or used twice", name)
		}
		seen[name] = true
	}
}

// fields writes the data fields of continuous inputs and leaves the DataDictionary open.
func (d *document) fields(inputs []string) {
	d.tag(">", "DataDictionary")
	for _, name := range inputs {
		d.tag("/>", "DataField", "name", name, "optype", "continuous", "dataType", "double")
	}
}

// schema writes the MiningSchema; target may be empty.
func (d *document) schema(inputs []string, target string) {
	d.tag(">", "MiningSchema")
	for _, name := range inputs {
		d.tag("/>", "MiningField", "name", name)
	}
	if target != "" {
		d.tag("/>", "MiningField", "name", target, "usageType", "target")
	}
	d.end("MiningSchema")
}
