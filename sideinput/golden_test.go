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

var goldenFiles = []string{"table-1.hex", "table-1-cut.hex", "table-2.hex", "table-2-cut.hex"}

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

func goldenMessages(t testing.TB, file string) []sideinput.Message {
	t.Helper()
	var msgs []sideinput.Message
	for _, line := range lines(t, file) {
		m, err := sideinput.ParseMessage([]byte(line), 0, false)
		if err != nil {
			t.Fatal(err)
		}
		msgs = append(msgs, m)
	}
	return msgs
}

func TestCanonicalBytes(t *testing.T) {
	for file, hexes := range map[string]string{"messages.jsonl": "canonical-1.hex", "aliases.jsonl": "canonical-1-aliases.hex"} {
		want := lines(t, hexes)
		for i, m := range goldenMessages(t, file) {
			if got := hex.EncodeToString(m.AppendCanonical(nil)); got != want[i] {
				t.Errorf("%s: message %d: canonical bytes\n%s, want\n%s", file, i+1, got, want[i])
			}
		}
	}
}

// goldenTables are the tables of the golden bytes: without the cut and with it.
func goldenTables(t *testing.T, msgs []sideinput.Message) (whole, cut *sideinput.Table) {
	t.Helper()
	whole, _ = sideinput.NewTable().With(msgs, sideinput.Bounds{})
	cutAt, err := sideinput.ParseTime("2026-11-01T02:59:59.999Z")
	if err != nil {
		t.Fatal(err)
	}
	cut, _ = whole.CutTo(cutAt)
	return whole, cut
}

func TestTableBytes(t *testing.T) {
	whole, cut := goldenTables(t, append(goldenMessages(t, "messages.jsonl"), goldenMessages(t, "aliases.jsonl")...))
	for name, table := range map[string]*sideinput.Table{"table-2.hex": whole, "table-2-cut.hex": cut} {
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

func TestTablesOfTheFormBefore(t *testing.T) {
	whole, cut := goldenTables(t, goldenMessages(t, "messages.jsonl"))
	for name, table := range map[string]*sideinput.Table{"table-1.hex": whole, "table-1-cut.hex": cut} {
		read, err := sideinput.DecodeTable(goldenBytes(t, lines(t, name)[0]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := read.AppendBinary(nil), table.AppendBinary(nil); !bytes.Equal(got, want) {
			t.Errorf("%s: read\n%x, want\n%x", name, got, want)
		}
	}
	// What form 1 does not have: an ALIAS, a hint.
	for fact, hints := range map[string]string{"04000178" + "03013101": "00", "42000131" + "0175": "01"} {
		zeros := strings.Repeat("00", 32)
		if _, err := sideinput.DecodeTable(goldenBytes(t, "01"+zeros+"01"+"016d"+"0000"+"01"+fact)); err == nil {
			t.Errorf("form 1 has the fact %s", fact)
		}
		if _, err := sideinput.DecodeTable(goldenBytes(t, "02"+zeros+strings.Repeat("00", 7)+hints+"01"+"016d"+"000000"+"01"+fact)); err != nil {
			t.Errorf("form 2: fact %s: %v", fact, err)
		}
	}
}

func TestDamagedTables(t *testing.T) {
	for _, name := range goldenFiles {
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
		later[0] = 3
		if _, err := sideinput.DecodeTable(later); err == nil || !strings.Contains(err.Error(), "form 3") {
			t.Errorf("%s: a later form: %v", name, err)
		}
	}
}

func FuzzDecodeTable(f *testing.F) {
	for _, name := range goldenFiles {
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
		if data[0] == 1 {
			return // but in the present form
		}
		if got := table.AppendBinary(nil); !bytes.Equal(got, data) {
			t.Fatalf("read\n%x, written\n%x", data, got)
		}
	})
}
