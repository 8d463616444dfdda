package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func mustBuild(t *testing.T, kind string, program []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := build(&out, kind, program); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTwiceIsTheSame(t *testing.T) {
	for _, kind := range []string{"pool", "template"} {
		binary := filepath.Join(t.TempDir(), "program")
		if err := os.WriteFile(binary, []byte("program"), 0o700); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Hour)
		var archives [2][]byte
		for i := range archives {
			out := filepath.Join(t.TempDir(), "folder", "rootfs.tar")
			if err := run(kind, binary, out); err != nil {
				t.Fatal(err)
			}
			var err error
			if archives[i], err = os.ReadFile(out); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(binary, later, later); err != nil { // as that of another checkout
				t.Fatal(err)
			}
		}
		if !bytes.Equal(archives[0], archives[1]) {
			t.Errorf("%s: two archives of one program differ", kind)
		}
	}
	if err := build(io.Discard, "other", nil); err == nil {
		t.Error("an image of no known kind")
	}
}

// Nothing is in an image but what is listed here: no shell, no secret.
func TestWhatIsInAnImage(t *testing.T) {
	for kind, want := range map[string][]string{
		"pool": {
			"-rwxr-xr-x beam-pmml", "drwxr-xr-x etc/", "-rw-r--r-- etc/group", "-rw-r--r-- etc/hosts", "-rw-r--r-- etc/passwd", "drwxr-xr-x etc/ssl/", "drwxr-xr-x etc/ssl/certs/",
			"-rw-r--r-- etc/ssl/certs/ca-certificates.crt", "dtrwxrwxrwx tmp/",
		},
		"template": {"drwxr-xr-x template/", "-rwxr-xr-x template/beam-pmml", "-rw-r--r-- template/ca-certificates.crt"},
	} {
		var got []string
		each(t, mustBuild(t, kind, []byte("program")), func(h *tar.Header, _ []byte) {
			got = append(got, h.FileInfo().Mode().String()+" "+h.Name)
			if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" || h.ModTime.Unix() != 0 {
				t.Errorf("%s: %s is of %d:%d %s:%s, %v", kind, h.Name, h.Uid, h.Gid, h.Uname, h.Gname, h.ModTime)
			}
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestAuthorities(t *testing.T) {
	reserved := map[string]bool{}
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			reserved[string(root.Certificate)] = true
		}
	}
	n := 0
	for rest := authorities(); ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !c.IsCA {
			t.Errorf("%v is no authority: %v", c.Subject, err)
		}
		if reserved[string(block.Bytes)] {
			t.Errorf("%v is trusted with a reservation that the file does not say", c.Subject)
		}
	}
	if n < 100 {
		t.Errorf("only %d authorities", n)
	}
}

// The pool's program has all that it needs in its image, and no more rights than it needs.
func TestProgramRunsInThePool(t *testing.T) {
	probe := filepath.Join(t.TempDir(), "probe")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", probe, "./testdata/probe")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	program, err := os.ReadFile(probe)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	unpack(t, mustBuild(t, "pool", program), root)
	want := "uid 65532 name nonroot files in /tmp\n"
	cmd = exec.CommandContext(t.Context(), "/beam-pmml")
	cmd.Env, cmd.Dir = []string{"HOME=/tmp"}, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	if os.Getuid() != 0 { // only root may change the root: the program runs beside the tree, with its authorities
		cmd = exec.CommandContext(t.Context(), filepath.Join(root, "beam-pmml"))
		cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+filepath.Join(root, "etc/ssl/certs/ca-certificates.crt"))
		want = fmt.Sprintf("uid %d ", os.Getuid())
	}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), want) || strings.Contains(string(out), "may write") {
		t.Errorf("%v: %s; want %s", err, out, want)
	}
}

// The Dockerfiles add the archive and nothing else, and name what is in it.
func TestDockerfiles(t *testing.T) {
	for kind, want := range map[string]struct{ path, lines string }{
		"pool": {"../flink/image/Dockerfile", `FROM scratch
ADD rootfs.tar /
USER 65532:65532
ENTRYPOINT ["/beam-pmml"]
CMD ["worker-pool", "--listen=127.0.0.1:50000"]
`},
		"template": {"../dataflow/template/Dockerfile", `ARG LAUNCHER=gcr.io/dataflow-templates-base/go-template-launcher-base:latest
FROM ${LAUNCHER}
ADD rootfs.tar /
ENV FLEX_TEMPLATE_GO_BINARY=/template/beam-pmml SSL_CERT_FILE=/template/ca-certificates.crt
ENTRYPOINT ["/opt/google/dataflow/go_template_launcher"]
`},
	} {
		text, err := os.ReadFile(want.path)
		if err != nil {
			t.Fatal(err)
		}
		var lines strings.Builder
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				lines.WriteString(line)
			}
		}
		if diff := cmp.Diff(want.lines, lines.String()); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

// each calls f for each entry of an archive.
func each(t *testing.T, archive []byte, f func(*tar.Header, []byte)) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		f(h, data)
	}
}

// unpack lays out an archive, as a container's runtime does.
func unpack(t *testing.T, archive []byte, root string) {
	t.Helper()
	each(t, archive, func(h *tar.Header, data []byte) {
		path := filepath.Join(root, h.Name)
		var err error
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = os.WriteFile(path, data, 0o644)
		}
		if err == nil {
			err = os.Chmod(path, h.FileInfo().Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}
