// Command image builds what the project's container images add to their bases: a tar archive, equal byte for byte for equal
// executables, so that what is in an image can be known without building one.
//
//	go run ./runners/image -kind pool -binary bin/linux/beam-pmml -o bin/image/pool/rootfs.tar
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	kind := flag.String("kind", "", "of image: pool (Flink's workers, without a base) or template (on Google's launcher)")
	binary := flag.String("binary", "", "the program, linked statically for Linux")
	out := flag.String("o", "", "file of the archive; its folder is made")
	flag.Parse()
	if err := run(*kind, *binary, *out); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(kind, binary, out string) (err error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := build(f, kind, program); err != nil {
		return fmt.Errorf("%w; %w", err, f.Close())
	}
	return f.Close()
}

// build writes the archive of an image.
func build(w io.Writer, kind string, program []byte) error {
	files, err := rootfs(kind, program)
	if err != nil {
		return err
	}
	return archive(w, files)
}
