package sideinput

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of one message.
const (
	MaxMessageSize = 8 << 10 // bytes
	MaxLabels      = 16
)

// A MessageError says why a control record cannot be used.
type MessageError struct {
	Offset  int    // bytes from the record's start
	Key     string // the member at fault; empty if it is the record as a whole
	Problem string
	Next    string // what to do about it
}

func (e *MessageError) Error() string {
	where := ""
	if e.Key != "" {
		where = fmt.Sprintf("%q ", e.Key)
	}
	return fmt.Sprintf("%sat byte %d: %s; %s", where, e.Offset, e.Problem, e.Next)
}

// ParseMessage reads one control record: a JSON object of at most
// MaxMessageSize bytes. recordTime, in milliseconds since 1970 UTC, stands in
// for an absent "at" if hasRecordTime. Every error is a *MessageError.
//
// Reading is strict: unknown and repeated keys, keys that the op does not
// take, values of another type and trailing data are errors.
func ParseMessage(data []byte, recordTime int64, hasRecordTime bool) (Message, error) {
	if len(data) > MaxMessageSize {
		return Message{}, &MessageError{Offset: MaxMessageSize, Problem: fmt.Sprintf("the message has %d bytes", len(data)),
			Next: fmt.Sprintf("keep it to %d", MaxMessageSize)}
	}
	p := messageParser{m: Message{RecordTime: recordTime, HasRecordTime: hasRecordTime}}
	if err := p.object(data); err != nil {
		return Message{}, err
	}
	if err := p.complete(); err != nil {
		return Message{}, err
	}
	return p.m, nil
}

// member numbers the keys of a message.
type member int

const (
	memberOp member = iota
	memberModel
	memberVersion
	memberURI
	memberSHA256
	memberAlias
	memberTo
	memberAt
	memberSeq
	memberPreload
	memberForm
	memberLabels
	members
)

var memberKeys = [members]string{"op", "model", "version", "uri", "sha256", "alias", "to", "at", "seq", "preload", "v", "labels"}

// otherMembers are the keys that an op does not take.
var otherMembers = map[Op][]member{
	Del:    {memberURI, memberSHA256, memberPreload, memberAlias, memberTo},
	Add:    {memberAlias, memberTo},
	Update: {memberAlias, memberTo},
	Alias:  {memberVersion, memberURI, memberSHA256, memberPreload},
}

// A needed member is one that an op requires besides op, model and at.
type neededMember struct {
	key  member
	next string
}

var (
	neededByDocument = []neededMember{{memberVersion, "give the document's version"}, {memberURI, "write where the document lies"}}
	neededMembers    = map[Op][]neededMember{
		Add:    neededByDocument,
		Update: neededByDocument,
		Alias:  {{memberAlias, "name the label"}, {memberTo, nextTo}},
	}
)

const nextVersion = "use 1 to 200 ASCII letters, digits, '.', '_', '-'"

type messageParser struct {
	m     Message
	place [members]int // 1 + offset of the value; 0 is absent
	end   int          // offset of the object's end
}

func (p *messageParser) object(data []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(data))
	if dec.PeekKind() != '{' {
		if len(bytes.TrimSpace(data)) == 0 {
			return &MessageError{Problem: "the record is empty", Next: "write one JSON object"}
		}
		if _, err := dec.ReadValue(); err != nil {
			return syntaxError(err)
		}
		return &MessageError{Problem: "the record is not a JSON object", Next: `write one object such as {"op":"ADD",…}`}
	}
	if _, err := dec.ReadToken(); err != nil {
		return syntaxError(err)
	}
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return syntaxError(err)
		}
		name, nameEnd := key.String(), int(dec.InputOffset())
		value, err := dec.ReadValue()
		if err != nil {
			return syntaxError(err)
		}
		offset := int(dec.InputOffset()) - len(value)
		k, ok := memberOf(name)
		if !ok {
			return &MessageError{Offset: nameEnd, Key: shorten(name), Problem: "no such key", Next: "use only " + strings.Join(memberKeys[:], ", ")}
		}
		p.place[k] = 1 + offset
		if err := p.value(k, value); err != nil {
			err.Key = name
			err.Offset += offset
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return syntaxError(err)
	}
	p.end = int(dec.InputOffset())
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return &MessageError{Offset: p.end, Problem: "something follows the object", Next: "write one object a record"}
	}
	return nil
}

func memberOf(name string) (member, bool) {
	for i, key := range memberKeys {
		if key == name {
			return member(i), true
		}
	}
	return 0, false
}

// value reads one member. The place of its error is relative to the value.
func (p *messageParser) value(k member, value jsontext.Value) *MessageError {
	switch k {
	case memberSeq:
		seq, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil {
			return fault(shorten(string(value))+" is not a 64-bit integer", "write a whole number without fraction or exponent")
		}
		p.m.Seq, p.m.HasSeq = seq, true
		return nil
	case memberForm:
		if string(value) != "1" {
			return fault("the message has form "+shorten(string(value)), "write form 1, or leave it out")
		}
		return nil
	case memberPreload:
		if k := value.Kind(); k != 't' && k != 'f' {
			return fault("not true or false", "write true or false")
		}
		p.m.Preload = value.Kind() == 't'
		return nil
	case memberLabels:
		return p.labels(value)
	case memberTo:
		return p.to(value)
	}
	text, ok := stringValue(value)
	if !ok {
		return fault("not a string", "write it in quotes")
	}
	return p.text(k, text)
}

// text reads a member that is a string.
func (p *messageParser) text(k member, text string) *MessageError {
	switch k {
	case memberOp:
		for _, op := range []Op{Add, Update, Del, Alias} {
			if op.String() == text {
				p.m.Op = op
				return nil
			}
		}
		return fault(fmt.Sprintf("unknown op %q", shorten(text)), "use ADD, UPDATE, DEL or ALIAS, in capitals")
	case memberModel:
		if !isName(text) {
			return fault(fmt.Sprintf("%q is not a name", shorten(text)), "use 1 to 200 ASCII letters, digits, '.', '_', '-', '/'")
		}
		p.m.Model = text
	case memberVersion:
		if !isVersion(text) {
			return fault(fmt.Sprintf("%q is not a version", shorten(text)), nextVersion)
		}
		p.m.Version = text
	case memberAlias:
		if !isVersion(text) {
			return fault(fmt.Sprintf("%q is not a label", shorten(text)), nextVersion)
		}
		p.m.Alias = text
	case memberURI:
		if !isURI(text) {
			return fault("empty, or with control characters", "write where the document lies")
		}
		p.m.URI = text
	case memberSHA256:
		if !isSHA256(text) {
			return fault(fmt.Sprintf("%q is not a digest", shorten(text)), "write the SHA-256 of the document as 64 lower-case hex digits")
		}
		p.m.SHA256 = text
	case memberAt:
		at, err := ParseTime(text)
		if err != nil {
			return fault(err.Error(), "write a time such as 2026-11-01T00:00:00Z or 2026-11-01T00:00:00.250Z")
		}
		p.m.At = at
	}
	return nil
}

func (p *messageParser) labels(value jsontext.Value) *MessageError {
	const next = "write an object of at most 16 strings with names that are not empty"
	if value.Kind() != '{' {
		return fault("not an object", next)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	if _, err := dec.ReadToken(); err != nil { // the brace
		return fault("not readable", next)
	}
	labels := make(map[string]string)
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return fault("not readable", next)
		}
		name := key.String()
		value, err := dec.ReadToken()
		if err != nil || value.Kind() != '"' {
			return fault(fmt.Sprintf("label %q is not a string", shorten(name)), next)
		}
		if name == "" {
			return fault("a label has no name", next)
		}
		if len(labels) == MaxLabels {
			return fault("more than 16 labels", next)
		}
		labels[name] = value.String()
	}
	p.m.Labels = labels
	return nil
}

// complete checks the members against the op.
func (p *messageParser) complete() error {
	if p.place[memberOp] == 0 {
		return p.missing(memberOp, "write ADD, UPDATE, DEL or ALIAS")
	}
	if p.place[memberModel] == 0 {
		return p.missing(memberModel, "name the model")
	}
	for _, k := range otherMembers[p.m.Op] {
		if p.place[k] != 0 {
			return &MessageError{Offset: p.place[k] - 1, Key: memberKeys[k], Problem: p.m.Op.String() + " does not take it", Next: "leave it out"}
		}
	}
	for _, needed := range neededMembers[p.m.Op] {
		if p.place[needed.key] == 0 {
			return p.missing(needed.key, needed.next)
		}
	}
	if p.place[memberAt] == 0 {
		if !p.m.HasRecordTime {
			return p.missing(memberAt, "write from when on it holds: the record has no timestamp of its own")
		}
		if p.m.RecordTime < minTime || p.m.RecordTime > maxTime {
			return p.missing(memberAt, "write from when on it holds: the record's own timestamp is not within the years 0 to 9999")
		}
		p.m.At = p.m.RecordTime
	}
	return nil
}

func (p *messageParser) missing(k member, next string) error {
	return &MessageError{Offset: p.end, Key: memberKeys[k], Problem: "missing", Next: next}
}

// fault is an error at the front of what is read; the caller adds where that
// stands.
func fault(problem, next string) *MessageError { return &MessageError{Problem: problem, Next: next} }

// stringValue is the string that a JSON value is.
func stringValue(value jsontext.Value) (string, bool) {
	if value.Kind() != '"' {
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}

func syntaxError(err error) *MessageError {
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return &MessageError{Problem: "the JSON ends too early", Next: "write the whole object"}
	}
	e := &MessageError{Offset: int(syntactic.ByteOffset), Problem: syntactic.Err.Error(), Next: "write valid JSON in UTF-8"}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		e.Key, e.Problem, e.Next = shorten(syntactic.JSONPointer.LastToken()), "written twice", "write each key once"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem, e.Next = "the JSON ends too early", "write the whole object"
	}
	return e
}

// shorten bounds what an error repeats of its input.
func shorten(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// isURI says whether a document can be looked for there. Whether it may be
// opened is judged by the worker that opens it.
func isURI(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] == 0x7f {
			return false
		}
	}
	return text != ""
}

func isSHA256(text string) bool {
	if len(text) != 64 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Times that RFC 3339 can write, in milliseconds since 1970 UTC.
const (
	minTime = -62_167_219_200_000 // 0000-01-01T00:00:00Z
	maxTime = 253_402_300_799_999 // 9999-12-31T23:59:59.999Z
)

// ParseTime reads a time as messages write it: RFC 3339 ending in Z, with at
// most three fraction digits. The result is in milliseconds since 1970 UTC.
func ParseTime(text string) (int64, error) {
	const whole = "2006-01-02T15:04:05"
	if len(text) < len(whole)+1 || text[len(text)-1] != 'Z' {
		return 0, fmt.Errorf("%q is not a time that ends in Z", shorten(text))
	}
	fraction := text[len(whole) : len(text)-1]
	if fraction != "" && (fraction[0] != '.' || len(fraction) < 2 || len(fraction) > 4) {
		return 0, fmt.Errorf("%q has not one to three fraction digits", shorten(text))
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time", shorten(text))
	}
	return t.UnixMilli(), nil
}

// FormatTime writes a time of milliseconds since 1970 UTC as messages write
// it; without a fraction if that is 0.
func FormatTime(ms int64) string {
	if ms == math.MinInt64 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
