package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// source is a document as read: what inspect says of it, and what faults point into.
type source struct {
	name   string
	text   []byte // decompressed
	sha256 string // of the bytes as stored
}

// readDocument reads the one document that the command line names: a path, or a uri that a store opens. It is under the bounds of the
// stores (size, ratio of decompression, time); that it was named by hand is its allowance.
func readDocument(ctx context.Context, name string) (*source, error) {
	uri, allow := name, name
	if !strings.Contains(name, "://") {
		abs, err := filepath.Abs(name)
		if err == nil {
			abs, err = filepath.EvalSymlinks(abs)
		}
		if err != nil {
			return nil, usage(err)
		}
		uri, allow = abs, filepath.Dir(abs)
	}
	store, err := modelstore.New(modelstore.Config{Allow: []string{allow}})
	if err != nil {
		return nil, usage(err)
	}
	text, sum, err := store.Fetch(ctx, uri)
	if err != nil {
		return nil, usage(err)
	}
	return &source{name, text, sum}, nil
}

// load compiles the document. What keeps it from being served is told with its place; the exit code is that of a bad document.
func (s *source) load(modelName string, explain bool) (*pmml.Model, error) {
	opts := []pmml.Option{pmml.WithModelName(modelName)}
	if explain {
		opts = append(opts, pmml.WithExplanations())
	}
	model, err := pmml.Load(bytes.NewReader(s.text), opts...)
	if err == nil {
		return model, nil
	}
	var faults *pmml.LoadError
	if !errors.As(err, &faults) {
		return nil, usage(fmt.Errorf("%s: %w", s.name, err))
	}
	return nil, usage(fmt.Errorf("%s cannot be served:\n%s", s.name, strings.TrimRight(describeFaults(s.text, faults.Faults), "\n")))
}
