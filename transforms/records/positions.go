package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
)

func init() {
	beam.RegisterType(reflect.TypeFor[Positions]())
	beam.RegisterCoder(reflect.TypeFor[Positions](), encodePositions, decodePositions)
}

// Positions is the restriction of a following source: how far each file was read. A checkpoint restores it exactly.
type Positions struct {
	Files  []FilePosition // by Path
	Latest int64          // greatest event time seen, as far as it moves the watermark; NoTime before the first
	Ended  bool           // there is nothing left to do
}

// FilePosition is how far one file was read.
type FilePosition struct {
	Path       string
	Inode      uint64 // tells a file from one that took its name; 0 where the system has no such thing
	Generation int64  // truncations and rotations before
	Offset     int64  // of the first byte not read
}

// source is the place of a file's records: the path, and which generation of it, if not the first.
func (p *FilePosition) source() string {
	if p.Generation == 0 {
		return p.Path
	}
	return p.Path + "~" + strconv.FormatInt(p.Generation, 10)
}

// file returns the position of the named file, and whether it is known.
func (p *Positions) file(path string) (FilePosition, bool) {
	i, ok := p.find(path)
	if !ok {
		return FilePosition{Path: path}, false
	}
	return p.Files[i], true
}

func (p *Positions) find(path string) (int, bool) {
	return slices.BinarySearchFunc(p.Files, path, func(f FilePosition, path string) int { return strings.Compare(f.Path, path) })
}

// set notes how far a file was read.
func (p *Positions) set(f FilePosition) {
	i, ok := p.find(f.Path)
	if !ok {
		p.Files = slices.Insert(p.Files, i, FilePosition{})
	}
	p.Files[i] = f
}

func (p Positions) clone() Positions {
	p.Files = slices.Clone(p.Files)
	return p
}

// positionsForm is the first byte of the byte form of Positions. Then come 1 byte: ended, the latest time, u number of
// files, and of each u length and bytes of the path, u inode, u generation, u offset.
const positionsForm = 1

func encodePositions(p Positions) []byte {
	dst := []byte{positionsForm, 0}
	if p.Ended {
		dst[1] = 1
	}
	dst = binary.AppendVarint(dst, p.Latest)
	dst = binary.AppendUvarint(dst, uint64(len(p.Files)))
	for _, f := range p.Files {
		dst = byteform.AppendString(dst, f.Path)
		dst = binary.AppendUvarint(dst, f.Inode)
		dst = binary.AppendUvarint(dst, uint64(f.Generation))
		dst = binary.AppendUvarint(dst, uint64(f.Offset))
	}
	return dst
}

var errDamagedPositions = errors.New("records: damaged bytes of a source's positions")

func decodePositions(data []byte) (Positions, error) {
	in := byteform.Reader{Rest: data}
	if form := in.Byte(); form != positionsForm {
		return Positions{}, fmt.Errorf("records: positions of form %d; this program reads form %d", form, positionsForm)
	}
	ended := in.Byte()
	p := Positions{Ended: ended == 1, Latest: in.Varint()}
	n := in.Uvarint()
	if ended > 1 || in.Failed || n > uint64(len(in.Rest))/4 {
		return Positions{}, errDamagedPositions
	}
	for range n {
		f := FilePosition{Path: in.String(), Inode: in.Uvarint()}
		f.Generation, f.Offset = int64(in.Uvarint()), int64(in.Uvarint())
		if in.Failed || f.Generation < 0 || f.Offset < 0 ||
			len(p.Files) > 0 && f.Path <= p.Files[len(p.Files)-1].Path {
			return Positions{}, errDamagedPositions
		}
		p.Files = append(p.Files, f)
	}
	if len(in.Rest) > 0 {
		return Positions{}, errDamagedPositions
	}
	return p, nil
}

// tracker follows what a source has claimed. A split, whatever its fraction, is a checkpoint: the primary is what was
// claimed, the residual is all the rest, since there is only one reader of a file.
type tracker struct {
	start, now Positions
	done       bool
	err        error
}

func newTracker(p Positions) *tracker {
	return &tracker{start: p, now: p.clone(), done: p.Ended}
}

// claim moves a file's position on; of an empty file it is the end of all.
type claim struct {
	file   FilePosition
	latest int64
}

// TryClaim takes a claim; false after a split.
func (t *tracker) TryClaim(position any) bool {
	c, ok := position.(claim)
	switch {
	case !ok:
		t.err = fmt.Errorf("records: a claim of type %T", position)
		return false
	case t.done:
		return false
	case c.file.Path == "":
		t.now.Ended, t.done = true, true
		return true
	}
	t.now.set(c.file)
	t.now.Latest = max(t.now.Latest, c.latest)
	return true
}

// GetError returns what was wrong with a claim.
func (t *tracker) GetError() error { return t.err }

// TrySplit ends the primary where it is.
func (t *tracker) TrySplit(float64) (primary, residual any, err error) {
	if t.done {
		return t.GetRestriction(), nil, nil
	}
	t.done = true
	return t.GetRestriction(), t.now.clone(), nil
}

// GetProgress knows nothing about what is to come.
func (t *tracker) GetProgress() (done, remaining float64) {
	if t.done {
		return 1, 0
	}
	return 0, 1
}

// IsDone says whether there is nothing left to claim.
func (t *tracker) IsDone() bool { return t.done }

// GetRestriction returns the restriction: where it began, and whether it has ended.
func (t *tracker) GetRestriction() any {
	p := t.start.clone()
	p.Ended = t.done
	return p
}

// IsBounded says that files can always grow.
func (t *tracker) IsBounded() bool { return false }
