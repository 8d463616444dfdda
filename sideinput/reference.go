package sideinput

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// ErrNoReference is returned by ParseReference for an empty text: the event's
// reason is NoReference.
var ErrNoReference = errors.New("the event names no model")

// ErrReference is returned by ParseReference for a text that is not of a
// reference's form: the event's reason is Undecodable.
var ErrReference = errors.New("not a reference: want name, name@version, name:label, or # and 16 lower-case hex digits")

// A Reference is what an event carries: a model's name, name@version, the hash
// of one, or name:label. The zero Reference names nothing.
type Reference struct {
	text []byte // name, name@version or name:label; nil for a hash
	at   int    // where '@' or ':' stands in text; len(text) without
	hash uint64
	key  []byte // which share of a split label's events this is one of
	kind referenceKind
}

type referenceKind uint8

const (
	noReference referenceKind = iota
	byName
	byVersion
	byHash
	byAlias
)

// ParseReference reads a reference. It allocates nothing; the result refers to
// text, which must not change while the reference is in use.
func ParseReference(text []byte) (Reference, error) {
	if len(text) == 0 {
		return Reference{}, ErrNoReference
	}
	if text[0] == '#' {
		hash, ok := parseHash(text[1:])
		if !ok {
			return Reference{}, ErrReference
		}
		return Reference{hash: hash, kind: byHash}, nil
	}
	at := bytes.IndexAny(text, "@:")
	if at < 0 {
		if !isName(text) {
			return Reference{}, ErrReference
		}
		return Reference{text: text, at: len(text), kind: byName}, nil
	}
	if !isName(text[:at]) || !isVersion(text[at+1:]) {
		return Reference{}, ErrReference
	}
	if text[at] == ':' {
		return Reference{text: text, at: at, kind: byAlias}, nil
	}
	return Reference{text: text, at: at, kind: byVersion}, nil
}

// AliasReference is the reference name:label. It is the zero Reference if name
// is no model's name or label not of the form of one.
func AliasReference(name, label string) Reference {
	if !isName(name) || !isVersion(label) {
		return Reference{}
	}
	return Reference{text: []byte(name + ":" + label), at: len(name), kind: byAlias}
}

// WithKey is the reference with a split key: where a label is split among
// versions, references with equal keys go to the same one. Without a key all
// do. It allocates nothing; key must not change while the reference is in use.
func (r Reference) WithKey(key []byte) Reference {
	r.key = key
	return r
}

// Name is the model's name; empty for a hash.
func (r Reference) Name() string { return string(r.name()) }

// Version is the version asked for; empty for all but name@version.
func (r Reference) Version() string { return string(r.suffix(byVersion)) }

// Alias is the label asked for; empty for all but name:label.
func (r Reference) Alias() string { return string(r.suffix(byAlias)) }

// Hash is the hash asked for, or that of name@version; false for a name alone and
// for name:label.
func (r Reference) Hash() (hash uint64, ok bool) {
	switch r.kind {
	case byHash:
		return r.hash, true
	case byVersion:
		sum := sha256.Sum256(r.text)
		return binary.BigEndian.Uint64(sum[:8]), true
	}
	return 0, false
}

// String is the reference as an event writes it.
func (r Reference) String() string {
	if r.kind == byHash {
		return "#" + hashText(r.hash)
	}
	return string(r.text)
}

func (r Reference) name() []byte { return r.text[:r.at] }

// suffix is what stands behind the name of a reference of a kind.
func (r Reference) suffix(kind referenceKind) []byte {
	if r.kind != kind {
		return nil
	}
	return r.text[r.at+1:]
}

// splitHash is where a reference by label lies among the label's targets: the
// first 8 bytes, big-endian, of the SHA-256 of name:label:key. Neither a name
// nor a label has a colon.
func (r Reference) splitHash() uint64 {
	var buf [2*MaxNameLength + 2 + 256]byte // longer ones are on the heap
	sum := sha256.Sum256(append(append(append(buf[:0], r.text...), ':'), r.key...))
	return binary.BigEndian.Uint64(sum[:8])
}

// Hash is the hash of a version of a model: the first 8 bytes of the SHA-256
// of name@version, big-endian.
func Hash(name, version string) uint64 {
	var buf [2*MaxNameLength + 1]byte // longer ones are on the heap
	sum := sha256.Sum256(append(append(append(buf[:0], name...), '@'), version...))
	return binary.BigEndian.Uint64(sum[:8])
}

// HashReference is the reference by hash to a version: # and 16 hex digits.
func HashReference(name, version string) string { return "#" + hashText(Hash(name, version)) }

func hashText(hash uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, hash))
}

func parseHash(digits []byte) (uint64, bool) {
	if len(digits) != 16 {
		return 0, false
	}
	var hash uint64
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			hash = hash<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			hash = hash<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return hash, true
}
