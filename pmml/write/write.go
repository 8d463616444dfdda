// Package write writes models that a learner made as PMML 4.4 documents: regressions, naive Bayes, k-means clusterings, trees and
// ensembles of trees. The same model always gives the same bytes, and numbers keep every bit.
//
// What is written can be read by any engine of PMML, and beam-pmml's own scores it as the model is described here.
package write

import (
	"errors"
	"fmt"
	"io"
)

// Model is what Write can write: *Regression, *NaiveBayes, *KMeans, *Tree, *Forest or *Boosted.
type Model interface {
	// fields gives d the inputs, the target ("" without one) and its classes (nil for a number or without target).
	fields(d *document)
	// check refuses what cannot be scored.
	check(d *document)
	// write writes the model element. It calls d.prologue after the start tag and d.verify before the end tag.
	write(d *document)
}

// An Option changes what Write writes beside the model.
type Option func(*document)

// Write writes m as a document of PMML 4.4, valid by its schema. It writes nothing when m is not a model that can be scored.
func Write(w io.Writer, m Model, opts ...Option) error {
	if m == nil {
		return errors.New("write: no model")
	}
	d := &document{}
	m.fields(d)
	for _, o := range opts {
		o(d)
	}
	d.checkFields()
	if d.fault == nil {
		m.check(d)
	}
	if d.fault == nil {
		d.text.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
		d.open("PMML", "xmlns", "http://www.dmg.org/PMML-4_4", "version", "4.4")
		d.empty("Header")
		d.dictionary()
		m.write(d)
		d.close("PMML")
	}
	if d.fault != nil {
		return fmt.Errorf("write: %w", d.fault)
	}
	_, err := io.WriteString(w, d.text.String())
	return err
}
