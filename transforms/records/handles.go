package records

import (
	"os"
	"sync"
)

// handles keeps followed files open between the calls of a source, so that what was written to a file before it was
// renamed or removed can still be read. What leaves the table is closed by the garbage collector, as another call may
// still be reading it.
var handles = handleTable{files: map[handleKey]*os.File{}}

type handleTable struct {
	sync.Mutex
	files map[handleKey]*os.File
}

type handleKey struct {
	path  string
	inode uint64
}

// mostHandles bounds the files kept open. Beyond it all are let go.
const mostHandles = 256

// open returns the file of that path and inode; another file that has taken the path by now is not meant.
func (h *handleTable) open(path string, number uint64) (*os.File, bool) {
	h.Lock()
	defer h.Unlock()
	key := handleKey{path, number}
	if f := h.files[key]; f != nil {
		return f, true
	}
	f, info, err := openRegular(path)
	if err != nil {
		return nil, false
	}
	if inode(info) != number {
		f.Close()
		return nil, false
	}
	if len(h.files) >= mostHandles {
		clear(h.files)
	}
	h.files[key] = f
	return f, true
}

func (h *handleTable) forget(path string, number uint64) {
	h.Lock()
	defer h.Unlock()
	delete(h.files, handleKey{path, number})
}
