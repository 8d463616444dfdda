package function

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Patterns are regular expressions of package regexp, which run in linear time. Expressions that need backtracking (look-around, back
// references) are refused when the document is loaded if they are constants, and give an invalid result if not.
var patterns = []*Builtin{
	{Name: "matches", MinArgs: 2, MaxArgs: 2, Type: always(value.Boolean), Eval: fromText(matchesAny), Compile: compileMatches},
	{Name: "replace", MinArgs: 3, MaxArgs: 3, Type: always(value.String), Eval: fromText(replaceAny), Compile: compileReplace},
}

// Pattern compiles a regular expression. It bounds what one may cost in memory before regexp sets its own bounds. Case is always folded by
// Unicode, so that Java's flag for it says nothing new.
func Pattern(pattern string) (*regexp.Regexp, error) {
	const most = 10_000
	if len(pattern) > most {
		return nil, fmt.Errorf("a regular expression of %d bytes: at most %d are allowed", len(pattern), most)
	}
	pattern = strings.TrimPrefix(pattern, "(?u)")
	re, err := regexp.Compile(pattern)
	var fault *syntax.Error
	switch {
	case errors.As(err, &fault) && fault.Expr != pattern:
		return nil, fmt.Errorf("regular expression %q: %s: %s", pattern, fault.Code, fault.Expr)
	case errors.As(err, &fault):
		return nil, fmt.Errorf("regular expression %q: %s", pattern, fault.Code)
	case err != nil:
		return nil, fmt.Errorf("regular expression %q: %w", pattern, err)
	}
	return re, nil
}

// matchesAny says whether the pattern is found anywhere in the text.
func matchesAny(args []value.Value) value.Value {
	re, err := Pattern(text(&args[1]))
	if err != nil {
		return invalid()
	}
	return value.OfBool(re.MatchString(text(&args[0])))
}

func compileMatches(consts []value.Value) (func([]value.Value) value.Value, error) {
	if !consts[1].IsValid() {
		return fromText(matchesAny), nil
	}
	re, err := Pattern(text(&consts[1]))
	if err != nil {
		return nil, err
	}
	return fromText(func(args []value.Value) value.Value {
		return value.OfBool(re.MatchString(text(&args[0])))
	}), nil
}

func replaceAny(args []value.Value) value.Value {
	re, err := Pattern(text(&args[1]))
	if err != nil {
		return invalid()
	}
	with, err := parseReplacement(text(&args[2]), re)
	if err != nil {
		return invalid()
	}
	return with.replace(re, text(&args[0]))
}

func compileReplace(consts []value.Value) (func([]value.Value) value.Value, error) {
	if !consts[1].IsValid() {
		return fromText(replaceAny), nil
	}
	re, err := Pattern(text(&consts[1]))
	if err != nil {
		return nil, err
	}
	if !consts[2].IsValid() {
		return fromText(func(args []value.Value) value.Value {
			with, err := parseReplacement(text(&args[2]), re)
			if err != nil {
				return invalid()
			}
			return with.replace(re, text(&args[0]))
		}), nil
	}
	with, err := parseReplacement(text(&consts[2]), re)
	if err != nil {
		return nil, err
	}
	return fromText(func(args []value.Value) value.Value {
		return with.replace(re, text(&args[0]))
	}), nil
}

// replacement is what takes the place of a match: literal texts, each followed by a group of the match (-1: by none).
type replacement []struct {
	literal string
	group   int
}

// parseReplacement reads $1 (as many digits as name a group of the pattern), ${name}, $$ for a dollar sign, and \ before a
// character that stands for itself.
func parseReplacement(s string, re *regexp.Regexp) (replacement, error) {
	var parts replacement
	var literal strings.Builder
	add := func(group int) {
		parts = append(parts, struct {
			literal string
			group   int
		}{literal.String(), group})
		literal.Reset()
	}
	for i := 0; i < len(s); {
		c := s[i]
		i++
		switch {
		case c == '\\' || c == '$' && i < len(s) && s[i] == '$':
			if i == len(s) {
				return nil, fmt.Errorf("replacement %q ends in a backslash", s)
			}
			literal.WriteByte(s[i])
			i++
		case c == '$':
			group, n := readGroup(s[i:], re)
			if n == 0 {
				return nil, fmt.Errorf("replacement %q: $ without a group of the pattern after it", s)
			}
			add(group)
			i += n
		default:
			literal.WriteByte(c)
		}
	}
	add(-1)
	return parts, nil
}

// readGroup reads what follows a $ and returns the group and the bytes read, 0 if it names none.
func readGroup(s string, re *regexp.Regexp) (group, n int) {
	if strings.HasPrefix(s, "{") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			if group = re.SubexpIndex(s[1:end]); group > 0 {
				return group, end + 1
			}
		}
		return 0, 0
	}
	for ; n < len(s) && '0' <= s[n] && s[n] <= '9'; n++ {
		next := group*10 + int(s[n]-'0')
		if next > re.NumSubexp() {
			break
		}
		group = next
	}
	return group, n
}

// replace is invalid where the places of the matches, or the text that is made, take more room than a row may have.
func (r replacement) replace(re *regexp.Regexp, s string) value.Value {
	most := MaxText / (4 * (re.NumSubexp() + 1))
	matches := re.FindAllStringSubmatchIndex(s, most+1)
	switch {
	case len(matches) == 0:
		return value.OfString(s)
	case len(matches) > most:
		return invalid()
	}
	var out strings.Builder
	end := 0
	for _, m := range matches {
		out.WriteString(s[end:m[0]])
		for _, part := range r {
			out.WriteString(part.literal)
			if g := 2 * part.group; g >= 0 && m[g] >= 0 {
				out.WriteString(s[m[g]:m[g+1]])
			}
			if out.Len() > MaxText {
				return invalid()
			}
		}
		end = m[1]
	}
	out.WriteString(s[end:])
	return value.OfString(out.String())
}
