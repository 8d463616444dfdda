package program

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// TermWeight is a TextIndex's localTermWeights.
type TermWeight uint8

// The weights (specification, Transformations, TextIndex).
const (
	TermFrequency TermWeight = iota
	Binary
	Logarithmic
	Augmented
)

// TextIndex counts a term in a text.
type TextIndex struct {
	Weight         TermWeight
	Words          Words
	BestHits       bool
	Normalizations []Normalization
}

// Words is how a text becomes words, and which words are alike.
type Words struct {
	CaseSensitive bool
	Tokenize      bool
	MaxDistance   int            // Levenshtein, summed over the words of a term
	Separator     *regexp.Regexp // nil: white space
	Word          *regexp.Regexp // nil: words are what lies between separators
}

// Normalization is a TextIndexNormalization.
type Normalization struct {
	Words     Words
	Recursive bool
	Rows      []Replacement
}

// Replacement is a row of a Normalization.
type Replacement struct {
	Pattern *regexp.Regexp // of a row that is a regular expression
	In      []string       // otherwise: the words to be replaced
	Out     string
}

// maxNormalizations bounds how often a recursive normalization starts again, maxText what a text may grow to, and maxRead how much of it the rows
// of a recursive normalization may read.
const (
	maxNormalizations = 1000
	maxText           = 1 << 18
	maxRead           = 1 << 24
)

type textBuffer struct {
	text   string
	filled bool
	words  []string
	terms  map[string][]string
}

// Count returns the weight of a term in a text. What normalizes the text does not change the term (JPMML-Evaluator's reading). A text that normalizing makes grow without end fails the row.
func (t *TextIndex) Count(f *Frame, text, term string) value.Value {
	b := Buffer(f, t, func() *textBuffer { return &textBuffer{terms: map[string][]string{}} })
	if !b.filled || b.text != text {
		b.text, b.filled, b.words = text, true, t.words(f, text)
	}
	wanted, ok := b.terms[term]
	if !ok {
		wanted = t.Words.Split(term)
		if len(b.terms) < 10_000 {
			b.terms[term] = wanted
		}
	}
	if f.failed {
		return value.Missing()
	}
	n := float64(t.hits(b.words, wanted))
	switch t.Weight {
	case Binary:
		n = math.Min(n, 1)
	case Logarithmic:
		n = math.Log10(1 + n)
	case Augmented:
		n = augmented(n, b.words)
	}
	return value.OfFloat(n)
}

// augmented is half of whether the term occurs plus half of its share of the most frequent word's count; 0 for a term that does not.
func augmented(n float64, words []string) float64 {
	if n == 0 {
		return 0
	}
	counts, most := map[string]float64{}, n
	for _, w := range words {
		counts[w]++
		most = math.Max(most, counts[w])
	}
	return 0.5 * (1 + n/most)
}

// words normalizes a text and takes it apart. Without tokenizing there is one word, the text.
func (t *TextIndex) words(f *Frame, text string) []string {
	for i := range t.Normalizations {
		text = t.Normalizations[i].apply(f, text)
	}
	return t.Words.Split(text)
}

// Split takes a text apart. Punctuation at the ends of words is dropped, unless a pattern says what a word is.
func (w *Words) Split(text string) []string {
	if w.Word != nil && w.Tokenize {
		return w.find(text)
	}
	if !w.CaseSensitive {
		text = strings.ToLower(text)
	}
	if !w.Tokenize {
		return []string{text}
	}
	var parts []string
	if w.Separator == nil {
		parts = strings.FieldsFunc(text, isBlank)
	} else {
		parts = w.Separator.Split(text, -1)
	}
	out := parts[:0]
	for _, p := range parts {
		if p = strings.TrimFunc(p, isPunctuation); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// find returns the words that the pattern finds; case is folded afterwards.
func (w *Words) find(text string) []string {
	var out []string
	for _, word := range w.Word.FindAllString(text, -1) {
		if word == "" {
			continue
		}
		if !w.CaseSensitive {
			word = strings.ToLower(word)
		}
		out = append(out, word)
	}
	return out
}

// isBlank is \s of a regular expression: no space beyond ASCII.
func isBlank(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

func isPunctuation(r rune) bool { return unicode.IsPunct(r) }

// hits counts where the wanted words stand in the words, near enough.
func (t *TextIndex) hits(words, wanted []string) int {
	if len(wanted) == 0 {
		return 0
	}
	if !t.Words.Tokenize {
		if wanted[0] == "" {
			return 0
		}
		return strings.Count(words[0], wanted[0])
	}
	n, best := 0, t.Words.MaxDistance
	for at := 0; at+len(wanted) <= len(words); at++ {
		d := t.Words.distance(words[at:at+len(wanted)], wanted)
		switch {
		case d > t.Words.MaxDistance:
		case t.BestHits && d < best:
			n, best = 1, d
		case !t.BestHits || d == best:
			n++
		}
	}
	return n
}

// distance is the sum of the Levenshtein distances of words, or more than MaxDistance.
func (w *Words) distance(a, b []string) int {
	sum := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if w.MaxDistance == 0 {
			return 1
		}
		if sum += levenshtein(a[i], b[i], w.MaxDistance); sum > w.MaxDistance {
			break
		}
	}
	return sum
}

// levenshtein is the distance of two words, or some number above most.
func levenshtein(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if longer := len(x) - len(y); max(longer, -longer) > most {
		return most + 1
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		if slices.Min(row) > most {
			return most + 1
		}
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(y)]
}

// apply replaces what the rows name, again and again if the normalization is recursive.
func (n *Normalization) apply(f *Frame, text string) string {
	read, longest := 0, max(len(text), maxText)
	for range maxNormalizations {
		before := text
		for i := range n.Rows {
			var ok bool
			read += len(text)
			if text, ok = n.Rows[i].replace(&n.Words, text, longest); !ok {
				f.Fail(Limit, "", "a TextIndexNormalization makes the text too long")
				return before
			}
		}
		if !n.Recursive || text == before {
			return text
		}
		if read > maxRead {
			break
		}
	}
	f.Fail(Limit, "", "a recursive TextIndexNormalization does not end")
	return text
}

// replace returns the text with what the row names replaced; false: it would be longer than it may be.
func (r *Replacement) replace(w *Words, text string, longest int) (string, bool) {
	if r.Pattern != nil {
		return r.expand(text, longest)
	}
	if len(r.In) == 0 {
		return text, true
	}
	if !w.Tokenize {
		if grows := len(r.Out) - len(r.In[0]); grows > 0 && len(text)+strings.Count(text, r.In[0])*grows > longest {
			return text, false
		}
		return strings.ReplaceAll(text, r.In[0], r.Out), true
	}
	plain := Words{CaseSensitive: true, Tokenize: true, Separator: w.Separator}
	words := plain.Split(text)
	folded := words
	if !w.CaseSensitive {
		folded = make([]string, len(words))
		for i, x := range words {
			folded[i] = strings.ToLower(x)
		}
	}
	var out []string
	length, found := 0, false
	for at := 0; at < len(words); {
		if at+len(r.In) <= len(words) && w.distance(folded[at:at+len(r.In)], r.In) <= w.MaxDistance {
			found = true
			if r.Out != "" {
				out = append(out, r.Out)
				length += len(r.Out)
			}
			if length > longest {
				return text, false
			}
			at += len(r.In)
			continue
		}
		out = append(out, words[at])
		at++
	}
	if !found || !utf8.ValidString(r.Out) {
		return text, true
	}
	return strings.Join(out, " "), true
}

// maxPlaces bounds the places that the matches of a regular expression take up.
const maxPlaces = 1 << 20

func (r *Replacement) expand(text string, longest int) (string, bool) {
	most := maxPlaces / (r.Pattern.NumSubexp() + 1)
	matches := r.Pattern.FindAllStringSubmatchIndex(text, most+1)
	if len(matches) == 0 {
		return text, true
	}
	if len(matches) > most {
		return text, false
	}
	var out []byte
	end, references := 0, strings.Count(r.Out, "$")
	for _, m := range matches {
		out = append(out, text[end:m[0]]...)
		if len(out)+len(r.Out)+references*(m[1]-m[0]) > longest {
			return text, false
		}
		out = r.Pattern.ExpandString(out, r.Out, text, m)
		end = m[1]
	}
	return string(append(out, text[end:]...)), true
}
