package modelstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func sum(data string) string {
	s := sha256.Sum256([]byte(data))
	return hex.EncodeToString(s[:])
}

// folder makes a models folder with one document and a secret beside it.
func folder(t *testing.T) (models, outside string) {
	t.Helper()
	base := t.TempDir()
	models, outside = filepath.Join(base, "models"), filepath.Join(base, "outside")
	for _, d := range []string{models, outside, filepath.Join(models, "sub")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(models, "a.pmml"), "<PMML/>")
	write(t, filepath.Join(outside, "secret"), "secret")
	return models, outside
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreReadByPathAndByURI(t *testing.T) {
	models, _ := folder(t)
	write(t, filepath.Join(models, "sub", "b c%20.pmml"), "two")
	link(t, "../a.pmml", filepath.Join(models, "sub", "link.pmml"))
	s := mustNew(t, Config{Models: models})
	for uri, want := range map[string]string{
		"a.pmml":                    "<PMML/>",
		"./a.pmml":                  "<PMML/>",
		"sub/b c%20.pmml":           "two", // a path is literal
		models + "/sub/b c%20.pmml": "two",
		"file://" + models + "/sub/b%20c%2520.pmml": "two", // a uri is not
		"sub/link.pmml": "<PMML/>", // a link that stays inside
	} {
		data, digest, err := s.Fetch(context.Background(), uri)
		if err != nil || string(data) != want || digest != sum(want) {
			t.Errorf("%s: %q %s %v", uri, data, digest, err)
		}
	}
}

func TestAListedFileIsReadAndNothingBesideIt(t *testing.T) {
	models, _ := folder(t)
	write(t, filepath.Join(models, "b.pmml"), "b")
	s := mustNew(t, Config{Allow: []string{models + "/a.pmml"}})
	if _, _, err := s.Fetch(context.Background(), models+"/a.pmml"); err != nil {
		t.Error(err)
	}
	_, _, err := s.Fetch(context.Background(), models+"/b.pmml")
	wantCode(t, err, NotAllowed)
}

func TestFilesThatAreNotOpened(t *testing.T) {
	models, outside := folder(t)
	link(t, filepath.Join(outside, "secret"), filepath.Join(models, "absolute"))
	link(t, "../outside/secret", filepath.Join(models, "relative"))
	link(t, "../outside/nothing", filepath.Join(models, "dangling"))
	link(t, outside, filepath.Join(models, "folder"))
	link(t, "loop", filepath.Join(models, "loop"))
	link(t, "/dev/zero", filepath.Join(models, "zero"))
	if err := syscall.Mkfifo(filepath.Join(models, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(models, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	s := mustNew(t, Config{Models: models})
	for _, c := range []struct {
		name, uri string
		code      Code
	}{
		{"nothing there", "none.pmml", NotFound},
		{"below a file", "a.pmml/b", NotFound},
		{"folder", "sub", NotRegular},
		{"pipe without a writer does not block", "pipe", NotRegular},
		{"socket", "socket", NotRegular},
		{"link out, absolute", "absolute", NotAllowed},
		{"link out, relative", "relative", NotAllowed},
		{"link out to nothing", "dangling", NotAllowed},
		{"link to a folder outside", "folder/secret", NotAllowed},
		{"link to a folder outside, nothing there", "folder/none", NotAllowed},
		{"link to a device", "zero", NotAllowed},
		{"link to itself", "loop", NotRegular},
		{"name too long", strings.Repeat("x", 300), BadURI},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _, err := s.Fetch(context.Background(), c.uri)
			e := wantCode(t, err, c.code)
			if data != nil || strings.Contains(e.Error(), outside) {
				t.Errorf("data %q, error %v", data, e)
			}
		})
	}
}

func TestDevicesAreNotOpened(t *testing.T) {
	s := mustNew(t, Config{Allow: []string{"/dev"}})
	for _, uri := range []string{"/dev/zero", "/dev/tty", "/dev/null"} {
		if _, err := os.Stat(uri); err != nil {
			continue
		}
		_, _, err := s.Fetch(context.Background(), uri)
		wantCode(t, err, NotRegular)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	s := mustNew(t, Config{Models: filepath.Join(t.TempDir(), "later")})
	_, _, err := s.Fetch(context.Background(), "a.pmml")
	if e := wantCode(t, err, NotFound); !e.Retriable() {
		t.Error("a document may appear later")
	}
}
