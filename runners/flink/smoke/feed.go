package main

import (
	"bytes"
	"os"
)

// A feed is a file that grows, line by line or many lines at once.
type feed struct {
	path string
	size int64
}

// newFeed empties the file.
func newFeed(path string) (*feed, error) {
	return &feed{path: path}, writeLines(path, nil)
}

// add appends lines in one write and returns the offsets of each.
func (f *feed) add(lines ...[]byte) ([]int64, error) {
	offsets := make([]int64, len(lines))
	for i, l := range lines {
		offsets[i] = f.size
		f.size += int64(len(l))
	}
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(bytes.Join(lines, nil)); err != nil {
		file.Close()
		return nil, err
	}
	return offsets, file.Close()
}
