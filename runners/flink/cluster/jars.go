package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The Maven module: versions of Flink and Beam, and the corrections.
//
//go:embed java
var module embed.FS

// A classPath is what every JVM of the cluster runs with.
type classPath struct {
	corrected string // classes that stand before those of the jars
	classes   string // classes of the module
	jars      string // folder of jars
}

func (c classPath) String() string {
	return strings.Join([]string{c.corrected, c.classes, filepath.Join(c.jars, "*")}, string(os.PathListSeparator))
}

// Jars makes the class path ready: fetches jars, compiles the module, writes the corrected classes. What is made is kept
// in Settings.Cache under a digest of all that it depends on, so a second call costs nothing and another version of this
// package makes its own.
func Jars(ctx context.Context, s Settings) error {
	s, err := s.complete()
	if err != nil {
		return err
	}
	_, err = ensureJars(ctx, s)
	return err
}

func ensureJars(ctx context.Context, s Settings) (classPath, error) {
	digest, err := moduleDigest(s.Corrections)
	if err != nil {
		return classPath{}, err
	}
	home := filepath.Join(s.Cache, digest)
	ready := classPath{corrected: filepath.Join(home, "corrected"), classes: filepath.Join(home, "target", "classes"), jars: filepath.Join(home, "lib")}
	if _, err := os.Stat(home); err == nil {
		return ready, nil
	}
	for _, program := range []string{"mvn", "javac", "java"} {
		if _, err := exec.LookPath(program); err != nil {
			return classPath{}, fmt.Errorf("cluster: %s is not installed: the cluster needs a JDK (17) and Maven: %w", program, err)
		}
	}
	if err := os.MkdirAll(s.Cache, 0o755); err != nil {
		return classPath{}, err
	}
	// Made beside its place and renamed, so that a home is either whole or not there.
	making, err := os.MkdirTemp(s.Cache, "making-")
	if err != nil {
		return classPath{}, err
	}
	defer os.RemoveAll(making)
	if err := makeJars(ctx, making, s.Corrections); err != nil {
		return classPath{}, err
	}
	if err := os.Rename(making, home); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(home); there != nil {
			return classPath{}, err
		}
	}
	return ready, nil
}

func makeJars(ctx context.Context, dir string, corrections []string) error {
	sources, err := fs.Sub(module, "java")
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, sources); err != nil {
		return err
	}
	jars := filepath.Join(dir, "lib")
	if err := run(ctx, dir, "mvn", "-q", "-B", "--strict-checksums", "compile",
		"dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+jars); err != nil {
		return err
	}
	corrected := filepath.Join(dir, "corrected")
	if err := os.Mkdir(corrected, 0o755); err != nil {
		return err
	}
	from := classPath{corrected: filepath.Join(dir, "none"), classes: filepath.Join(dir, "target", "classes"), jars: jars}
	return run(ctx, dir, "java", append([]string{"-cp", from.String(), "io.github.beampmml.flink.Corrections", corrected}, corrections...)...)
}

// moduleDigest names the result of makeJars.
func moduleDigest(corrections []string) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(module, "java", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := module.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n", path, len(data))
		h.Write(data)
		return err
	})
	fmt.Fprintf(h, "corrections %q\n", corrections)
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// run runs a program to its end; what it printed is part of the error.
func run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cluster: %s %s: %w\n%s", program, strings.Join(args, " "), err, tail(out.Bytes(), 4000))
	}
	return nil
}

func tail(b []byte, n int) []byte {
	if len(b) > n {
		return b[len(b)-n:]
	}
	return b
}
