package value

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimalForms(t *testing.T) {
	for _, test := range []struct {
		text string
		want float64
		ok   bool
	}{
		{"0", 0, true},
		{"-0", 0, true},
		{"-0.000", 0, true},
		{"5.", 5, true},
		{".5", 0.5, true},
		{"+2.25", 2.25, true},
		{"-17", -17, true},
		{"9999999999999999999", 1e19, true},   // 19 digits
		{"0.9999999999999999999", 0, false},   // 20
		{".9999999999999999999", 1, true},     // 19 places
		{"9007199254740993", 1 << 53, true},   // 2^53 + 1 lies between two reals: the even one
		{"9007199254740995", 1<<53 + 4, true}, // 2^53 + 3 likewise
		{".", 0, false},
		{"-", 0, false},
		{"+.", 0, false},
		{"1.2.3", 0, false},
		{"1-2", 0, false},
		{"1e3", 0, false},
		{"0x10", 0, false},
		{"1_0", 0, false},
	} {
		t.Run(test.text, func(t *testing.T) {
			f, ok := decimal([]byte(test.text), 64)
			if ok != test.ok || ok && (f != test.want || math.Signbit(f) != math.Signbit(test.want)) {
				t.Errorf("got %v, %v; want %v, %v", f, ok, test.want, test.ok)
			}
		})
	}
}

// TestDecimalRoundsLikeStrconv compares with the standard library, which rounds correctly.
func TestDecimalRoundsLikeStrconv(t *testing.T) {
	type failer interface {
		Fatalf(format string, args ...any)
	}
	same := func(t failer, text string) {
		for _, size := range []int{32, 64} {
			want, err := strconv.ParseFloat(text, size)
			f, ok := decimal([]byte(text), size)
			if err != nil || !ok || f != want {
				t.Fatalf("%s as %d bits: %v, %v; strconv %v, %v", text, size, f, ok, want, err)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		whole, places := rapid.StringMatching(`[0-9]{1,9}`).Draw(t, "whole"), rapid.StringMatching(`[0-9]{0,10}`).Draw(t, "places")
		same(t, rapid.SampledFrom([]string{"", "-", "+"}).Draw(t, "sign")+whole+"."+places)
	})
	r := rand.New(rand.NewPCG(5, 6))
	for range 100_000 {
		text := strconv.FormatUint(r.Uint64N(1e19), 10)
		at := r.IntN(len(text) + 1)
		halfway := strconv.FormatUint(1<<53+2*r.Uint64N(1<<52)+1, 10) // between two reals of 64 bits
		single := strconv.FormatUint(1<<24+2*r.Uint64N(1<<23)+1, 10)  // of 32
		for _, text := range []string{text[:at] + "." + text[at:], halfway, halfway + ".0", halfway + ".01", single, single + ".0000000001"} {
			same(t, text)
		}
	}
}
