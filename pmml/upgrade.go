package pmml

import (
	"fmt"
	"io"

	"github.com/beam-pmml/beam-pmml/pmml/internal/compile"
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
	"github.com/beam-pmml/beam-pmml/pmml/internal/upgrade"
)

// Upgrade reads a document of any version and writes it as PMML 4.4, in the order and spelling of its schema. The new document scores the
// same: what older versions leave to their defaults is written out, and what 4.4 has no place for but scoring uses becomes an Extension that
// Load reads (docs/pmml.md, "Documents as 4.4"). Comments, processing instructions and attributes that no version knows are left out. An
// upgraded document is upgraded to itself.
//
// The document must be one that Load accepts with the same options; else the error is Load's, and nothing is written. The faults, if any, are
// places that are not valid by the schema of 4.4 and stay as they were; lines and columns are those of the document that was read.
func Upgrade(w io.Writer, r io.Reader, opts ...Option) (faults []Fault, err error) {
	text, o, err := readText(r, opts)
	if err != nil {
		return nil, err
	}
	if _, err := compileText(text, o); err != nil {
		return nil, err
	}
	in, err := described(text)
	if err != nil {
		return nil, err
	}
	out, found, err := upgrade.Upgrade(in)
	if err != nil {
		return nil, textError(err)
	}
	s := scan.New(text, scan.Limits{})
	for _, f := range found {
		line, column := s.Position(f.At)
		faults = append(faults, Fault{Line: line, Column: column, Message: f.Message})
	}
	_, err = w.Write(out)
	return faults, err
}

// described is what an upgrade needs to know of a document. Models of a document that cannot be compiled tell nothing of their fields.
func described(text []byte) (in upgrade.Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &LoadError{Faults: []Fault{{Message: fmt.Sprintf("the engine failed on this document: %v", r)}}}
		}
	}()
	doc, err := document.Decode(text, scan.Limits{})
	if err != nil {
		return in, textError(err)
	}
	in = upgrade.Document{Text: text, Version: doc.Version, Types: map[int]string{}}
	for known := -1; known < len(in.Types); { // an output's type may follow from another's
		known = len(in.Types)
		for _, m := range doc.Models {
			compiled, _ := compile.Compile(doc, m, false)
			if compiled == nil {
				continue
			}
			for at, t := range compiled.Types {
				in.Types[int(at)] = t.String()
			}
		}
		for _, o := range doc.Outputs {
			if o.DataType == "" {
				o.DataType = in.Types[int(o.At)]
			}
		}
	}
	return in, nil
}
