package records

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// pickBlock is a block with references and ids within the record, escaped and so behind it, given by default, and absent.
func pickBlock(t *testing.T) Block {
	t.Helper()
	b, err := NewBuilder(Conversion{Reference: "default", SplitField: "key", ResolutionField: "at"})
	if err != nil {
		t.Fatal(err)
	}
	b.Start("in/a.jsonl", "", nil)
	for i, line := range []string{
		`{"model":"fraud","id":"one","time":1,"key":"k1","at":"latest"}`,
		`{"model":"fra\u0075d@3","id":"tw\u006f","time":2,"key":"k\u0032"}`,
		`{"id":"three","time":3}`,
		`{"model":"fraud","time":4}`,
		`not JSON`,
		`{"time":5}`,
		``,
	} {
		b.Add([]byte(line), int64(100*i), NoTime)
	}
	return b.Block()
}

func TestPickKeepsWhatARecordIs(t *testing.T) {
	b := pickBlock(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var list []int32
		for i := range b.Records {
			if random.IntN(2) == 0 {
				list = append(list, int32(i))
			}
		}
		part := b.Pick(list)
		if len(part.Records) != len(list) || cap(part.Buf) != len(part.Buf) {
			t.Fatalf("%v: %d records, %d bytes in %d", list, len(part.Records), len(part.Buf), cap(part.Buf))
		}
		// Also after the byte form, which needs records in rising order.
		read, err := DecodeBlock(part.AppendBinary(nil))
		if err != nil {
			t.Fatalf("%v: %v", list, err)
		}
		for n, i := range list {
			want := describeRecord(&b, int(i))
			if got := describeRecord(&part, n); got != want {
				t.Errorf("%v: record %d is %s, want %s", list, i, got, want)
			}
			if got := describeRecord(&read, n); got != want {
				t.Errorf("%v: record %d read back is %s, want %s", list, i, got, want)
			}
		}
	}
}

func describeRecord(b *Block, i int) string {
	r := b.Records[i]
	return fmt.Sprintf("%s line %q ref %q id %s split %q time %d, %v, reason %q %q", b.AppendPlace(nil, i), b.Line(i), b.Reference(i), b.AppendID(nil, i), b.AppendSplitKey(nil, i), r.Time, r.Resolution, r.Reason, r.Detail)
}
