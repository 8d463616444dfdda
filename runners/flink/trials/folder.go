package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A folder is a place of files: the job follows those of its inputs, and its workers write a file each of every output.
type folder struct {
	dir string

	mu sync.Mutex // two lines must not meet in a file
}

// newFolder makes the folder, with inputs that are empty.
func newFolder(dir string) (*folder, error) {
	f := &folder{dir: dir}
	if err := os.MkdirAll(f.out(), 0o755); err != nil {
		return nil, err
	}
	return f, errors.Join(f.append("control.jsonl"), f.append("events.jsonl"))
}

func (f *folder) out() string { return filepath.Join(f.dir, "out") }

func (f *folder) inputs() []string {
	return []string{"--events=" + filepath.Join(f.dir, "events.jsonl"), "--control=" + filepath.Join(f.dir, "control.jsonl")}
}

func (f *folder) outputs() string { return "--out=" + f.out() }

func (f *folder) sendControl(_ context.Context, messages ...[]byte) error {
	return f.append("control.jsonl", messages...)
}

func (f *folder) sendEvents(_ context.Context, events ...[]byte) error {
	return f.append("events.jsonl", events...)
}

func (f *folder) flush(context.Context) error { return nil }
func (f *folder) close()                      {}

// append writes the lines by one write.
func (f *folder) append(name string, lines ...[]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, l := range lines {
		text.Write(append(l[:len(l):len(l)], '\n'))
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Close())
}

// follow looks again and again. The time that it gives is when a line was seen, up to a tenth of a second after it was
// written.
func (f *folder) follow(ctx context.Context, take func(output, []byte, time.Time)) error {
	read := map[string]int64{} // bytes of each file
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		for o, name := range outputNames {
			files, err := filepath.Glob(filepath.Join(f.out(), name+"*.jsonl"))
			if err != nil {
				return err
			}
			for _, path := range files {
				lines, err := newLines(path, read[path])
				if err != nil {
					return err
				}
				for _, l := range lines {
					read[path] += int64(len(l))
					take(output(o), []byte(strings.TrimSuffix(string(l), "\n")), time.Now())
				}
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// newLines reads the lines from an offset on. The last line is left out while its end is missing: the process still writes,
// or was killed while it did.
func newLines(path string, from int64) ([][]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	var lines [][]byte
	for line := range bytes.Lines(data[:bytes.LastIndexByte(data, '\n')+1]) {
		lines = append(lines, line)
	}
	return lines, nil
}
