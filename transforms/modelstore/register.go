package modelstore

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// Source is a document as its store holds it.
type Source struct {
	Body    io.ReadCloser
	Size    int64  // bytes of Body, -1 when the store does not say
	Version string // generation or version id of what Body is, "" when the store has none
}

// An Opener opens the document at a place of its scheme, which has passed the allow-list. It must honour ctx, return without
// reading the whole body, and be safe for concurrent use. It returns an *Error of a fitting Code (its URI is filled in), or any
// error, which then counts as Unavailable. Error texts must not hold credentials.
type Opener func(ctx context.Context, place Place) (Source, error)

var registered struct {
	sync.RWMutex
	openers map[string]Opener
}

// Register lets this process open uris of a scheme, "mlflow" for example. Like registrations of Beam it belongs into an init
// function, so that it holds on every worker. It panics on a scheme that is ill-formed or taken.
func Register(scheme string, open Opener) {
	if !hasScheme(scheme+":") || !isLower(scheme) {
		panic(fmt.Sprintf("modelstore: %q is not a scheme in lower case", scheme))
	}
	if open == nil {
		panic("modelstore: Register without an opener")
	}
	registered.Lock()
	defer registered.Unlock()
	if builtin(scheme) || registered.openers[scheme] != nil {
		panic(fmt.Sprintf("modelstore: scheme %q is registered already", scheme))
	}
	if registered.openers == nil {
		registered.openers = map[string]Opener{}
	}
	registered.openers[scheme] = open
}

func isLower(s string) bool {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

func builtin(scheme string) bool {
	switch scheme {
	case "file", "gs", "s3", "http", "https":
		return true
	}
	return false
}

// registeredOpener returns the opener of a scheme that a program added, nil if none did.
func registeredOpener(scheme string) Opener {
	registered.RLock()
	defer registered.RUnlock()
	return registered.openers[scheme]
}

// known says whether anything opens a scheme in this process.
func known(scheme string) bool { return builtin(scheme) || registeredOpener(scheme) != nil }
