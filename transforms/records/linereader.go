package records

import (
	"bytes"
	"errors"
	"io"
)

// lineReader cuts the lines of a file, up to a size that the file has, into groups. A group's bytes are never written
// again, so it may be kept.
type lineReader struct {
	file io.ReaderAt
	size int64  // nothing behind it is read
	buf  []byte // read, but not handed out
	at   int64  // of buf[0] in the file
	most int    // bytes of a line
}

// chunk is how much is read at once. A longer line is read in larger pieces.
const chunk = 256 << 10

// group is a number of whole lines.
type group struct {
	data  []byte
	at    int64 // of data[0] in the file
	next  int64 // behind the group
	lines []line
}

// line is one line of a group, without its line end ("\n" or "\r\n").
type line struct {
	begin, end int  // in data
	long       bool // longer than a line may be: only its front is there
}

// next returns the lines that come next: at most so many, beginning before the position until, and ending a group once
// it has so many bytes. last says whether a last line without its end counts. No line at all means that there is none
// now. Blank lines are left out, but move the group's next.
func (r *lineReader) next(lines, size int, until int64, last bool) (group, error) {
	for {
		if r.at >= until {
			return group{at: r.at, next: r.at}, nil
		}
		if g := r.whole(lines, size, until); g.next > g.at {
			return g, nil
		}
		if len(r.buf) > r.most {
			return r.long(last)
		}
		switch err := r.fill(); {
		case errors.Is(err, io.EOF) && last && len(r.buf) > 0:
			return r.rest(), nil
		case errors.Is(err, io.EOF):
			return group{at: r.at, next: r.at}, nil
		case err != nil:
			return group{}, err
		}
	}
}

// whole takes whole lines out of buf.
func (r *lineReader) whole(lines, size int, until int64) group {
	g := group{at: r.at, next: r.at}
	p := 0
	for p < size && len(g.lines) < lines && r.at+int64(p) < until {
		n := bytes.IndexByte(r.buf[p:], '\n')
		if n < 0 {
			break
		}
		g.add(r.buf, p, p+n, r.most)
		p += n + 1
	}
	g.data = r.buf[:p:p]
	r.advance(p)
	g.next = r.at
	return g
}

// rest takes the last line, which has no end.
func (r *lineReader) rest() group {
	g := group{at: r.at, data: r.buf}
	g.add(r.buf, 0, len(r.buf), r.most)
	r.advance(len(r.buf))
	g.next = r.at
	return g
}

func (r *lineReader) advance(n int) {
	r.buf = r.buf[n:]
	r.at += int64(n)
}

func (g *group) add(data []byte, begin, end, most int) {
	if end > begin && data[end-1] == '\r' {
		end--
	}
	if isBlankLine(data[begin:end]) {
		return
	}
	long := end-begin > most
	if long {
		end = begin + most
	}
	if g.lines == nil {
		g.lines = make([]line, 0, 100)
	}
	g.lines = append(g.lines, line{begin, end, long})
}

// long passes over a line that is longer than a line may be, and returns its front. While such a line has no end, it
// is like any line that has none.
func (r *lineReader) long(last bool) (group, error) {
	end, err := r.find(r.at + int64(len(r.buf)))
	switch {
	case errors.Is(err, io.EOF) && !last:
		return group{at: r.at, next: r.at}, nil
	case errors.Is(err, io.EOF):
		end = r.size
	case err != nil:
		return group{}, err
	default:
		end++
	}
	g := group{at: r.at, next: end, data: r.buf[:r.most:r.most], lines: []line{{0, r.most, true}}}
	r.buf, r.at = nil, end
	return g, nil
}

// find returns the position of the first line end at or behind from.
func (r *lineReader) find(from int64) (int64, error) {
	piece := make([]byte, 64<<10)
	for {
		n, err := r.read(piece, from)
		if i := bytes.IndexByte(piece[:n], '\n'); i >= 0 {
			return from + int64(i), nil
		}
		if err != nil {
			return 0, err
		}
		from += int64(n)
	}
}

// seek moves to the first line that begins at or behind from.
func (r *lineReader) seek(from int64) error {
	r.buf, r.at = nil, from
	if from == 0 {
		return nil
	}
	end, err := r.find(from - 1)
	if errors.Is(err, io.EOF) {
		end, err = r.size-1, nil
	}
	r.at = end + 1
	return err
}

// fill reads more behind buf, into memory of its own: what was handed out is not written again.
func (r *lineReader) fill() error {
	from := r.at + int64(len(r.buf))
	more := min(int64(max(chunk, len(r.buf))), r.size-from)
	if more <= 0 {
		return io.EOF
	}
	buf := make([]byte, len(r.buf)+int(more))
	copy(buf, r.buf)
	n, err := r.read(buf[len(r.buf):], from)
	r.buf = buf[:len(r.buf)+n]
	return err
}

// read reads at least one byte, or returns an error: io.EOF at the size, or where the file has become shorter.
func (r *lineReader) read(to []byte, from int64) (int, error) {
	if from >= r.size {
		return 0, io.EOF
	}
	to = to[:min(int64(len(to)), r.size-from)]
	n, err := r.file.ReadAt(to, from)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}
