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

func TestMessagesComeBackWhole(t *testing.T) {
	msgs := []Message{
		{Op: Add, Model: "fraud", Version: "1", URI: "f.pmml", At: -5, Seq: -1, HasSeq: true, Preload: true,
			Labels: map[string]string{"actor": "ann", "": "x"}, RecordTime: 7, HasRecordTime: true},
		{Op: Del, Model: "fraud"},
	}
	data := appendMessages(nil, msgs)
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
