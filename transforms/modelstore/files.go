package modelstore

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// openFile opens a regular file below the listed prefix, through an os.Root: no link leads out of it. A prefix that is the file
// itself is opened below its folder.
func openFile(place, prefix Place) (Source, error) {
	depth := len(prefix.Segments)
	if depth == len(place.Segments) {
		depth--
	}
	if depth < 0 {
		return Source{}, fault(NotRegular, "")
	}
	root, err := os.OpenRoot("/" + strings.Join(place.Segments[:depth], "/"))
	if err != nil {
		return Source{}, fileFault(err)
	}
	defer root.Close()
	name := strings.Join(place.Segments[depth:], "/")

	// The first look keeps devices unopened, since opening some has effects. It may be outrun; so the second look, at what was
	// opened, decides, and O_NONBLOCK keeps a pipe without writer from blocking the open.
	info, err := root.Stat(name)
	if err != nil {
		return Source{}, fileFault(err)
	}
	if !info.Mode().IsRegular() {
		return Source{}, fault(NotRegular, "")
	}
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return Source{}, fileFault(err)
	}
	if info, err = file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return Source{}, fault(NotRegular, "")
	}
	return Source{Body: file, Size: info.Size()}, nil
}

// fileFault tells a system's error from the one error of os.Root that is not: a path that leads out of it. System texts are not
// passed on: they name paths outside the models folder.
func fileFault(err error) *Error {
	var errno syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fault(NotFound, "")
	case errors.Is(err, fs.ErrPermission):
		return fault(Denied, "")
	case errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.ENXIO):
		return fault(NotRegular, "")
	case errors.Is(err, syscall.ENAMETOOLONG):
		return fault(BadURI, "a name in it is too long for the file system")
	case errors.As(err, &errno):
		return fault(Unavailable, "%s", errno.Error())
	}
	return fault(NotAllowed, "")
}
