package records

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/google/go-cmp/cmp"
)

// golden reads bytes in hex, with comments: the byte forms as they are written down, not as the code writes them.
func golden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for l := range strings.Lines(string(text)) {
		l, _, _ = strings.Cut(l, "#")
		for _, f := range strings.Fields(l) {
			digits.WriteString(f)
		}
	}
	data, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checkForm holds a byte form to its golden bytes, both ways, and to refusing every part of it and other versions.
func checkForm[T any](t *testing.T, name string, v T, encode func(T) []byte, decode func([]byte) (T, error)) {
	t.Helper()
	want := golden(t, name)
	if got := encode(v); !bytes.Equal(got, want) {
		t.Errorf("%s: encoded\n%x, want\n%x", name, got, want)
	}
	got, err := decode(bytes.Clone(want))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if diff := cmp.Diff(v, got); diff != "" {
		t.Errorf("%s: decoded (-want +got)\n%s", name, diff)
	}
	for n := range want {
		if _, err := decode(bytes.Clone(want[:n])); err == nil && name != "work.v1.hex" {
			t.Errorf("%s: the first %d bytes are accepted", name, n)
		}
	}
	for _, version := range []byte{0, want[0] + 1, 255} {
		other := append([]byte{version}, want[1:]...)
		if _, err := decode(other); err == nil || !strings.Contains(err.Error(), "this program reads form") {
			t.Errorf("%s: form %d: error %v", name, version, err)
		}
	}
}

func TestByteForms(t *testing.T) {
	block, table := plainBlock(), Block{
		Header: "a,b", Buf: []byte{},
		Table: sideinput.ID{Digest: [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, Cut: 4096},
	}
	block.Records[0].Resolution = Latest
	block.Records[1].Split = Span{6, 8}
	block.Records[1].Resolution = AsOf
	checkFormBefore(t, "block.v2.hex", block, DecodeBlock)
	checkFormBefore(t, "block-table.v2.hex", table, DecodeBlock)
	block.Source, block.Partition = "ev-7", true
	checkForm(t, "block.v3.hex", block, encodeBlock, DecodeBlock)
	checkForm(t, "block-table.v3.hex", table, encodeBlock, DecodeBlock)
	checkForm(t, "lines.v1.hex", Lines{Buf: []byte("a\nbc\n"), Ends: []uint32{2, 5}}, encodeLines, DecodeLines)
	checkForm(t, "positions.v1.hex", Positions{Latest: 1000, Files: []FilePosition{
		{Path: "a", Inode: 7, Offset: 128}, {Path: "b", Generation: 2},
	}}, encodePositions, decodePositions)
	checkForm(t, "work.v1.hex", Work{Path: "a", From: 5, To: 10, Table: []byte("tb")}, encodeWork, decodeWork)
}

// checkFormBefore holds the decoder to reading what the form before was.
func checkFormBefore[T any](t *testing.T, name string, v T, decode func([]byte) (T, error)) {
	t.Helper()
	got, err := decode(golden(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if diff := cmp.Diff(v, got); diff != "" {
		t.Errorf("%s: decoded (-want +got)\n%s", name, diff)
	}
}

// plainBlock has nothing that the form before does not have.
func plainBlock() Block {
	return Block{
		Source: "ev", Buf: []byte("abcdefghij"),
		Records: []Record{
			{Begin: 0, End: 4, Ref: Span{1, 3}, Time: 1000},
			{Begin: 5, End: 8, Ref: Span{8, 10}, ID: Span{5, 6}, Time: 999, Offset: 5},
			{Begin: 8, End: 8, Time: NoTime, Offset: 8, Reason: sideinput.Undecodable, Detail: "x"},
		},
	}
}

func TestDamagedBlocks(t *testing.T) {
	old := golden(t, "block.v2.hex")
	old[1] |= blockIsPartition
	if b, err := DecodeBlock(old); err == nil {
		t.Errorf("form 2 with a flag that it has not: accepted as %+v", b)
	}
	whole := golden(t, "block.v2.hex")
	for name, at := range map[string]struct {
		at int
		to byte
	}{
		"a flag that is none":          {1, 4},
		"a longer source":              {2, 200},
		"more bytes than there are":    {6, 11},
		"fewer bytes than there are":   {6, 9},
		"more records than there are":  {7, 4},
		"more records than can be":     {7, 127},
		"a record behind the bytes":    {8, 9},
		"a record beyond the bytes":    {9, 11},
		"flags that are none":          {10, 0x85},
		"both resolutions":             {10, 0x65},
		"a reference before the bytes": {12, 1},
		"a reference beyond the bytes": {13, 10},
		"an empty reference":           {13, 0},
		"a split key before the bytes": {24, 0x0d},
		"an empty split key":           {25, 0},
		"a reason that is none":        {31, byte(len(reasonCodes))},
		"no reason":                    {31, 0},
	} {
		data := bytes.Clone(whole)
		data[at.at] = at.to
		if b, err := DecodeBlock(data); err == nil {
			t.Errorf("%s: accepted as %+v", name, b)
		}
	}
	// A gap that wraps around must not let records go backwards.
	back := append([]byte{blockForm, 0, 0, 0, 2, 2, 0, 2, 0, 0}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0, 0, 'a', 'b')
	if b, err := DecodeBlock(back); err == nil {
		t.Errorf("a record before the one before: accepted as %+v", b)
	}
}

func TestBlocksComeOutAsTheyWere(t *testing.T) {
	for _, b := range goldenBlocks(t) {
		got, err := DecodeBlock(b.AppendBinary(nil))
		if err != nil {
			t.Fatal(err)
		}
		if b.Records == nil {
			b.Buf = []byte{}
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
	}
}

func TestLines(t *testing.T) {
	var l Lines
	for _, s := range []string{"one", "", "three"} {
		l.Buf = append(l.Buf, s...)
		l.End()
	}
	if string(l.Buf) != "one\n\nthree\n" || l.Len() != 3 || string(l.Line(0)) != "one" || len(l.Line(1)) != 0 || string(l.Line(2)) != "three" {
		t.Errorf("lines %d of %q", l.Ends, l.Buf)
	}
}

// A reason's number in byte forms is its place in the list of docs/protocol.md.
func TestReasonNumbers(t *testing.T) {
	page, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "\n## Reasons\n")
	list, _, _ = strings.Cut(list, "\n## ")
	number := 0
	for line := range strings.Lines(list) {
		reason, is := strings.CutPrefix(line, "| `")
		if !is {
			continue
		}
		number++
		if reason, _, _ = strings.Cut(reason, "`"); number >= len(reasonCodes) || string(reasonCodes[number]) != reason {
			t.Errorf("reason %d is %s", number, reason)
		}
	}
	if number != len(reasonCodes)-1 {
		t.Errorf("%d reasons on the page, %d in the code", number, len(reasonCodes)-1)
	}
}
