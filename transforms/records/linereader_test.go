package records

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// placed is a line and where it begins.
type placed struct {
	at   int64
	text string
	long bool
}

// linesOf is what a file of that text consists of.
func linesOf(text string, most int, last bool) []placed {
	var all []placed
	at := int64(0)
	for l := range strings.Lines(text) {
		whole := strings.HasSuffix(l, "\n")
		content := strings.TrimSuffix(strings.TrimSuffix(l, "\n"), "\r")
		if strings.TrimSpace(content) != "" && (whole || last) {
			p := placed{at: at, text: content}
			if len(content) > most {
				p.text, p.long = content[:most], true
			}
			all = append(all, p)
		}
		at += int64(len(l))
	}
	return all
}

func readLines(t *testing.T, r *lineReader, lines, size int, until int64, last bool) []placed {
	t.Helper()
	var all []placed
	for {
		g, err := r.next(lines, size, until, last)
		if err != nil {
			t.Fatal(err)
		}
		if g.next == g.at {
			return all
		}
		if len(g.lines) > lines {
			t.Fatalf("a group of %d lines", len(g.lines))
		}
		for _, l := range g.lines {
			all = append(all, placed{g.at + int64(l.begin), string(g.data[l.begin:l.end]), l.long})
		}
	}
}

func randomText(r *rand.Rand, longest int) string {
	var b bytes.Buffer
	for range r.IntN(12) {
		switch r.IntN(6) {
		case 0: // a blank line
		case 1:
			b.WriteString("  ")
		default:
			fmt.Fprint(&b, strings.Repeat("x", r.IntN(longest)), r.IntN(100))
		}
		b.WriteString([]string{"\n", "\n", "\r\n"}[r.IntN(3)])
	}
	if r.IntN(2) == 0 {
		b.WriteString("last")
	}
	return b.String()
}

// Whatever the ranges, each line is read once, by the range that it begins in.
func TestRangesOwnWholeLines(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 3000 {
		text := randomText(r, 20)
		if i < 4 {
			text = strings.Repeat(text, 1+chunk/max(len(text), 1)*2) // beyond one chunk
		}
		size := int64(len(text))
		parts := 1 + r.IntN(6)
		var got []placed
		for p := range parts {
			reader := &lineReader{file: strings.NewReader(text), size: size, most: 1000}
			if err := reader.seek(partEnd(size, p, parts)); err != nil {
				t.Fatal(err)
			}
			got = append(got, readLines(t, reader, 1+r.IntN(5), 1+r.IntN(60), partEnd(size, p+1, parts), true)...)
		}
		if want := linesOf(text, 1000, true); !slices.Equal(got, want) {
			t.Fatalf("%d parts of %.200q: got %v\nwant %v", parts, text, got, want)
		}
	}
}

func TestLongLines(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 3000 {
		text := randomText(r, 20)
		for _, last := range []bool{true, false} {
			reader := &lineReader{file: strings.NewReader(text), size: int64(len(text)), most: 8}
			if got, want := readLines(t, reader, 100, chunk, math.MaxInt64, last), linesOf(text, 8, last); !slices.Equal(got, want) {
				t.Fatalf("%q: got %v, want %v", text, got, want)
			}
		}
	}
	// Far longer than what is read at once: passed over in pieces.
	huge := "a\n" + strings.Repeat("y", 5*chunk) + "\nb\n" + strings.Repeat("z", 3*chunk)
	for _, last := range []bool{true, false} {
		reader := &lineReader{file: strings.NewReader(huge), size: int64(len(huge)), most: 100}
		if got, want := readLines(t, reader, 100, chunk, math.MaxInt64, last), linesOf(huge, 100, last); !slices.Equal(got, want) {
			t.Fatalf("last %v: got %d lines, want %d", last, len(got), len(want))
		}
		if cap(reader.buf) > 3*chunk {
			t.Errorf("%d bytes kept", cap(reader.buf))
		}
	}
}
