package sideinput

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// maxInlineBase is how many bytes of base may travel inside a pipeline; a
// larger one lies in a file.
const maxInlineBase = 4 << 20

// maxBase bounds what a base unfolds to, in bytes.
const maxBase = 1 << 30

// A Base holds the messages that were known at launch: a key with empty state
// starts from them. It travels with the pipeline.
type Base struct {
	Messages []byte `json:",omitempty"` // encoded, gzip
	File     string `json:",omitempty"` // that holds them instead
	SHA256   string `json:",omitempty"` // of the file
}

// NewBase makes a base of messages. One larger than 4 MiB is written to a new
// file in dir, which is made where it is not there and which all workers must be
// able to read under that path; dir may be empty if the messages are few.
func NewBase(msgs []Message, dir string) (Base, error) {
	if len(msgs) == 0 {
		return Base{}, nil
	}
	for i, m := range msgs {
		if err := m.check(); err != nil {
			return Base{}, fmt.Errorf("message %d of the base: %w", i+1, err)
		}
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(encodeMessages(msgs)); err != nil {
		return Base{}, err
	}
	if err := w.Close(); err != nil {
		return Base{}, err
	}
	return newBase(packed.Bytes(), dir, maxInlineBase)
}

func newBase(packed []byte, dir string, most int) (Base, error) {
	if len(packed) <= most {
		return Base{Messages: packed}, nil
	}
	if dir == "" {
		return Base{}, fmt.Errorf("the base has %d bytes, and at most %d travel inside a pipeline: name a folder that all workers can read", len(packed), most)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Base{}, err
	}
	sum := sha256.Sum256(packed)
	name := hex.EncodeToString(sum[:])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Base{}, fmt.Errorf("base: %w", err)
	}
	path := filepath.Join(dir, "base-"+name[:16]+".gz")
	if err := os.WriteFile(path, packed, 0o644); err != nil {
		return Base{}, fmt.Errorf("base: %w", err)
	}
	return Base{File: path, SHA256: name}, nil
}

func (b Base) isEmpty() bool { return len(b.Messages) == 0 && b.File == "" }

// key tells bases apart.
func (b Base) key() string {
	if b.File != "" {
		return b.SHA256
	}
	sum := sha256.Sum256(b.Messages)
	return hex.EncodeToString(sum[:])
}

func (b Base) read() ([]Message, error) {
	packed := b.Messages
	if b.File != "" {
		var err error
		if packed, err = os.ReadFile(b.File); err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
		if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != b.SHA256 {
			return nil, fmt.Errorf("base: %s is not the file that the pipeline was launched with: start the pipeline again", b.File)
		}
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxBase+1))
	if err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	if len(data) > maxBase {
		return nil, errors.New("base: unfolds to more than 1 GiB")
	}
	return decodeMessages(data)
}

// A foldedBase is a base as a table.
type foldedBase struct {
	table   *Table
	effects []Effect
}

// foldedBases holds the bases of the pipelines that this process works for:
// one, but for tests.
var foldedBases = struct {
	sync.Mutex
	list []keyedBase // the one used last at the end
}{}

type keyedBase struct {
	key    string
	bounds Bounds
	folded *foldedBase
}

// fold is the table of the base; it is read once a process.
func (b Base) fold(bounds Bounds) (*foldedBase, error) {
	if b.isEmpty() {
		return &foldedBase{table: NewTable()}, nil
	}
	key := b.key()
	foldedBases.Lock()
	defer foldedBases.Unlock()
	for _, k := range foldedBases.list {
		if k.key == key && k.bounds == bounds {
			return k.folded, nil
		}
	}
	msgs, err := b.read()
	if err != nil {
		return nil, err
	}
	table, effects := NewTable().With(msgs, bounds)
	folded := &foldedBase{table: processTables.put(table), effects: effects}
	const most = 4
	if len(foldedBases.list) == most {
		foldedBases.list = foldedBases.list[1:]
	}
	foldedBases.list = append(foldedBases.list, keyedBase{key, bounds, folded})
	return folded, nil
}
