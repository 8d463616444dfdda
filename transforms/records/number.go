package records

import (
	"math"
	"strconv"
)

// powers of ten that a float64 holds exactly.
var exactPowers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseDouble reads a decimal number in JSON's grammar as the nearest float64, as strconv.ParseFloat does; false for
// anything else, and for what lies outside the range of a float64.
//
// A number of up to 15 digits, which is an integer below 2^53, over or times a power of ten up to 10^22 is one exact
// operand and one rounding (Clinger, How to Read Floating Point Numbers Accurately, 1990). The rest goes to strconv.
func parseDouble(text []byte) (float64, bool) {
	i := 0
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		i = 1
	}
	mantissa, digits, first := uint64(0), 0, i
	for ; i < len(text) && isDigit(text[i]); i++ {
		mantissa = 10*mantissa + uint64(text[i]-'0')
		digits++
	}
	if digits == 0 || digits > 1 && text[first] == '0' {
		return 0, false
	}
	exponent := 0
	if i < len(text) && text[i] == '.' {
		point := i
		for i++; i < len(text) && isDigit(text[i]); i++ {
			mantissa = 10*mantissa + uint64(text[i]-'0')
		}
		exponent = point + 1 - i
		if exponent == 0 {
			return 0, false
		}
		digits -= exponent
	}
	if i < len(text) {
		return slowDouble(text, i)
	}
	if digits > 15 || -exponent >= len(exactPowers) {
		return slowDouble(text, i)
	}
	f := float64(mantissa) / exactPowers[-exponent]
	if negative {
		f = -f
	}
	return f, true
}

// roundsOnce says whether the single that is nearest to f is also nearest to the number that f was read from. It may not be
// if f lies halfway between two singles, since the number itself may lie on either side; where singles are subnormal, their
// halves lie elsewhere.
func roundsOnce(f float64) bool {
	const (
		cut  = 1<<29 - 1 // the bits that a single has not
		half = 1 << 28
		tiny = 0x1p-126
	)
	return math.Float64bits(f)&cut != half && (math.Abs(f) >= tiny || f == 0)
}

// slowDouble is parseDouble for text of which the part before i is a number without exponent.
func slowDouble(text []byte, i int) (float64, bool) {
	if i < len(text) { // an exponent, or nothing that belongs to a number
		if text[i] != 'e' && text[i] != 'E' {
			return 0, false
		}
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if i == len(text) {
			return 0, false
		}
		for ; i < len(text); i++ {
			if !isDigit(text[i]) {
				return 0, false
			}
		}
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return f, err == nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
