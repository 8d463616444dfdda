package sideinput_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// The golden bytes were written by testdata/golden.py, which follows
// docs/protocol.md and knows nothing of this code.

func lines(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func goldenBytes(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func goldenMessages(t testing.TB) []sideinput.Message {
	t.Helper()
	var msgs []sideinput.Message
	for _, line := range lines(t, "messages.jsonl") {
		m, err := sideinput.ParseMessage([]byte(line), 0, false)
		if err != nil {
			t.Fatal(err)
		}
		msgs = append(msgs, m)
	}
	return msgs
}

func TestCanonicalBytes(t *testing.T) {
	want := lines(t, "canonical-1.hex")
	for i, m := range goldenMessages(t) {
		if got := hex.EncodeToString(m.AppendCanonical(nil)); got != want[i] {
			t.Errorf("message %d: canonical bytes\n%s, want\n%s", i+1, got, want[i])
		}
	}
}

func TestTableBytes(t *testing.T) {
	whole, _ := sideinput.NewTable().With(goldenMessages(t), sideinput.Bounds{})
	cutAt, err := sideinput.ParseTime("2026-11-01T02:59:59.999Z")
	if err != nil {
		t.Fatal(err)
	}
	cut, _ := whole.CutTo(cutAt)
	for name, table := range map[string]*sideinput.Table{"table-1.hex": whole, "table-1-cut.hex": cut} {
		want := goldenBytes(t, lines(t, name)[0])
		if got := table.AppendBinary(nil); !bytes.Equal(got, want) {
			t.Errorf("%s: bytes\n%x, want\n%x", name, got, want)
		}
		read, err := sideinput.DecodeTable(want)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if read.Revision() != table.Revision() {
			t.Errorf("%s: revision %+v, want %+v", name, read.Revision(), table.Revision())
		}
	}
}

func TestDamagedTables(t *testing.T) {
	for _, name := range []string{"table-1.hex", "table-1-cut.hex"} {
		data := goldenBytes(t, lines(t, name)[0])
		for n := range data {
			if _, err := sideinput.DecodeTable(data[:n]); err == nil {
				t.Errorf("%s: the first %d bytes are a table", name, n)
			}
		}
		if _, err := sideinput.DecodeTable(append(bytes.Clone(data), 0)); err == nil {
			t.Errorf("%s: a byte too many is a table", name)
		}
		later := bytes.Clone(data)
		later[0] = 2
		if _, err := sideinput.DecodeTable(later); err == nil || !strings.Contains(err.Error(), "form 2") {
			t.Errorf("%s: a later form: %v", name, err)
		}
	}
}

func FuzzDecodeTable(f *testing.F) {
	for _, name := range []string{"table-1.hex", "table-1-cut.hex"} {
		f.Add(goldenBytes(f, lines(f, name)[0]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := sideinput.DecodeTable(data)
		if err != nil {
			if errors.Unwrap(err) == nil {
				t.Fatal(err)
			}
			return
		}
		// Equal tables have equal bytes, so what is read is written the same.
		if got := table.AppendBinary(nil); !bytes.Equal(got, data) {
			t.Fatalf("read\n%x, written\n%x", data, got)
		}
	})
}
