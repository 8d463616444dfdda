package records

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// expand returns the files that paths name, each once, in the order of paths and by name within a folder or glob. A
// file is named as it was given: joined to the folder or glob as that was given, never made absolute.
// With must, a path that names no file is an error; otherwise it may come to be.
func expand(paths []string, must bool) ([]string, error) {
	var files []string
	for _, path := range paths {
		found, err := expandOne(path)
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

func expandOne(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return filesOf(path)
	case err == nil:
		return []string{path}, nil
	case !os.IsNotExist(err):
		return nil, err
	case !strings.ContainsAny(path, `*?[`):
		return nil, nil
	}
	matches, err := filepath.Glob(path)
	if err != nil {
		return nil, fmt.Errorf("records: %s: %w", path, err)
	}
	return slices.DeleteFunc(matches, func(f string) bool {
		info, err := os.Stat(f)
		return err != nil || !info.Mode().IsRegular()
	}), nil
}

func filesOf(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || !isRegular(folder, e) {
			continue
		}
		files = append(files, filepath.Join(folder, e.Name()))
	}
	return files, nil
}

// isRegular follows symbolic links, as mounted configuration folders consist of them.
func isRegular(folder string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(filepath.Join(folder, e.Name()))
	return err == nil && info.Mode().IsRegular()
}
