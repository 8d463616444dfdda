package records

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// Whatever the first line of a file is, reading goes on: what it does not name is the fault of the records below it.
func TestFirstLines(t *testing.T) {
	const columns = "model,time,x"
	longest := columns + strings.Repeat("y", 65536-len(columns)) // 64 KiB, as the form of records says
	for _, c := range []struct{ name, header, detail string }{
		{"columns", columns, ""},
		{"behind a mark", "\xEF\xBB\xBF" + columns, ""},
		{"as long as may be", longest, ""},
		{"that and a mark", "\xEF\xBB\xBF" + longest, ""},
		{"too long", longest + "y", "the line of column names: longer than 65536 bytes"},
		{"too long behind a mark", "\xEF\xBB\xBF" + longest + "y", "the line of column names: longer than 65536 bytes"},
		{"far too long", strings.Repeat(columns+",", 1<<16), "the line of column names: longer than 65536 bytes"},
		{"blank", " ", "the line of column names: blank"},
		{"a column twice", columns + ",x", `the line of column names: column "x" comes twice`},
		{"an open quote", columns + `,"`, "the line of column names: byte 13: a quoted cell does not end on its line; a cell cannot hold a line break"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "rows.csv")
			write(t, path, c.header+"\nm,1,2\n")
			source := FileSource{Paths: []string{path}, Conversion: Conversion{Kind: CSV}, RecordBytes: 100}.withDefaults()
			fn := &readFn{Source: source}
			if err := fn.Setup(); err != nil {
				t.Fatal(err)
			}
			var bounded []string
			collect := func(into *[]string) func(beam.EventTime, Block) {
				return func(_ beam.EventTime, b Block) {
					for i := range b.Records {
						*into = append(*into, string(b.Reference(i))+b.Records[i].Detail)
					}
				}
			}
			if err := fn.ProcessElement(Work{Path: path, To: math.MaxInt64}, collect(&bounded)); err != nil {
				t.Fatal(err)
			}
			source.Follow = true
			following := newFollowTest(t, source)
			var followed []string
			if _, err := following.fn.ProcessElement(following.fn.CreateWatermarkEstimator(),
				following.fn.CreateTracker(following.positions), Work{}, collect(&followed), nil); err != nil {
				t.Fatal(err)
			}
			want := c.detail
			if want == "" {
				want = "m"
			}
			for what, got := range map[string][]string{"bounded": bounded, "following": followed} {
				if len(got) != 1 || got[0] != want {
					t.Errorf("%s: got %.200q, want %q", what, got, want)
				}
			}
		})
	}
}
