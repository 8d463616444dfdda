package records

import (
	"os"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
)

// follower reads files as they grow. It belongs to one goroutine.
//
// Files are told apart by path and inode. A file that has become shorter than what was read of it was truncated, and
// one whose path has another inode was rotated: reading begins again at the front, in a new generation, of which the
// place says so. What was written before a rotation is read to its end first, as long as this process had the file
// open. A file that is truncated and grows beyond what was read before anybody looks is not noticed.
type follower struct {
	source FileSource
	blocks *blockReader
	turn   int // the file at which the next pass begins, so that none waits for ever
}

// followed is what a follower's caller does with what was read.
type followed struct {
	// group takes lines; it returns the greatest event time among them, and emits them when it is told to.
	group func(g group, source, header string) (latest int64, emit func())
	// changed takes the news that a file was truncated or rotated.
	changed func(c change)
	// moved takes the greatest event time read so far, NoTime before the first.
	moved func(latest int64)
}

// groupsInTurn is how many groups are read of one file before the others have their turn.
const groupsInTurn = 16

// run reads until there is nothing new, or for Hold.
func (f *follower) run(rt *sdf.LockRTracker, to followed) (sdf.ProcessContinuation, error) {
	p := rt.GetRestriction().(Positions).clone()
	if p.Ended {
		return sdf.StopProcessing(), nil
	}
	to.moved(p.Latest)
	end, read := time.Now().Add(f.source.Hold), 0
	for {
		if stopping.isSet() {
			rt.TryClaim(claim{})
			return sdf.StopProcessing(), rt.GetError()
		}
		n, ok, err := f.pass(&p, end, rt, to)
		if err != nil || !ok {
			return sdf.StopProcessing(), firstError(err, rt.GetError())
		}
		to.moved(p.Latest)
		read += n
		switch {
		case !time.Now().Before(end):
			return sdf.ResumeProcessingIn(0), nil
		case n > 0:
		case !f.source.Wait:
			return sdf.ResumeProcessingIn(f.source.Poll), nil
		case read > 0:
			return sdf.ResumeProcessingIn(0), nil // what was read leaves the worker when the call ends
		default:
			stopping.pause(f.source.Poll)
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *follower) folder() folder { return folder(f.source.Folder) }

// pass looks at all files once and returns how many groups it read. ok is false if the rest belongs to another call.
func (f *follower) pass(p *Positions, end time.Time, rt *sdf.LockRTracker, to followed) (read int, ok bool, err error) {
	files, err := f.folder().expand(f.source.Paths, false)
	if err != nil {
		return 0, false, err
	}
	f.turn++
	for i := range files {
		path := files[(i+f.turn)%len(files)]
		n, ok, err := f.file(path, p, end, rt, to)
		read += n
		if err != nil || !ok {
			return read, ok, err
		}
	}
	return read, true, nil
}

// file reads what is new in one file.
func (f *follower) file(path string, p *Positions, end time.Time, rt *sdf.LockRTracker, to followed) (read int, ok bool, err error) {
	before, known := p.file(path)
	piece, change, err := f.folder().look(before, known)
	if err != nil {
		return 0, false, err
	}
	if change.kind != "" {
		if !rt.TryClaim(claim{file: piece.position, latest: NoTime}) {
			return 0, false, nil
		}
		p.set(piece.position)
		to.changed(change)
	}
	if piece.file == nil {
		return 0, true, nil
	}
	r := &lineReader{file: piece.file, size: piece.size, most: f.source.RecordBytes}
	header, whole, err := f.blocks.header(r, false)
	if err != nil || !whole {
		return 0, err == nil, err
	}
	if piece.position.Offset > r.at {
		r.at, r.buf = piece.position.Offset, nil
	}
	for read < groupsInTurn && time.Now().Before(end) {
		g, err := r.next(f.source.BlockRecords, f.source.BlockBytes, piece.size, piece.last)
		if err != nil {
			return read, false, err
		}
		if g.next == g.at {
			break
		}
		latest, emit := to.group(g, piece.position.source(), header)
		piece.position.Offset = g.next
		if !rt.TryClaim(claim{file: piece.position, latest: latest}) {
			return read, false, nil
		}
		p.set(piece.position)
		p.Latest = max(p.Latest, latest)
		emit()
		read++
	}
	return read, true, nil
}

// filePiece is a part of a file that can be read now.
type filePiece struct {
	position FilePosition
	file     *os.File // nil: nothing new
	size     int64
	last     bool // nothing will be added, so a last line counts without its end
}

// change says that a path is another file than before.
type change struct {
	kind string // StatusTruncated or StatusRotated; empty: it is not
	file FilePosition
	lost bool // what was not read of the file before, if anything, cannot be read any more
}

// look compares a file with what is known of it.
func (f folder) look(before FilePosition, known bool) (filePiece, change, error) {
	path := f.at(before.Path)
	info, err := os.Stat(path)
	if err != nil {
		if os.IsNotExist(err) {
			return filePiece{position: before}, change{}, nil // it may come, or come back
		}
		return filePiece{}, change{}, err
	}
	now := FilePosition{Path: before.Path, Inode: inode(info), Generation: before.Generation}
	var c change
	switch {
	case !known:
	case now.Inode != before.Inode:
		old, open := handles.open(path, before.Inode)
		if open {
			if info, err := old.Stat(); err == nil && info.Size() > before.Offset {
				return filePiece{before, old, info.Size(), true}, change{}, nil
			}
		}
		handles.forget(path, before.Inode)
		now.Generation++
		c = change{StatusRotated, now, !open}
	case info.Size() < before.Offset:
		now.Generation++
		c = change{StatusTruncated, now, false}
	case info.Size() == before.Offset:
		return filePiece{position: before}, change{}, nil
	default:
		now = before
	}
	file, ok := handles.open(path, now.Inode)
	if !ok {
		return filePiece{position: now}, c, nil // it has changed since; the next look tells
	}
	return filePiece{now, file, info.Size(), false}, c, nil
}
