package modelcache

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// LoaderFrom returns a LoadFunc that opens documents of the store. A document whose digest is not the identity's is not compiled.
// The options are the engine's, beside the store's bound.
func LoaderFrom(store *modelstore.Store, opts ...pmml.Option) LoadFunc {
	opts = append(opts, pmml.WithMaxBytes(store.MaxBytes()))
	return func(ctx context.Context, id Identity) (*pmml.Model, string, error) {
		data, sum, err := fetch(ctx, store, id)
		if err != nil {
			return nil, "", err
		}
		m, err := pmml.Load(bytes.NewReader(data), opts...)
		if err != nil {
			return nil, "", permanent{err} // the same bytes will have the same faults
		}
		if memory := m.Memory(); len(memory) > 0 { // each event is a sequence of one
			return nil, "", permanent{fmt.Errorf("needs a sequence: %s", strings.Join(memory, ", "))}
		}
		return m, sum, nil
	}
}

// fetch reads the document, with the room that it takes reserved as soon as it is known.
func fetch(ctx context.Context, store *modelstore.Store, id Identity) (data []byte, sum string, err error) {
	doc, err := store.Open(ctx, id.URI)
	if err != nil {
		return nil, "", err
	}
	defer doc.Close()
	if err := Reserve(ctx, doc.Size); err != nil {
		return nil, "", err
	}
	if data, sum, err = doc.ReadAll(); err != nil {
		return nil, "", err
	}
	if err := modelstore.CheckDigest(id.URI, id.SHA256, sum); err != nil {
		return nil, "", err
	}
	return data, sum, Reserve(ctx, int64(len(data)))
}
