package program

import "github.com/beam-pmml/beam-pmml/pmml/value"

// Texts numbers the strings of a document, so that comparing categories compares numbers. The zero Texts is empty.
type Texts struct {
	symbols map[string]uint32
	texts   []string // by symbol, less one
	bytes   int64
}

// Add numbers a string.
func (t *Texts) Add(s string) uint32 {
	if n, ok := t.symbols[s]; ok {
		return n
	}
	if t.symbols == nil {
		t.symbols = map[string]uint32{}
	}
	n := uint32(len(t.symbols) + 1)
	t.symbols[s] = n
	t.texts = append(t.texts, s)
	t.bytes += int64(len(s)) + 48
	return n
}

// Of returns a string value of the document.
func (t *Texts) Of(s string) value.Value { return value.OfSymbol(s, t.Add(s)) }

// Value returns text as a string value, with its number if the document has it. Only a text that the document does not have is copied.
func (t *Texts) Value(text []byte) value.Value {
	if n, ok := t.symbols[string(text)]; ok {
		return value.OfSymbol(t.texts[n-1], n)
	}
	return value.OfString(string(text))
}

// ValueString is Value on a string.
func (t *Texts) ValueString(s string) value.Value {
	if n, ok := t.symbols[s]; ok {
		return value.OfSymbol(s, n)
	}
	return value.OfString(s)
}

// Known gives a string value its number, if the document has it.
func (t *Texts) Known(v value.Value) value.Value {
	if s, ok := v.Str(); ok && v.Symbol() == 0 {
		return t.ValueString(s)
	}
	return v
}

// KnownOf numbers a string value of the document; other values stay as they are.
func (t *Texts) KnownOf(v value.Value) value.Value {
	if s, ok := v.Str(); ok {
		return t.Of(s)
	}
	return v
}
