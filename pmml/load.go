package pmml

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/compile"
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
)

// DefaultMaxBytes is how large a document may be unless WithMaxBytes says otherwise.
const DefaultMaxBytes = 256 << 20

// Option changes how Load reads a document.
type Option func(*options)

type options struct {
	modelName string
	maxBytes  int64
	gzip      bool
	explain   bool
}

// WithModelName selects the model of that name in a document with several; without it the first one that can be scored is taken.
func WithModelName(name string) Option { return func(o *options) { o.modelName = name } }

// WithMaxBytes bounds the size of a document, after decompression; up to 2 GiB, DefaultMaxBytes without this option.
func WithMaxBytes(n int64) Option { return func(o *options) { o.maxBytes = n } }

// WithGzip lets Load decompress a document that is a gzip stream. Without it such a document is ErrCompressed.
func WithGzip() Option { return func(o *options) { o.gzip = true } }

// Load reads a whole document and compiles the model that is asked for. It succeeds only when all that the document needs for scoring is
// supported and valid; else the error is a *LoadError with every fault, ErrCompressed, ErrTooLarge, or that of the reader.
// Nothing is read but r: a document cannot make Load open files or addresses.
func Load(r io.Reader, opts ...Option) (*Model, error) {
	text, o, err := readText(r, opts)
	if err != nil {
		return nil, err
	}
	return compileText(text, o)
}

// readText returns a document as UTF-8, and what the options say.
func readText(r io.Reader, opts []Option) ([]byte, *options, error) {
	o := options{maxBytes: DefaultMaxBytes}
	for _, opt := range opts {
		opt(&o)
	}
	o.maxBytes = min(o.maxBytes, 1<<31-1)
	r, err := o.decompressed(r)
	if err != nil {
		return nil, nil, err
	}
	text, err := scan.Decode(r, o.maxBytes)
	if err != nil {
		return nil, nil, textError(err)
	}
	return text, &o, nil
}

// LoadFile is Load on the file at path.
func LoadFile(path string, opts ...Option) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Load(f, opts...)
}

func (o *options) decompressed(r io.Reader) (io.Reader, error) {
	size := sizeOf(r)
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("pmml: reading the document: %w", err)
	}
	whole := &begun{head: head[:n], rest: r, size: size}
	if n < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return whole, nil
	}
	if !o.gzip {
		return nil, ErrCompressed
	}
	z, err := gzip.NewReader(whole)
	if err != nil {
		return nil, fmt.Errorf("pmml: %w", err)
	}
	return z, nil
}

// begun is a reader of which the first bytes have been read. It says how long it is, so that it can be read without copying.
type begun struct {
	head []byte
	rest io.Reader
	size int
}

func (b *begun) Len() int { return b.size }

func (b *begun) Read(p []byte) (int, error) {
	if len(b.head) == 0 {
		return b.rest.Read(p)
	}
	n := copy(p, b.head)
	b.head = b.head[n:]
	if len(b.head) > 0 || n == len(p) {
		return n, nil
	}
	m, err := b.rest.Read(p[n:])
	if errors.Is(err, io.EOF) && n+m > 0 {
		err = nil
	}
	return n + m, err
}

// sizeOf returns how many bytes a reader has, if it can tell, else a size to begin with.
func sizeOf(r io.Reader) int {
	switch r := r.(type) {
	case interface{ Len() int }:
		return r.Len()
	case *os.File:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return int(min(info.Size(), 1<<31-1))
		}
	}
	return 64 << 10
}

// textError turns an error of reading text into what Load returns.
func textError(err error) error {
	if errors.Is(err, scan.ErrTooLarge) {
		return ErrTooLarge
	}
	var at *scan.Error
	if errors.As(err, &at) {
		return &LoadError{Faults: []Fault{{Line: at.Line, Column: at.Column, Message: at.Message}}}
	}
	return fmt.Errorf("pmml: %w", err)
}

func compileText(text []byte, o *options) (m *Model, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, &LoadError{Faults: []Fault{{Message: fmt.Sprintf("the engine failed on this document: %v", r)}}}
		}
	}()
	doc, err := document.Decode(text, scan.Limits{})
	if err != nil {
		return nil, textError(err)
	}
	selected, fault := choose(doc, o.modelName)
	if selected == nil {
		return nil, located(text, append(doc.Faults, fault))
	}
	compiled, faults := compile.Compile(doc, selected, o.explain)
	if len(faults) > 0 {
		return nil, located(text, faults)
	}
	m = newModel(doc.Version, compiled)
	m.explains = o.explain
	m.warnings = located(text, compiled.Warnings).Faults
	return m, nil
}

// choose returns the model to serve, or why there is none.
func choose(doc *document.Document, name string) (*document.Model, document.Fault) {
	for _, m := range doc.Models {
		if name != "" && m.Name == name || name == "" && !m.Unscorable {
			return m, document.Fault{}
		}
	}
	fault := document.Fault{At: doc.At, Message: "the document has no model"}
	switch {
	case len(doc.Models) > 0 && name != "":
		fault.Message = fmt.Sprintf("the document has no model named %q", name)
	case len(doc.Models) > 0:
		fault.Message = "the document's models say isScorable=false"
	}
	return nil, fault
}

// located gives faults their lines and columns.
func located(text []byte, faults []document.Fault) *LoadError {
	slices.SortStableFunc(faults, func(a, b document.Fault) int { return cmp.Compare(a.At, b.At) })
	s := scan.New(text, scan.Limits{})
	out := &LoadError{}
	for i, f := range faults {
		if i > 0 && f.At == faults[i-1].At && f.Message == faults[i-1].Message { // a function's body is compiled for each call
			continue
		}
		line, column := s.Position(int(f.At))
		out.Faults = append(out.Faults, Fault{Line: line, Column: column, Unsupported: f.Unsupported, Message: f.Message})
	}
	return out
}
