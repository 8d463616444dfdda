package scan

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func inUTF16(text string, bigEndian, mark bool) string {
	var out []byte
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, u := range units {
		if bigEndian {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return string(out)
}

func TestDecode(t *testing.T) {
	const plain = "<a>é€\U0001F600</a>"
	utf16Declared := "<?xml version='1.0' encoding='UTF-16'?>" + plain
	for _, test := range []struct{ name, bytes, want string }{
		{"UTF-8", plain, plain},
		{"UTF-8 with mark", "\ufeff" + plain, plain},
		{"UTF-8 declared", "<?xml version='1.0' encoding='utf-8'?>" + plain, "<?xml version='1.0' encoding='utf-8'?>" + plain},
		{"UTF-16 little endian with mark", inUTF16(plain, false, true), plain},
		{"UTF-16 big endian with mark", inUTF16(plain, true, true), plain},
		{"UTF-16 little endian by its declaration", inUTF16(utf16Declared, false, false), utf16Declared},
		{"UTF-16 big endian by its declaration", inUTF16(utf16Declared, true, false), utf16Declared},
		{"ISO-8859-1", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>"},
		{"windows-1252", "<?xml version='1.0' encoding=\"windows-1252\"?><a>\x80</a>", "<?xml version='1.0' encoding=\"windows-1252\"?><a>€</a>"},
		{"Shift_JIS", "<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xfa\x96\x7b</a>", "<?xml version='1.0' encoding='Shift_JIS'?><a>日本</a>"},
		{"nothing", "", ""},
		{"bytes that are not UTF-8 are the scanner's to refuse", "<a>\xe9</a>", "<a>\xe9</a>"},
		{"a damaged declaration is the scanner's to refuse", "<?xml encoding='X'?><a/>", "<?xml encoding='X'?><a/>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.bytes), iotest.OneByteReader(strings.NewReader(test.bytes)), iotest.DataErrReader(strings.NewReader(test.bytes))} {
				got, err := Decode(r, 1000)
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, test := range []struct{ name, bytes, message string }{
		{"unknown encoding", "<?xml version='1.0' encoding='X-NONE'?><a/>", "encoding X-NONE is not known (1:31)"},
		{"UTF-16 declared only", "<?xml version='1.0' encoding='UTF-16'?><a/>", "declares UTF-16 but is not (1:31)"},
		{"UTF-8 mark and another encoding", "\ufeff<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "is UTF-8 but declares ISO-8859-1 (1:31)"},
		{"UTF-16 mark and another encoding", inUTF16("<?xml version='1.0' encoding='UTF-8'?><a/>", false, true), "is UTF-16 but declares UTF-8 (1:31)"},
		{"half a UTF-16 pair", "\xff\xfe<\x00a\x00>\x00\x00\xd8<\x00", "half a character in the UTF-16 document (1:4)"},
		{"half a UTF-16 pair at the end", "\xff\xfe<\x00\x00\xd8", "half a character"},
		{"an odd number of bytes", "\xff\xfe<\x00a", "ends within a character"},
		{"bytes that mean nothing in the encoding", "<?xml version='1.0' encoding='Shift_JIS'?>\n<a>\x85\x20</a>", "mean nothing in Shift_JIS (2:4)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Decode(strings.NewReader(test.bytes), 1000)
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("%q, %v; want error %q", got, err, test.message)
			}
		})
	}
}

func TestDecodeBoundsSize(t *testing.T) {
	latin := "<?xml version='1.0' encoding='ISO-8859-1'?>"
	for _, test := range []struct {
		name, bytes string
		size        int64 // of the larger of the two forms
	}{
		{"UTF-8", strings.Repeat("x", 100_000), 100_000},
		{"grows as it is decoded", latin + strings.Repeat("\xe9", 100), int64(len(latin)) + 200},
		{"UTF-16 that grows", inUTF16(strings.Repeat("日", 1000), false, true), 3000},
		{"UTF-16 that shrinks", inUTF16(strings.Repeat("x", 1000), false, true), 2002},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Decode(bytes.NewReader([]byte(test.bytes)), test.size); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			for _, r := range []io.Reader{strings.NewReader(test.bytes), io.MultiReader(strings.NewReader(test.bytes))} {
				if _, err := Decode(r, test.size-1); !errors.Is(err, ErrTooLarge) {
					t.Errorf("a byte beyond: %v", err)
				}
			}
		})
	}
}

func TestDecodeReportsReadErrors(t *testing.T) {
	cause := errors.New("cable cut")
	if _, err := Decode(io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(cause)), 1000); !errors.Is(err, cause) {
		t.Error(err)
	}
}
