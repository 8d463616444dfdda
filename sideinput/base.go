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

// A foldedBase is a base, or a part of it, as a table.
type foldedBase struct {
	table   *Table
	effects []Effect
}

// launches holds the bases of the pipelines that this process works for: one,
// but for tests.
var launches = struct {
	sync.Mutex
	list []*launchBase // the newest at the end
}{}

// A launchBase is a base that was read, and what was folded of it.
type launchBase struct {
	key    string
	bounds Bounds
	shards int // that names are spread over; 0 if they are not

	parts  [][]Message // of each shard; nil once folded
	folded []*foldedBase
}

// fold is the table of a part of the base. The base is read once a process,
// and a part folded when it is first asked for: names that are spread over
// shards are never folded for all of them.
func (b Base) fold(bounds Bounds, of part) (*foldedBase, error) {
	if b.isEmpty() {
		return &foldedBase{table: NewTable()}, nil
	}
	launches.Lock()
	defer launches.Unlock()
	l, err := b.launch(bounds, of.shards)
	if err != nil {
		return nil, err
	}
	if l.folded[of.shard] == nil {
		table, effects := NewTable().With(l.parts[of.shard], bounds)
		l.folded[of.shard] = &foldedBase{table: processTables.put(table), effects: effects}
		l.parts[of.shard] = nil
	}
	return l.folded[of.shard], nil
}

// launch finds the base among those that were read, or reads it.
func (b Base) launch(bounds Bounds, shards int) (*launchBase, error) {
	key := b.key()
	for _, l := range launches.list {
		if l.key == key && l.bounds == bounds && l.shards == shards {
			return l, nil
		}
	}
	msgs, err := b.read()
	if err != nil {
		return nil, err
	}
	l := &launchBase{key: key, bounds: bounds, shards: shards, parts: [][]Message{msgs}}
	if shards > 0 {
		l.parts = split(msgs, shards)
	}
	l.folded = make([]*foldedBase, len(l.parts))
	const most = 4
	if len(launches.list) == most {
		launches.list = launches.list[1:]
	}
	launches.list = append(launches.list, l)
	return l, nil
}
