package kafka

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/transforms/internal/keygroup"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// golden reads bytes in hex, with comments: the byte form as it is written down, not as the code writes it.
func golden(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/positions.v1.hex")
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

func TestPositionsBytes(t *testing.T) {
	want := golden(t)
	p := Positions{Watermark: 1000, Partitions: []Position{
		{Topic: "ev", Partition: 7, ID: [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, Next: 128, Latest: 1001},
		{Topic: "ew", Generation: 2, Latest: -1, Gone: true},
	}}
	if got := encodePositions(p); !bytes.Equal(got, want) {
		t.Errorf("encoded\n%x, want\n%x", got, want)
	}
	got, err := decodePositions(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("decoded (-want +got)\n%s", diff)
	}
	for n := range want {
		if _, err := decodePositions(want[:n]); err == nil {
			t.Errorf("the first %d bytes are accepted", n)
		}
	}
	if p, err := decodePositions(encodePositions(begin())); err != nil || p.Watermark != records.NoTime || len(p.Partitions) > 0 {
		t.Errorf("the beginning: %+v, %v", p, err)
	}
}

func TestDamagedPositions(t *testing.T) {
	whole := golden(t)
	for name, at := range map[string]struct {
		at int
		to byte
	}{
		"another form":                {0, 2},
		"neither ended nor not":       {1, 2},
		"more than there are":         {4, 3},
		"fewer than there are":        {4, 1},
		"more than can be":            {4, 127},
		"flags that are none":         {9, 4},
		"topics not in their order":   {7, 'x'},
		"an id that is not flagged":   {9, 0},
		"something behind the bytes":  {len(whole) - 1, 0x80},
		"a topic longer than all":     {5, 200},
		"a partition that cannot be":  {8, 0xff},
		"the same partition twice":    {33, 'v'},
		"a flagged id that is absent": {35, 2},
	} {
		data := bytes.Clone(whole)
		data[at.at] = at.to
		if name == "the same partition twice" {
			data[8] = 0
		}
		if p, err := decodePositions(data); err == nil {
			t.Errorf("%s: accepted as %+v", name, p)
		}
	}
}

// FuzzDecodePositions feeds hostile bytes; what is accepted must come out the same again.
func FuzzDecodePositions(f *testing.F) {
	f.Add(encodePositions(begin()))
	f.Add(encodePositions(Positions{Watermark: 5, Partitions: []Position{{Topic: "t", Next: 1, ID: [16]byte{1}}, {Topic: "t", Partition: 1}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decodePositions(bytes.Clone(data))
		if err != nil {
			return
		}
		if again := encodePositions(p); !bytes.Equal(again, data) {
			t.Fatalf("%x became %x", data, again)
		}
	})
}

func TestTracker(t *testing.T) {
	start := Positions{Watermark: 5, Partitions: []Position{{Topic: "a", Next: 3}}}
	tr := newTracker(start)
	for _, c := range []claim{
		{partitions: []Position{{Topic: "a", Next: 4}, {Topic: "a", Partition: 1, Next: 9}}, watermark: records.NoTime},
		{watermark: 7}, {watermark: 6},
	} {
		if !tr.TryClaim(c) {
			t.Fatalf("%+v is refused", c)
		}
	}
	primary, rest, err := tr.TrySplit(0.5)
	if err != nil || !primary.(Positions).Ended {
		t.Errorf("primary %+v, %v", primary, err)
	}
	want := Positions{Watermark: 7, Partitions: []Position{{Topic: "a", Next: 4}, {Topic: "a", Partition: 1, Next: 9}}}
	if diff := cmp.Diff(want, rest); diff != "" {
		t.Errorf("residual (-want +got)\n%s", diff)
	}
	if start.Partitions[0].Next != 3 {
		t.Error("the restriction was changed")
	}
	if _, rest, _ := tr.TrySplit(0); tr.TryClaim(claim{watermark: 9}) || rest != nil || !tr.IsDone() {
		t.Error("something is left after a split")
	}
	if tr = newTracker(start); !tr.TryClaim(claim{end: true}) || !tr.IsDone() || tr.GetError() != nil {
		t.Error("the end is not the end")
	}
	if tr = newTracker(start); tr.TryClaim("all") || tr.GetError() == nil {
		t.Error("a claim that is none is taken")
	}
}

// All lanes together read each partition once, and partitions of a topic are spread evenly.
func TestLanes(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7} {
		counts := make([]int, n)
		for number := range int32(21) {
			for i, w := range lanes(n) {
				if (partition{"events", number}).isOf(w) {
					counts[i]++
				}
			}
		}
		sum := 0
		for _, c := range counts {
			if sum += c; c != 21/n && c != 21/n+1 {
				t.Errorf("%d lanes: %v", n, counts)
			}
		}
		if sum != 21 {
			t.Errorf("%d lanes read %d of 21 partitions", n, sum)
		}
	}
}

// What Flink calls a lane is its element, as Beam's runner encodes it: behind the length. That it is so was seen on Flink, where each
// of four subtasks had one of four lanes.
func TestLanesAreSpreadOverKeyGroups(t *testing.T) {
	for _, n := range []int{1, 2, 7, 16} {
		s := &Source{Parts: n, KeyGroups: 128}
		for i, w := range s.spreadLanes() {
			if w.From != int64(i) || w.To != int64(n) {
				t.Errorf("lane %d of %d became %d of %d", i, n, w.From, w.To)
			}
			if part := keygroup.Of(runnerKey(w), 128) * n / 128; part != i {
				t.Errorf("lane %d of %d falls into part %d", i, n, part)
			}
		}
	}
	if diff := cmp.Diff(lanes(3), (&Source{Parts: 3}).spreadLanes()); diff != "" {
		t.Errorf("lanes of other runners are named (-want +got)\n%s", diff)
	}
}
