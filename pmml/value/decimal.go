package value

import (
	"math"
	"math/bits"
)

// maxDigits is how many decimal digits fit into 64 bits, whatever they are.
const maxDigits = 19

var powersOfTen = func() (p [maxDigits + 1]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// decimal reads digits with a sign and a point, as nearly all numbers in documents and rows are written: at most 19 of them, without
// an exponent. For any other form it returns false. It is there for speed: strconv needs about twice the time, and most of loading a
// tree beside scanning is reading its thresholds and scores.
func decimal(text []byte, size int) (float64, bool) {
	negative := text[0] == '-'
	if negative || text[0] == '+' {
		text = text[1:]
	}
	if len(text) > maxDigits+1 {
		return 0, false
	}
	digits, point := uint64(0), -1
	for i, c := range text {
		if d := c - '0'; d <= 9 {
			digits = 10*digits + uint64(d)
			continue
		}
		if c != '.' || point >= 0 {
			return 0, false
		}
		point = i
	}
	places := 0 // behind the point
	count := len(text)
	if point >= 0 {
		count--
		places = count - point
	}
	if count == 0 || count > maxDigits {
		return 0, false
	}
	f := quotient(digits, powersOfTen[places], size)
	if negative && f != 0 {
		f = -f
	}
	return f, true
}

// quotient divides integers, rounding once to a real of 32 or 64 bits. It shifts both to 64 bits, so that the integer quotient has at
// least 63; what is left of the division becomes its lowest bit, which is all that rounding to nearest needs to know.
func quotient(x, y uint64, size int) float64 {
	if x == 0 {
		return 0
	}
	shiftX, shiftY := bits.LeadingZeros64(x), bits.LeadingZeros64(y)
	x <<= shiftX
	q, rest := bits.Div64(x>>1, x<<63, y<<shiftY)
	if rest != 0 {
		q |= 1
	}
	f := float64(q)
	if size == 32 {
		f = float64(float32(q))
	}
	return f * math.Float64frombits(uint64(1023+shiftY-shiftX-63)<<52)
}
