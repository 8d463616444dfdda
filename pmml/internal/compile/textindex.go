package compile

import (
	"regexp"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/function"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var termWeights = map[string]program.TermWeight{
	"termFrequency": program.TermFrequency, "binary": program.Binary, "logarithmic": program.Logarithmic, "augmentedNormalizedTermFrequency": program.Augmented,
}

// textIndex compiles a TextIndex (specification, Transformations).
func (c *compiler) textIndex(e *document.TextIndex, s *scope) (program.Eval, value.Type) {
	read, f := c.reader(s, e.TextField, e.Place())
	if e.Term == nil {
		return nil, value.Double
	}
	term, _ := c.expression(e.Term, s)
	if f == nil || term == nil {
		return nil, value.Double
	}
	t := &program.TextIndex{Weight: termWeights[e.LocalWeights], BestHits: e.CountHits == "bestHits"}
	t.Words = program.Words{CaseSensitive: e.CaseSensitive, Tokenize: e.Tokenize, MaxDistance: e.MaxLevenshtein, Separator: c.separator(e.Separator, e.Place())}
	for i := range e.Normalizations {
		t.Normalizations = append(t.Normalizations, c.normalization(&e.Normalizations[i], t.Words))
	}
	if e.Word != nil {
		t.Words.Word = c.wordPattern(*e.Word, e.Place())
	}
	return func(fr *program.Frame) value.Value {
		text, wanted := read(fr), term(fr)
		if !text.IsValid() || !wanted.IsValid() {
			return value.Missing()
		}
		a, ok1 := text.Str()
		b, ok2 := wanted.Str()
		if !ok1 || !ok2 {
			a, b = text.String(), wanted.String()
		}
		return t.Count(fr, a, b)
	}, value.Double
}

// separator compiles wordSeparatorCharacterRE; nil stands for white space, which all versions mean by default.
func (c *compiler) separator(text *string, at document.Offset) *regexp.Regexp {
	if text == nil || *text == `\s` || *text == `\s+` {
		return nil
	}
	r, err := function.Pattern(*text)
	if err != nil {
		c.fault(at, "wordSeparatorCharacterRE: %v", err)
		return nil
	}
	return r
}

// wordPattern compiles x-wordRE. Java's flags for Unicode stand before it; with U, letters and digits of all scripts are \w.
func (c *compiler) wordPattern(text string, at document.Offset) *regexp.Regexp {
	pattern := strings.TrimPrefix(text, "(?u)")
	if every, ok := strings.CutPrefix(pattern, "(?U)"); ok {
		pattern = strings.ReplaceAll(every, `\w`, `[\p{L}\p{M}\p{Nd}\p{Pc}]`)
	}
	r, err := regexp.Compile(pattern)
	if err != nil {
		c.fault(at, "x-wordRE %q: %v", text, err)
		return nil
	}
	return r
}

func (c *compiler) normalization(d *document.TextIndexNormalization, words program.Words) program.Normalization {
	n := program.Normalization{Words: words, Recursive: d.Recursive}
	if d.CaseSensitive != nil {
		n.Words.CaseSensitive = *d.CaseSensitive
	}
	if d.Tokenize != nil {
		n.Words.Tokenize = *d.Tokenize
	}
	if d.MaxLevenshtein != nil {
		n.Words.MaxDistance = *d.MaxLevenshtein
	}
	if d.Separator != nil {
		n.Words.Separator = c.separator(d.Separator, d.At)
	}
	for _, row := range d.Rows {
		in, _ := row.Lookup(localName(d.InField))
		out, _ := row.Lookup(localName(d.OutField))
		if regex, _ := row.Lookup(localName(d.RegexField)); strings.TrimSpace(regex) != "true" {
			n.Rows = append(n.Rows, program.Replacement{In: n.Words.Split(in), Out: out})
			continue
		}
		if !n.Words.CaseSensitive {
			in = "(?i)" + in
		}
		pattern, err := function.Pattern(in)
		if err != nil {
			c.fault(row.At, "%v", err)
			continue
		}
		n.Rows = append(n.Rows, program.Replacement{Pattern: pattern, Out: groups.ReplaceAllString(out, "$${$1}")})
	}
	return n
}

// groups are the references to groups in a replacement: one digit, as the function replace has them.
var groups = regexp.MustCompile(`\$(\d)`)

func localName(name string) string { return name[strings.LastIndexByte(name, ':')+1:] }
