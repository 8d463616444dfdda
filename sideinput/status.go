package sideinput

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A Status is the envelope of one piece of news. Kinds are an open list: for
// news about messages and tables they are the EffectKinds, and UNUSABLE for a
// control record that is no message.
type Status struct {
	Kind string
	ID   string    // the same when a failure repeats the news
	Time time.Time // by the worker's clock
	Body []byte    // a JSON object
}

// StatusUnusable is the kind of news about a control record that is no message.
const StatusUnusable = "UNUSABLE"

// StatusID is the id of news: 32 hex digits of a hash over its kind and what
// it is about.
func StatusID(kind string, about []byte) string {
	sum := sha256.New()
	sum.Write(appendText(nil, kind))
	sum.Write(about)
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// worker names this process in status.
var worker = func() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}()

// AppendJSON appends the envelope as a JSON object, without a line's end.
func (s Status) AppendJSON(dst []byte) []byte {
	dst = appendMember(append(dst, `{"v":1`...), "kind", s.Kind)
	dst = appendMember(dst, "id", s.ID)
	dst = appendMember(dst, "time", FormatTime(s.Time.UnixMilli()))
	dst = appendMember(dst, "worker", worker)
	dst = append(append(dst, `,"body":`...), s.Body...)
	return append(dst, '}')
}

// EffectStatus is the news that an effect is, or false where it is none: a
// message that was kept before says nothing new. source is where the message
// was read; empty where that is not known.
func EffectStatus(e Effect, source string, now time.Time) (Status, bool) {
	if e.Repeat {
		return Status{}, false
	}
	m := e.Message
	uri := ""
	if m.URI != "" {
		uri = ShownURI(m.URI)
	}
	body := m.appendMembers([]byte{'{'}, uri)
	body = appendLabels(body, m.Labels)
	if source != "" {
		body = appendMember(body, "source", source)
	}
	return Status{Kind: string(e.Kind), ID: StatusID(string(e.Kind), m.AppendCanonical(nil)), Time: now, Body: append(body, '}')}, true
}

// RecordStatus is the news that a control record cannot be used, with the
// place and the next step of a *MessageError.
func RecordStatus(r Raw, err error, now time.Time) Status {
	body := append([]byte(nil), '{')
	var e *MessageError
	if errors.As(err, &e) {
		if e.Key != "" {
			body = append(appendMember(body, "key", e.Key), ',')
		}
		body = strconv.AppendInt(append(body, `"offset":`...), int64(e.Offset), 10)
		body = appendMember(body, "problem", e.Problem)
		body = appendMember(body, "next", e.Next)
	} else {
		body = appendMember(body, "problem", err.Error())
	}
	if r.Source != "" {
		body = appendMember(body, "source", r.Source)
	}
	return Status{Kind: StatusUnusable, ID: StatusID(StatusUnusable, appendText(appendText(nil, r.Source), string(r.Data))), Time: now, Body: append(body, '}')}
}

// ShownURI is a uri as it may be shown: without userinfo and query, where
// secrets may stand.
func ShownURI(uri string) string {
	if u, err := url.Parse(uri); err == nil && u.Scheme != "" {
		if u.Opaque != "" { // no place that can be opened: all of it may be a secret
			return u.Scheme + ":…"
		}
		u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
		return u.String()
	}
	if !strings.Contains(uri, "://") {
		return uri // a path
	}
	scheme, _, _ := strings.Cut(uri, "://")
	return scheme + "://…"
}

// appendMember appends a member that is a string. It puts a comma before it
// unless it is the first.
func appendMember(dst []byte, name, value string) []byte {
	if n := len(dst); n > 0 && dst[n-1] != '{' {
		dst = append(dst, ',')
	}
	return appendQuoted(append(appendQuoted(dst, name), ':'), value)
}

// appendQuoted appends a JSON string; what is not UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, text string) []byte {
	dst, err := jsontext.AppendQuote(dst, text)
	_ = err // of text that is not UTF-8, which it replaces
	return dst
}
