package modelstore

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a registered scheme whose bodies a test sets.
type memory struct{ open Opener }

var inMemory memory

func init() {
	Register("memory", func(ctx context.Context, p Place) (Source, error) { return inMemory.open(ctx, p) })
}

// serve makes memory://h/… give the body.
func serve(t *testing.T, c Config, body io.Reader, size int64) *Store {
	t.Helper()
	inMemory.open = func(context.Context, Place) (Source, error) {
		return Source{Body: io.NopCloser(body), Size: size}, nil
	}
	c.Allow = []string{"memory://h/"}
	return mustNew(t, c)
}

func zipped(t *testing.T, data string) string {
	t.Helper()
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(data))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestGzipIsToldByItsFirstBytes(t *testing.T) {
	stored := zipped(t, "<PMML/>")
	data, digest, err := serve(t, Config{}, strings.NewReader(stored), -1).Fetch(context.Background(), "memory://h/a.pmml")
	if err != nil || string(data) != "<PMML/>" {
		t.Fatalf("%q %v", data, err)
	}
	if digest != sum(stored) {
		t.Error("the digest is not that of the bytes as stored")
	}
}

func TestBounds(t *testing.T) {
	long := strings.Repeat("0123456789", 20_000) // 200 kB
	// 64 MiB of spaces are 64 kB of gzip, a ratio of about 1000.
	bomb := zipped(t, strings.Repeat(" ", 64<<20))
	for _, c := range []struct {
		name   string
		config Config
		body   string
		code   Code // "" for a document that is read
	}{
		{"exactly as large as allowed", Config{MaxBytes: 200_000}, long, ""},
		{"one byte too many", Config{MaxBytes: 199_999}, long, TooLarge},
		{"too large after decompression", Config{MaxBytes: 199_999}, zipped(t, long), TooLarge},
		{"exactly as large after decompression", Config{MaxBytes: 200_000}, zipped(t, long), ""},
		{"bomb, by ratio", Config{}, bomb, TooLarge},
		{"bomb, by size", Config{MaxRatio: 1 << 40, MaxBytes: 1 << 20}, bomb, TooLarge},
		{"the same bytes with the ratio allowed", Config{MaxRatio: 2000}, bomb, ""},
		{"small document of a high ratio", Config{MaxRatio: 1}, zipped(t, long), ""},
		{"gzip cut off", Config{}, zipped(t, long)[:100], Damaged},
		{"gzip header alone", Config{}, "\x1f\x8b", Damaged},
		{"gzip followed by something else", Config{}, zipped(t, "a") + "garbage", Damaged},
		{"gzip with a wrong sum", Config{}, flip(zipped(t, long)), Damaged},
		{"empty", Config{}, "", ""},
		{"one byte", Config{}, "\x1f", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, digest, err := serve(t, c.config, strings.NewReader(c.body), -1).Fetch(context.Background(), "memory://h/a")
			if c.code == "" {
				if err != nil || digest != sum(c.body) {
					t.Fatalf("%d bytes, %s, %v", len(data), digest, err)
				}
				return
			}
			e := wantCode(t, err, c.code)
			if e.Retriable() || data != nil || e.URI != "memory://h/a" {
				t.Errorf("%v, retriable %v, %d bytes", e, e.Retriable(), len(data))
			}
		})
	}
}

// flip changes the check sum of a gzip document.
func flip(stored string) string {
	b := []byte(stored)
	b[len(b)-6] ^= 0xff
	return string(b)
}

func TestASizeThatIsTooLargeIsRefusedUnread(t *testing.T) {
	s := serve(t, Config{MaxBytes: 10}, failing{errors.New("was read")}, 11)
	_, _, err := s.Fetch(context.Background(), "memory://h/a")
	wantCode(t, err, TooLarge)
}

func TestALyingSizeCostsLittle(t *testing.T) {
	s := serve(t, Config{}, strings.NewReader("<PMML/>"), 200<<20)
	data, _, err := s.Fetch(context.Background(), "memory://h/a")
	if err != nil || cap(data) > firstGrowth*2 {
		t.Errorf("%v, %d bytes set aside", err, cap(data))
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestErrorsOfTheStoreHideSecrets(t *testing.T) {
	s := serve(t, Config{}, failing{errors.New("Get https://u:secret@h/a?sig=secret: reset")}, -1)
	_, _, err := s.Fetch(context.Background(), "memory://h/a")
	e := wantCode(t, err, Unavailable)
	if !e.Retriable() || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// drip gives one byte a second, for ever.
type drip struct{}

func (drip) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	p[0] = 'x'
	return 1, nil
}

func TestASlowStoreRunsIntoTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, _, err := serve(t, Config{}, drip{}, -1).Fetch(context.Background(), "memory://h/a")
		e := wantCode(t, err, TimedOut)
		if !e.Retriable() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", e)
		}
		if took := time.Since(start); took < DefaultTimeout || took > DefaultTimeout+2*time.Second {
			t.Errorf("ended after %v", took)
		}
	})
}

func TestAnOpenerThatWaitsIsEndedByTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inMemory.open = func(ctx context.Context, _ Place) (Source, error) {
			<-ctx.Done()
			return Source{}, errors.New("whatever a client says then")
		}
		_, err := mustNew(t, Config{Allow: []string{"memory://h"}, Timeout: time.Second}).Open(context.Background(), "memory://h/a")
		wantCode(t, err, TimedOut)
	})
}

func TestCancelling(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := serve(t, Config{}, strings.NewReader("<PMML/>"), -1).Fetch(ctx, "memory://h/a")
	if e := wantCode(t, err, Unavailable); !errors.Is(e, context.Canceled) {
		t.Error(e)
	}
}

func TestReadAfterClose(t *testing.T) {
	doc, err := serve(t, Config{}, strings.NewReader("<PMML/>"), -1).Open(context.Background(), "memory://h/a")
	if err != nil {
		t.Fatal(err)
	}
	doc.Close()
	if n, err := doc.Read(make([]byte, 10)); n != 0 || err == nil || doc.Sum() != "" {
		t.Error(n, err, doc.Sum())
	}
}

func TestCheckDigest(t *testing.T) {
	if err := CheckDigest("gs://b/a", "", "00"); err != nil {
		t.Error(err)
	}
	if err := CheckDigest("gs://b/a", "00", "00"); err != nil {
		t.Error(err)
	}
	e := wantCode(t, CheckDigest("gs://b/a?generation=1", "00", "11"), Mismatch)
	if !e.Retriable() || e.URI != "gs://b/a" {
		t.Errorf("%+v", e)
	}
}

func TestRegisterRefuses(t *testing.T) {
	open := func(context.Context, Place) (Source, error) { return Source{}, nil }
	for name, f := range map[string]func(){
		"built-in": func() { Register("gs", open) },
		"twice":    func() { Register("memory", open) },
		"capitals": func() { Register("MLflow", open) },
		"no word":  func() { Register("a b", open) },
		"empty":    func() { Register("", open) },
		"nil":      func() { Register("mlflow", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}
