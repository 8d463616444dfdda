package records

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// lineFiles are the files that this process writes lines to: one writer a file, whatever the number of DoFn instances
// that share it. Beam calls no Teardown, so they stay open until CloseLines.
var lineFiles = lineFileTable{files: map[string]*lineFile{}}

type lineFileTable struct {
	sync.Mutex
	files map[string]*lineFile
}

// CloseLines closes the files that WriteLines has written in this process. Call it once their pipelines are done; a
// pipeline that runs later opens them again.
func CloseLines() error {
	lineFiles.Lock()
	defer lineFiles.Unlock()
	var errs []error
	for path, f := range lineFiles.files {
		errs = append(errs, f.file.Close())
		delete(lineFiles.files, path)
	}
	return errors.Join(errs...)
}

func (t *lineFileTable) open(path string) (*lineFile, error) {
	t.Lock()
	defer t.Unlock()
	if f := t.files[path]; f != nil {
		return f, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	f := &lineFile{file: file, size: info.Size()}
	t.files[path] = f
	return f, nil
}

// remove removes the file, and lets go of it if it is open.
func (t *lineFileTable) remove(path string) error {
	t.Lock()
	defer t.Unlock()
	if f := t.files[path]; f != nil {
		f.file.Close()
		delete(t.files, path)
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// lineFile appends whole lines to a file. It is safe for any number of goroutines.
type lineFile struct {
	mu   sync.Mutex
	file *os.File
	size int64 // with whole lines only
}

// append writes lines by one call. What a failed call has left of them is cut off again, so that no half line stands
// before the next.
func (f *lineFile) append(lines []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file.Write(lines)
	if err == nil {
		f.size += int64(n)
		return nil
	}
	if n > 0 {
		err = errors.Join(err, f.file.Truncate(f.size))
	}
	return err
}
