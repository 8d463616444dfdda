package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A kept is what a lane's file shows.
type kept struct {
	numbers  int64 // that came, without a gap from 0 on
	repeated int64
}

// readKept reads all lanes; a gap, or a state that is not what the number says, is an error.
func readKept(dir string) ([lanes]kept, error) {
	var all [lanes]kept
	for lane := range all {
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("lane-%d", lane)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return all, err
		}
		if all[lane], err = parseKept(string(data)); err != nil {
			return all, fmt.Errorf("lane %d: %w", lane, err)
		}
	}
	return all, nil
}

// parseKept goes through the lines of a lane. A number may come again, from a checkpoint on, but none may be left out, and
// the state must have gone back with it.
func parseKept(text string) (kept, error) {
	var k kept
	last := int64(-1)
	for line := range strings.Lines(text) {
		var n, seen int64
		if _, err := fmt.Sscanf(line, "%d %d\n", &n, &seen); err != nil {
			break // being written
		}
		switch {
		case seen != n:
			return k, fmt.Errorf("%d came with a state of %d", n, seen)
		case n > last+1:
			return k, fmt.Errorf("%d comes after %d", n, last)
		case n < k.numbers:
			k.repeated++
		default:
			k.numbers = n + 1
		}
		last = n
	}
	return k, nil
}

// least is what the slowest lane has reached.
func least(all [lanes]kept) int64 {
	n := all[0].numbers
	for _, k := range all {
		n = min(n, k.numbers)
	}
	return n
}

func repeated(all [lanes]kept) (n int64) {
	for _, k := range all {
		n += k.repeated
	}
	return n
}
