package program

import (
	"math"
	"strings"
	"unicode"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// TextModel is a TextModel: it finds the document that is most like a text (specification, Text).
type TextModel struct {
	Text      Ref            // the field with the text, NoRef: the terms are fields
	Counts    []Ref          // by term, where the terms are fields
	Terms     map[string]int // a term's words, lower case, joined by one blank
	Longest   int            // words of the longest term
	Local     string         // localTermWeights
	Global    []float64      // by term
	Cosine    bool           // documentNormalization
	Euclidean bool           // the least distance wins, not the greatest cosine
	Documents [][]float64    // weighted and normalized, by document
	IDs       []value.Value
}

type textModelBuffer struct {
	model      *TextModel
	vector     []float64
	affinities []float64
}

// Score compares the text with every document.
func (t *TextModel) Score(f *Frame, p *Prediction) {
	b := Buffer(f, t, func() *textModelBuffer {
		return &textModelBuffer{model: t, vector: make([]float64, len(t.Global)), affinities: make([]float64, len(t.IDs))}
	})
	clear(b.vector)
	if !t.count(f, b.vector) {
		return
	}
	t.Weigh(b.vector)
	best := -1
	for i, d := range t.Documents {
		b.affinities[i] = t.compare(b.vector, d)
		if a := b.affinities[i]; a == a && (best < 0 || b.better(a, b.affinities[best])) {
			best = i
		}
	}
	if best >= 0 {
		p.Value, p.Entity, p.Entities = t.IDs[best], t.IDs[best], b
	}
}

// count counts the terms; false: there is no text.
func (t *TextModel) count(f *Frame, vector []float64) bool {
	if t.Text == NoRef {
		given := false
		for i, ref := range t.Counts {
			if x, ok := f.Number(ref); ok {
				vector[i], given = x, true
			}
		}
		return given && !f.failed
	}
	v := f.At(t.Text)
	if !v.IsValid() {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(v.String()), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-' })
	for from := range words {
		for n := 1; n <= t.Longest && from+n <= len(words); n++ {
			if at, ok := t.Terms[strings.Join(words[from:from+n], " ")]; ok {
				vector[at]++
			}
		}
	}
	return true
}

// Weigh turns counts into weights: local, global, and the length of the vector.
func (t *TextModel) Weigh(x []float64) {
	most := 0.0
	for _, n := range x {
		most = math.Max(most, n)
	}
	for i, n := range x {
		switch t.Local {
		case "binary":
			if n > 0 {
				n = 1
			}
		case "logarithmic":
			n = math.Log10(1 + n)
		case "augmentedNormalizedTermFrequency":
			if n > 0 {
				n = 0.5 + 0.5*n/most
			}
		}
		x[i] = n * t.Global[i]
	}
	if length := norm(x); t.Cosine && length > 0 {
		for i := range x {
			x[i] /= length
		}
	}
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, y := range x {
		sum += y * y
	}
	return math.Sqrt(sum)
}

func (t *TextModel) compare(x, d []float64) float64 {
	sum := 0.0
	if t.Euclidean {
		for i := range x {
			sum += (x[i] - d[i]) * (x[i] - d[i])
		}
		return math.Sqrt(sum)
	}
	for i := range x {
		sum += x[i] * d[i]
	}
	return sum / (norm(x) * norm(d))
}

func (b *textModelBuffer) better(a, than float64) bool {
	if b.model.Euclidean {
		return a < than
	}
	return a > than
}

// Ranked returns the document of a rank.
func (b *textModelBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	for i, a := range b.affinities {
		before := 0
		for j, other := range b.affinities {
			if b.better(other, a) || other == a && j < i {
				before++
			}
		}
		if before == rank-1 && a == a {
			return b.model.IDs[i], a, true
		}
	}
	return value.Missing(), 0, false
}

// Affinity returns that of the document with an id.
func (b *textModelBuffer) Affinity(id string) (float64, bool) {
	for i, v := range b.model.IDs {
		if v.String() == id {
			return b.affinities[i], true
		}
	}
	return 0, false
}

// Bytes is the memory of the documents.
func (t *TextModel) Bytes() int64 {
	n := bytesOf(t.Global) + bytesOf(t.IDs) + int64(len(t.Terms))*48
	for _, d := range t.Documents {
		n += bytesOf(d)
	}
	return n
}
