package records

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openRegular opens a regular file for reading, and nothing else. The path may become another thing after it was looked
// at; so what was opened decides, and the open itself does not wait, as that of a pipe without a writer would for ever.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular(path)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

func errNotRegular(path string) error { return fmt.Errorf("records: %s is not a regular file", path) }
