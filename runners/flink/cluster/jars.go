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

// The Maven modules: versions of everything, and the corrections of the runner.
//
//go:embed java/pom.xml java/src/main kafka/pom.xml
var modules embed.FS

// A jarSet is the class path of a kind of process: the jars that a Maven module depends on, and what is made from them.
type jarSet struct {
	module string   // folder of modules
	goals  []string // of Maven, besides copying the dependencies
	steps  []string // a name for each thing that finish makes
	finish func(ctx context.Context, home jarHome) error
}

// A jarHome is the folder of a jarSet.
type jarHome string

func (h jarHome) corrected() string { return filepath.Join(string(h), "corrected") }
func (h jarHome) jars() string      { return filepath.Join(string(h), "lib", "*") }

// classPath puts corrected classes before those of the jars, which they hide.
func (h jarHome) classPath() string { return joinPath(h.corrected(), h.jars()) }

func joinPath(parts ...string) string { return strings.Join(parts, string(os.PathListSeparator)) }

// flinkJars is the class path of every JVM of a cluster. Each correction is a build step of its own.
func flinkJars(corrections []string) jarSet {
	return jarSet{module: "java", goals: []string{"compile"}, steps: corrections, finish: func(ctx context.Context, home jarHome) error {
		if err := os.Mkdir(home.corrected(), 0o755); err != nil {
			return err
		}
		classes := filepath.Join(string(home), "target", "classes")
		args := []string{"-cp", joinPath(classes, home.jars()), "io.github.beampmml.flink.Corrections", home.corrected()}
		return run(ctx, string(home), "java", append(args, corrections...)...)
	}}
}

// kafkaJars is the class path of a broker.
func kafkaJars() jarSet {
	return jarSet{module: "kafka", finish: func(context.Context, jarHome) error { return nil }}
}

// Jars makes the class path of a cluster ready: fetches jars, compiles the module, writes the corrected classes.
//
// Maven fetches each jar once into its own repository, with its checksum checked; one that is not what its checksum says
// fails the build. After an interruption the next call fetches what is missing. What is made is kept in Settings.Cache
// under a digest of all that it depends on, so a second call costs nothing and another version of this package makes its own.
func Jars(ctx context.Context, s Settings) error {
	s, err := s.complete()
	if err != nil {
		return err
	}
	_, err = flinkJars(s.Corrections).ensure(ctx, s.Cache)
	return err
}

// ensure returns the set's home in the cache, which it makes if it is not there.
func (j jarSet) ensure(ctx context.Context, cache string) (jarHome, error) {
	digest, err := j.digest()
	if err != nil {
		return "", err
	}
	home := filepath.Join(cache, digest)
	if _, err := os.Stat(home); err == nil {
		return jarHome(home), nil
	}
	for _, program := range []string{"mvn", "javac", "java"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("cluster: %s is not installed: the cluster needs a JDK (17) and Maven: %w", program, err)
		}
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	// Made beside its place and renamed, so that a home is either whole or not there.
	making, err := os.MkdirTemp(cache, "making-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(making)
	if err := j.make(ctx, jarHome(making)); err != nil {
		return "", err
	}
	if err := os.Rename(making, home); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(home); there != nil {
			return "", err
		}
	}
	return jarHome(home), nil
}

func (j jarSet) make(ctx context.Context, home jarHome) error {
	sources, err := fs.Sub(modules, j.module)
	if err != nil {
		return err
	}
	if err := os.CopyFS(string(home), sources); err != nil {
		return err
	}
	args := append([]string{"-q", "-B", "--strict-checksums"}, j.goals...)
	args = append(args, "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+filepath.Join(string(home), "lib"))
	if err := run(ctx, string(home), "mvn", args...); err != nil {
		return err
	}
	return j.finish(ctx, home)
}

// digest names the result of make.
func (j jarSet) digest() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(modules, j.module, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := modules.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n", path, len(data))
		h.Write(data)
		return err
	})
	fmt.Fprintf(h, "steps %q\n", j.steps)
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
