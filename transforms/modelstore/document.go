package modelstore

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// Document is an open document. Read gives it decompressed, within the Store's bounds; every error but io.EOF is an *Error.
type Document struct {
	URI     string // as written, without userinfo and query
	Size    int64  // bytes as stored, -1 when the store does not say
	Version string // generation or version id of what is read, "" when the store has none

	stored *storedReader
	plain  io.Reader // decompressed; nil until the first Read
	limits Config
	read   int64 // bytes given out
	failed error // sticky
	body   io.Closer
	cancel context.CancelFunc
}

func newDocument(ctx context.Context, cancel context.CancelFunc, uri string, source Source, limits Config) *Document {
	return &Document{
		URI: uri, Size: source.Size, Version: source.Version,
		stored: &storedReader{ctx: ctx, body: source.Body, hash: sha256.New(), left: limits.MaxBytes, limit: limits.MaxBytes},
		limits: limits, body: source.Body, cancel: cancel,
	}
}

// freeBytes may come out of a gzip document whatever its ratio: a small document can do no harm.
const freeBytes = 1 << 20

// Read implements io.Reader.
func (d *Document) Read(p []byte) (int, error) {
	if d.failed != nil {
		return 0, d.failed
	}
	if d.plain == nil {
		if err := d.begin(); err != nil {
			return 0, d.fail(err)
		}
	}
	// One byte more than allowed is asked for, so that a document of exactly MaxBytes still ends with io.EOF.
	if room := d.limits.MaxBytes - d.read + 1; int64(len(p)) > room {
		p = p[:room]
	}
	n, err := d.plain.Read(p)
	d.read += int64(n)
	switch {
	case d.read > d.limits.MaxBytes:
		return 0, d.fail(tooLarge(d.limits.MaxBytes))
	case d.read > freeBytes && d.read/d.limits.MaxRatio > d.stored.count:
		return 0, d.fail(fault(TooLarge, "it grows more than %d-fold by decompression", d.limits.MaxRatio))
	case err == io.EOF:
		d.failed = io.EOF
	case err != nil:
		return 0, d.fail(err)
	}
	return n, d.failed
}

// begin looks at the first bytes: 1f 8b is gzip (RFC 1952 §2.3.1), which no XML document starts with.
func (d *Document) begin() error {
	in := bufio.NewReaderSize(d.stored, 32<<10)
	magic, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		d.plain = in
		return nil
	}
	d.plain, err = gzip.NewReader(in)
	return err
}

// fail keeps the first error: what the store failed with goes before what the decompressor made of it.
func (d *Document) fail(err error) error {
	if d.stored.failed != nil {
		err = d.stored.failed
	} else if _, ours := errors.AsType[*Error](err); !ours {
		err = fault(Damaged, "%v", err)
	}
	d.failed = blame(d.URI, err)
	return d.failed
}

// Sum returns the SHA-256 of the document's bytes as stored, before any decompression, in lower-case hex. It is "" until Read has
// returned io.EOF.
func (d *Document) Sum() string {
	if !errors.Is(d.failed, io.EOF) {
		return ""
	}
	return hex.EncodeToString(d.stored.hash.Sum(nil))
}

// Close ends the reading; it may be called more than once.
func (d *Document) Close() error {
	d.cancel()
	if d.failed == nil {
		d.failed = blame(d.URI, context.Canceled)
	}
	return d.body.Close()
}

// storedReader reads the bytes as stored: it counts and hashes them, and stops at the size limit or with the context.
type storedReader struct {
	ctx    context.Context
	body   io.Reader
	hash   hash.Hash
	count  int64
	left   int64
	limit  int64
	failed error // the first error but io.EOF
}

func (r *storedReader) Read(p []byte) (int, error) {
	if r.failed != nil {
		return 0, r.failed
	}
	if err := r.ctx.Err(); err != nil {
		r.failed = err
		return 0, err
	}
	if int64(len(p)) > r.left+1 {
		p = p[:r.left+1]
	}
	n, err := r.body.Read(p)
	if int64(n) > r.left {
		r.failed = tooLarge(r.limit)
		return 0, r.failed
	}
	r.hash.Write(p[:n])
	r.count += int64(n)
	r.left -= int64(n)
	if err != nil && err != io.EOF {
		r.failed = err
		if ended := r.ctx.Err(); ended != nil { // whatever a client made of it
			r.failed = ended
		}
		return n, r.failed
	}
	return n, err
}

func tooLarge(limit int64) *Error { return fault(TooLarge, "it has more than %d bytes", limit) }
