package scoretest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// scheme is that of the uris of all stores; a store is a host of it.
const scheme = "mem"

func init() { modelstore.Register(scheme, open) }

// Store holds documents in memory. It is safe for any number of goroutines, so a test may change it while a pipeline runs.
type Store struct {
	name string

	mu        sync.Mutex
	documents map[string]document
	opened    map[string]int
}

type document struct {
	data []byte
	err  error // what opening it gives; nil: data
}

var (
	stores      sync.Map // of *Store, by name
	storesSoFar atomic.Int64
)

// NewStore returns an empty store. No two of a process share a document, whatever their names.
func NewStore() *Store {
	s := &Store{name: fmt.Sprintf("store-%d", storesSoFar.Add(1)), documents: map[string]document{}, opened: map[string]int{}}
	stores.Store(s.name, s)
	return s
}

// Close forgets the store: its uris then name nothing.
func (s *Store) Close() { stores.Delete(s.name) }

// Put keeps a document under a name and returns its uri for messages. A document of that name is replaced: whoever opens
// it from now on gets the new one. The name is a path without a leading slash.
func (s *Store) Put(name string, data []byte) (uri string) {
	s.set(name, document{data: bytes.Clone(data)})
	return s.URI(name)
}

// Fail makes opening a document fail, as a store that is out of reach would, until the next Put of that name. The error
// becomes the detail of the dead letters with the reason load_failed.
func (s *Store) Fail(name string, err error) (uri string) {
	s.set(name, document{err: err})
	return s.URI(name)
}

func (s *Store) set(name string, d document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents[name] = d
}

// URI is the uri of a name, whether a document lies there or not.
func (s *Store) URI(name string) string { return scheme + "://" + s.name + "/" + name }

// Opened counts how often a document was opened: a model in use is loaded once a process.
func (s *Store) Opened(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened[name]
}

// Models is the option by which Score may open the documents of the store, and no others.
func (s *Store) Models() transforms.Option {
	return transforms.WithModels(modelstore.Config{Allow: []string{scheme + "://" + s.name}})
}

// open opens a document of any store of this process.
func open(_ context.Context, place modelstore.Place) (modelstore.Source, error) {
	found, ok := stores.Load(place.Host)
	if !ok {
		return modelstore.Source{}, &modelstore.Error{Code: modelstore.NotFound, Detail: "its store was closed"}
	}
	return found.(*Store).open(place.Path())
}

func (s *Store) open(name string) (modelstore.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened[name]++
	d, ok := s.documents[name]
	switch {
	case !ok:
		return modelstore.Source{}, &modelstore.Error{Code: modelstore.NotFound}
	case d.err != nil:
		return modelstore.Source{}, d.err
	}
	return modelstore.Source{Body: io.NopCloser(bytes.NewReader(d.data)), Size: int64(len(d.data))}, nil
}
