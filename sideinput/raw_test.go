package sideinput

import (
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The bytes are written by hand from docs/protocol.md.
func TestRawBytes(t *testing.T) {
	for _, c := range []struct {
		raw  Raw
		want string
	}{
		{Raw{}, "01" + "00" + "00"},
		{Raw{Data: []byte("{}"), Source: "c@17"}, "01" + "00" + "04" + "63403137" + "7b7d"},
		{Raw{Data: []byte{0xff}, Source: "t", Time: -2, HasTime: true}, "01" + "01" + "03" + "01" + "74" + "ff"},
	} {
		data := c.raw.AppendBinary(nil)
		if got := hex.EncodeToString(data); got != c.want {
			t.Errorf("%+v: bytes %s, want %s", c.raw, got, c.want)
		}
		back, err := DecodeRaw(data)
		if err != nil || cmp.Diff(c.raw, back) != "" {
			t.Errorf("%+v came back as %+v, %v", c.raw, back, err)
		}
	}
	for _, damaged := range []string{"", "02", "0102", "010005", "0101"} {
		data, _ := hex.DecodeString(damaged)
		if r, err := DecodeRaw(data); err == nil {
			t.Errorf("%q is read as %+v", damaged, r)
		}
	}
}

// The bytes are written by hand from docs/protocol.md.
func TestHeadBytes(t *testing.T) {
	h := head{revision: Revision{Number: 258, Cut: NoCut}, pending: 3_600_000, shards: 16, subShards: 2, base: 300, tail: 4, messages: 5}
	h.revision.Digest[0], h.revision.Digest[15] = 0xab, 0xcd
	const want = "01" + "ab0000000000000000000000000000cd" + "8000000000000000" + "0000000000000102" + "000000000036ee80" +
		"00000010" + "00000002" + "0000012c" + "00000004" + "00000005"
	data := h.appendBinary(nil)
	if got := hex.EncodeToString(data); got != want {
		t.Errorf("bytes %s, want %s", got, want)
	}
	if back, err := decodeHead(data); err != nil || back != h {
		t.Errorf("came back as %+v, %v", back, err)
	}
	data[0] = 2
	if _, err := decodeHead(data); err == nil {
		t.Error("a later form is read")
	}
}

// The bytes are written by hand from docs/protocol.md.
func TestMessagesBytes(t *testing.T) {
	data := encodeMessages([]Message{
		{Op: Update, Model: "m", Version: "1", URI: "u", At: 1, Seq: -1, HasSeq: true, RecordTime: 2, HasRecordTime: true, Preload: true,
			Labels: map[string]string{"b": "", "a": "x"}},
		{Op: Del, Model: "m", At: -1},
		{Op: Alias, Model: "m", Alias: "x", To: []Target{{"1", 1}, {"2", 300}}},
	})
	const want = "02" + "03" +
		"01" + "04" + "016d" + "53" + "02" + "01" + "0131" + "0175" + "02" + "0161" + "0178" + "0162" + "00" +
		"00" + "016d" + "01" + "01" + "00" + "00" + "00" +
		"00" + "016d" + "04" + "00" + "0178" + "07" + "013101" + "0132ac02" + "00"
	if got := hex.EncodeToString(data); got != want {
		t.Errorf("bytes %s, want %s", got, want)
	}
}

// In form 1 a message's hint is a mark of its own, and there is no ALIAS.
func TestMessagesOfTheFormBefore(t *testing.T) {
	const first = "03" + "04" + "016d" + "13" + "02" + "01" + "0131" + "0175" + "00"
	data, err := hex.DecodeString("01" + "01" + first)
	if err != nil {
		t.Fatal(err)
	}
	want := []Message{{Op: Update, Model: "m", Version: "1", URI: "u", At: 1, Seq: -1, HasSeq: true, RecordTime: 2, HasRecordTime: true, Preload: true}}
	back, err := decodeMessages(data)
	if err != nil || cmp.Diff(want, back) != "" {
		t.Errorf("%v %s", err, cmp.Diff(want, back))
	}
	for _, other := range []string{
		"02" + "01" + first, // form 2 has no such mark
		"01" + "01" + "00" + "016d" + "04" + "00" + "0178" + "03013101" + "00", // an ALIAS
		"03" + "00", // a later form
	} {
		if data, err = hex.DecodeString(other); err != nil {
			t.Fatal(err)
		}
		if back, err := decodeMessages(data); err == nil {
			t.Errorf("%s is %+v", other, back)
		}
	}
}

func TestMessagesComeBackWhole(t *testing.T) {
	msgs := []Message{
		{Op: Add, Model: "fraud", Version: "1", URI: "f.pmml", At: -5, Seq: -1, HasSeq: true, Preload: true,
			Labels: map[string]string{"actor": "ann", "": "x"}, RecordTime: 7, HasRecordTime: true},
		{Op: Del, Model: "fraud"},
		{Op: Alias, Model: "fraud", Alias: "champion", To: []Target{{"1", 90}, {"2", 10}}},
		{Op: Alias, Model: "fraud", Alias: "champion", Seq: 1, HasSeq: true},
	}
	data := encodeMessages(msgs)
	back, err := decodeMessages(data)
	if err != nil || cmp.Diff(msgs, back) != "" {
		t.Errorf("%v %s", err, cmp.Diff(msgs, back))
	}
	for n := range data {
		if _, err := decodeMessages(data[:n]); err == nil {
			t.Errorf("the first %d bytes are messages", n)
		}
	}
}
