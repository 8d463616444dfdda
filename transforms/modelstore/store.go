package modelstore

import (
	"bytes"
	"context"
	"slices"
)

// Store opens documents under one Config.
type Store struct {
	config Config
	models Place // meaningful if config.Models is set
	allow  allowList
	web    *webOpener
}

// New returns a Store, or says which entry of the Config cannot be used.
func New(c Config) (*Store, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	allow, err := parseAllow(c.Allow)
	if err != nil {
		return nil, err
	}
	networks, err := parseNetworks(c.Networks)
	if err != nil {
		return nil, err
	}
	return &Store{config: c, models: folderPlace(c.Models), allow: allow, web: newWebOpener(allow, networks)}, nil
}

// MaxBytes returns how large a document may be.
func (s *Store) MaxBytes() int64 { return s.config.MaxBytes }

// Allowed says whether the uri may be opened as far as its text tells: nil, or an *Error of code BadURI or NotAllowed. Nothing
// is looked up or opened.
func (s *Store) Allowed(uri string) error {
	if _, _, err := s.place(uri); err != nil {
		return blame(show(uri), err)
	}
	return nil
}

// place parses a uri and finds the listed prefix that it lies below.
func (s *Store) place(uri string) (place, prefix Place, err error) {
	place, err = parsePlace(uri)
	if err != nil {
		return Place{}, Place{}, err
	}
	if place.relative {
		if s.config.Models == "" {
			return Place{}, Place{}, fault(NotAllowed, "")
		}
		place.Segments = slices.Concat(s.models.Segments, place.Segments)
		place.relative = false
	}
	prefix, ok := s.allow.match(place)
	if !ok {
		return Place{}, Place{}, fault(NotAllowed, "")
	}
	return place, prefix, nil
}

// Open opens the document at uri. The caller must Close it. All of it, from here to the last byte, has the Config's Timeout;
// ctx may end it earlier. Errors are of type *Error, here and from the Document's Read.
func (s *Store) Open(ctx context.Context, uri string) (*Document, error) {
	shown := show(uri)
	place, prefix, err := s.place(uri)
	if err != nil {
		return nil, blame(shown, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	source, err := s.openPlace(ctx, place, prefix)
	if err == nil && source.Size > s.config.MaxBytes {
		source.Body.Close()
		err = tooLarge(s.config.MaxBytes)
	}
	if err != nil {
		if ctx.Err() != nil { // whatever a client made of it
			err = ctx.Err()
		}
		cancel()
		return nil, blame(shown, err)
	}
	return newDocument(ctx, cancel, shown, source, s.config), nil
}

func (s *Store) openPlace(ctx context.Context, place, prefix Place) (Source, error) {
	switch place.Scheme {
	case "file":
		return openFile(place, prefix)
	case "gs":
		return processGS.open(ctx, place)
	case "s3":
		return processS3.open(ctx, place)
	case "http", "https":
		return s.web.open(ctx, place)
	}
	return registeredOpener(place.Scheme)(ctx, place) // the allow-list has none but registered ones
}

// firstGrowth bounds the memory set aside on the word of a store about a document's size.
const firstGrowth = 16 << 20

// Fetch reads the whole document at uri. It returns the document, decompressed, and the SHA-256 of its bytes as stored, in
// lower-case hex. Errors are of type *Error.
func (s *Store) Fetch(ctx context.Context, uri string) (data []byte, sha256 string, err error) {
	doc, err := s.Open(ctx, uri)
	if err != nil {
		return nil, "", err
	}
	defer doc.Close()
	return doc.ReadAll()
}

// ReadAll reads a document that was not read yet to its end; see Fetch for what it returns.
func (d *Document) ReadAll() (data []byte, sha256 string, err error) {
	var buf bytes.Buffer
	if d.Size > 0 {
		buf.Grow(int(min(d.Size, firstGrowth)) + bytes.MinRead)
	}
	if _, err := buf.ReadFrom(d); err != nil {
		return nil, "", err
	}
	return buf.Bytes(), d.Sum(), nil
}

// CheckDigest returns nil if want is empty or equals got, both lower-case hex; else an *Error of code Mismatch about uri.
func CheckDigest(uri, want, got string) error {
	if want == "" || want == got {
		return nil
	}
	e := fault(Mismatch, "its SHA-256 is %s, the message names %s", got, want)
	e.URI = show(uri)
	return e
}
