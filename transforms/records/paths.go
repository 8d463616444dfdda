package records

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// folder is where relative paths lie; empty: the working folder of the process.
type folder string

// at returns where a path is opened. It joins without tidying up: "link/.." is what the system says it is.
func (f folder) at(path string) string {
	if f == "" || filepath.IsAbs(path) {
		return path
	}
	return string(f) + string(filepath.Separator) + path
}

// expand returns the files that paths name, each once, in the order of paths and by name within a folder or glob. A
// file is named as it was given: joined to the folder or glob as that was given, never made absolute.
// With must, a path that names no file is an error; otherwise it may come to be.
func (f folder) expand(paths []string, must bool) ([]string, error) {
	var files []string
	for _, path := range paths {
		found, err := f.expandOne(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 && must {
			return nil, fmt.Errorf("records: no file %s", path)
		}
		files = append(files, found...)
	}
	seen := make(map[string]bool, len(files))
	return slices.DeleteFunc(files, func(f string) bool {
		was := seen[f]
		seen[f] = true
		return was
	}), nil
}

func (f folder) expandOne(path string) ([]string, error) {
	info, err := f.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return f.filesOf(path)
	case err == nil && !info.Mode().IsRegular():
		return nil, errNotRegular(path)
	case err == nil:
		return []string{path}, nil
	case !os.IsNotExist(err):
		return nil, err
	case !strings.ContainsAny(path, `*?[`):
		return nil, nil
	}
	matches, err := f.glob(path)
	if err != nil {
		return nil, fmt.Errorf("records: %s: %w", path, err)
	}
	return slices.DeleteFunc(matches, func(match string) bool {
		info, err := f.Stat(match)
		return err != nil || !info.Mode().IsRegular()
	}), nil
}

// glob is filepath.Glob below the folder.
func (f folder) glob(pattern string) ([]string, error) {
	if f == "" || filepath.IsAbs(pattern) {
		return filepath.Glob(pattern)
	}
	matches, err := fs.Glob(f, filepath.ToSlash(pattern))
	for i, match := range matches {
		matches[i] = filepath.FromSlash(match)
	}
	return matches, err
}

// Open, ReadDir and Stat make the folder a file system for fs.Glob, one in which ".." may lead out.

func (f folder) Open(path string) (fs.File, error)          { return os.Open(f.at(path)) }
func (f folder) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(f.at(path)) }
func (f folder) Stat(path string) (fs.FileInfo, error)      { return os.Stat(f.at(path)) }

func (f folder) filesOf(path string) ([]string, error) {
	entries, err := f.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if file := filepath.Join(path, e.Name()); !strings.HasPrefix(e.Name(), ".") && f.isRegular(file, e) {
			files = append(files, file)
		}
	}
	return files, nil
}

// isRegular follows symbolic links, as mounted configuration folders consist of them.
func (f folder) isRegular(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := f.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
