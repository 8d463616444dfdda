package function

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// printf is one conversion of C's printf (ISO C 9899:1999, 7.19.6.1) with the text around it.
type printf struct {
	before, after                   string
	minus, plus, blank, alt, zeroes bool
	width, precision                int // precision -1: not given
	verb                            byte
}

// parsePrintf reads a pattern with exactly one conversion, for a number: d i u o x X, f F e E g G, or s, which is the number as text.
// Length modifiers mean nothing here.
func parsePrintf(pattern string) (format, error) {
	p := printf{precision: -1}
	bad := func(what string) (format, error) {
		return nil, fmt.Errorf("number pattern %q: %s", pattern, what)
	}
	var literal strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if c != '%' {
			literal.WriteByte(c)
			continue
		}
		i++
		if i < len(pattern) && pattern[i] == '%' {
			literal.WriteByte('%')
			continue
		}
		if p.verb != 0 {
			return bad("more than one conversion")
		}
		n, err := p.parse(pattern[i:])
		if err != nil {
			return bad(err.Error())
		}
		i += n - 1
		p.before = literal.String()
		literal.Reset()
	}
	if p.verb == 0 {
		return bad("no conversion")
	}
	p.after = literal.String()
	return p.format, nil
}

// parse reads what follows the % and returns its length.
func (p *printf) parse(s string) (int, error) {
	i := 0
	for ; i < len(s); i++ {
		flag := strings.IndexByte("-+ #0", s[i])
		if flag < 0 {
			break
		}
		*[...]*bool{&p.minus, &p.plus, &p.blank, &p.alt, &p.zeroes}[flag] = true
	}
	readNumber := func() (int, error) {
		n := 0
		for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
			if n = n*10 + int(s[i]-'0'); n > 1000 {
				return 0, errors.New("a width or precision above 1000")
			}
		}
		return n, nil
	}
	var err error
	if p.width, err = readNumber(); err != nil {
		return 0, err
	}
	if i < len(s) && s[i] == '.' {
		i++
		if p.precision, err = readNumber(); err != nil {
			return 0, err
		}
	}
	for i < len(s) && strings.IndexByte("hlLqjzt", s[i]) >= 0 {
		i++
	}
	if i == len(s) {
		return 0, errors.New("ends within a conversion")
	}
	if strings.IndexByte("diuoxXfFeEgGs", s[i]) < 0 {
		return 0, fmt.Errorf("conversion %%%c is not known", s[i])
	}
	p.verb = s[i]
	return i + 1, nil
}

// format is false for what is no number, and for a fraction under a conversion of integers.
func (p printf) format(dst []byte, v value.Value) ([]byte, bool) {
	var sign, body string
	f, isNumber := v.Float64()
	zeroes := p.zeroes && !p.minus
	switch {
	case p.verb == 's':
		body, zeroes = text(&v), false
		if p.precision >= 0 {
			body = body[:offset(body, int64(p.precision))]
		}
	case !isNumber:
		return dst, false
	case strings.IndexByte("diuoxX", p.verb) >= 0:
		i, ok := integer(v)
		if !ok || i < 0 && p.verb != 'd' && p.verb != 'i' {
			return dst, false
		}
		sign, body = p.sign(i < 0), p.integerDigits(i)
		zeroes = zeroes && p.precision < 0
	case math.IsNaN(f) || math.IsInf(f, 0):
		body, zeroes = strings.ToLower(strings.TrimLeft(fmt.Sprint(math.Abs(f)), "+")), false
		sign = p.sign(math.Signbit(f) && !math.IsNaN(f))
		if p.verb <= 'Z' {
			body = strings.ToUpper(body)
		}
	default:
		sign, body = p.sign(math.Signbit(f)), p.realDigits(math.Abs(f))
	}
	pad := p.width - len(sign) - len([]rune(body))
	dst = append(dst, p.before...)
	if !p.minus && !zeroes {
		dst = appendRepeated(dst, ' ', pad)
	}
	dst = append(dst, sign...)
	if zeroes {
		dst = appendRepeated(dst, '0', pad)
	}
	dst = append(dst, body...)
	if p.minus {
		dst = appendRepeated(dst, ' ', pad)
	}
	return append(dst, p.after...), true
}

func (p printf) sign(negative bool) string {
	signed := strings.IndexByte("uoxX", p.verb) < 0
	switch {
	case negative:
		return "-"
	case p.plus && signed:
		return "+"
	case p.blank && signed:
		return " "
	}
	return ""
}

func (p printf) integerDigits(i int64) string {
	size := uint64(i)
	if i < 0 {
		size = -size
	}
	base := map[byte]int{'o': 8, 'x': 16, 'X': 16}[p.verb]
	if base == 0 {
		base = 10
	}
	digits := strconv.FormatUint(size, base)
	if p.precision == 0 && size == 0 {
		digits = ""
	}
	if missing := p.precision - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if p.alt && base == 16 && size != 0 {
		digits = "0x" + digits
	}
	if p.alt && base == 8 && !strings.HasPrefix(digits, "0") {
		digits = "0" + digits
	}
	if p.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	return digits
}

func (p printf) realDigits(f float64) string {
	precision := p.precision
	if precision < 0 {
		precision = 6
	}
	// Go's %f, %e and %g are C's, but that C's %g has a precision of 6 if none is given, and drops trailing zeros without #.
	pattern := "%." + strconv.Itoa(precision) + string(p.verb)
	if p.alt {
		pattern = "%#." + strconv.Itoa(precision) + string(p.verb)
	}
	return fmt.Sprintf(pattern, f)
}

func appendRepeated(dst []byte, c byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, c)
	}
	return dst
}
