// Package pmml loads PMML documents and scores rows with them.
//
// # Loading
//
// Load reads a whole document, of any version from 3.0 to 4.4.1, and compiles one of its models: the first that can be scored, or the one that
// WithModelName names. It either gives a Model that can score every row, or a *LoadError with every fault found, each with its line and column.
// A document that asks for PMML that this package does not score yet is refused in the same way, with Fault.Unsupported set:
// nothing is left out silently and nothing is guessed. Documents are taken to be hostile: Load opens nothing but its reader, refuses
// document type declarations, bounds size, depth and what functions may expand to, and turns a fault of its own into an error.
//
// # Scoring
//
// A Model is safe for any number of goroutines. Each goroutine makes one Input and one Result and uses them again and again; then
// scoring allocates nothing.
//
//	in, out := m.NewInput(), m.NewResult()
//	age, _ := m.FieldIndex("age")
//	for … {
//		in.Clear()
//		in.SetFloat(age, 41)
//		if err := m.Score(in, out); err != nil {
//			// a *RowError: this row has no result; the next one may
//		}
//		out.Value(0)
//	}
//
// What is given is converted to the field's dataType and treated at once as the document's MiningSchema says: missing values are
// replaced, invalid values refused, kept or replaced, outliers clipped. A field that is not given is missing. ScoreMap does all of this
// for a map, at a map's price.
//
// # Results
//
// Model.Outputs names what a Result holds: first the target field (or _target, for a model that names none), then the fields of Output in the
// document's order, then the outputs that the segments of a chain declare, as many producers write probabilities there. A classification
// without an Output element gives probability(<category>) for each category all the same. Values have PMML's types; see package value.
//
// # Numbers
//
// Sums keep the document's order and its precision: a model with x-mathContext="float" computes in 32 bits. So a row's result is the same to the
// last bit on every run and machine of one architecture. Rules that the specification leaves open are listed in docs/pmml.md.
package pmml
