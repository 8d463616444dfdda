package modelstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Code is the kind of an Error.
type Code string

// The codes of an Error.
const (
	BadURI      Code = "bad_uri"     // not a uri that can name a document, whatever is listed
	NotAllowed  Code = "not_allowed" // outside the listed places, or leads out of them
	NotFound    Code = "not_found"   // nothing lies there
	Denied      Code = "denied"      // the store did not let us read it
	NotRegular  Code = "not_regular" // a folder, device, pipe or socket
	TooLarge    Code = "too_large"   // more bytes than MaxBytes, or a compression ratio above MaxRatio
	Damaged     Code = "damaged"     // a gzip document that cannot be decompressed
	Mismatch    Code = "mismatch"    // the bytes do not have the digest that was asked for
	TimedOut    Code = "timed_out"   // not read within the time allowed
	Unavailable Code = "unavailable" // the store or the way to it failed
)

// Error says why a document could not be had. Its text never holds userinfo, query or credentials.
type Error struct {
	Code   Code
	URI    string // as written, without userinfo and query
	Detail string // one sentence without a full stop; "" where the code's own text says it all

	context error // context.Canceled or context.DeadlineExceeded where one of them is the cause
}

// texts say what each code means and what helps. NotAllowed has exactly one text: it is the same for what exists and what does not.
var texts = map[Code]string{
	BadURI:      "is not a uri that can name a document",
	NotAllowed:  `is outside the places where documents may be opened, or leads out of them (docs/operations.md, "Where documents are opened")`,
	NotFound:    "does not exist",
	Denied:      "may not be read with this worker's credentials",
	NotRegular:  "is not a regular file",
	TooLarge:    "is larger than allowed",
	Damaged:     "cannot be decompressed",
	Mismatch:    "does not have the digest that was asked for",
	TimedOut:    "was not read in the time allowed",
	Unavailable: "cannot be reached now",
}

func (e *Error) Error() string {
	text := fmt.Sprintf("document %q %s", e.URI, texts[e.Code])
	if e.Detail == "" || e.Code == NotAllowed {
		return text
	}
	return text + ": " + e.Detail
}

// Retriable says whether the same uri may give a document later, without a change of configuration.
func (e *Error) Retriable() bool {
	switch e.Code {
	case BadURI, NotAllowed, NotRegular, TooLarge, Damaged:
		return false
	}
	return true
}

// Unwrap lets errors.Is find a context's end. No other cause is kept: texts of clients may hold signed addresses.
func (e *Error) Unwrap() error { return e.context }

// fault is what an opener returns: an Error whose URI the Store fills in.
func fault(code Code, detail string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(detail, args...)}
}

// blame turns any error of an opener or a reader into an *Error about the document at uri.
func blame(uri string, err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		if e.URI == "" {
			e = &Error{Code: e.Code, Detail: e.Detail, context: e.context}
			e.URI = uri
		}
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: TimedOut, URI: uri, context: context.DeadlineExceeded}
	case errors.Is(err, context.Canceled):
		return &Error{Code: Unavailable, URI: uri, Detail: "cancelled", context: context.Canceled}
	}
	return &Error{Code: Unavailable, URI: uri, Detail: redact(err.Error())}
}

// maxDetail bounds what is kept of a foreign error text: it may come from a hostile server.
const maxDetail = 300

// redact cuts userinfo and query out of every address in a foreign text, and all control characters.
func redact(text string) string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f })
	for i, f := range fields {
		if strings.ContainsAny(f, "?@") {
			fields[i] = show(strings.TrimLeft(f, "\"'(<"))
		}
	}
	out := strings.Join(fields, " ")
	if len(out) > maxDetail {
		out = strings.ToValidUTF8(out[:maxDetail], "") + "…"
	}
	return out
}
