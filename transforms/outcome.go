package transforms

import (
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/go-json-experiment/json/jsontext"
)

// outcomeForm is the "v" of results and dead letters: the form of these lines (docs/protocol.md).
const outcomeForm = `{"v":1,"id":`

// writer appends results and dead letters as JSON lines. The members and their order are a protocol: docs/protocol.md.
type writer struct {
	keep    bool // the original record goes into the result
	shadows bool // all lines go to results, and no line has the original record unless it is kept
	ordered bool // lines leave in the order of their records
	results records.Lines
	dead    records.Lines
	scratch []byte

	resultOf, deadOf []int32 // the record of each line, where they are ordered
}

// reset begins new output blocks; those of the last block were given away.
func (w *writer) reset(n int) {
	w.results = records.Lines{Buf: make([]byte, 0, 320*n), Ends: make([]uint32, 0, n)}
	w.dead = records.Lines{}
	w.resultOf, w.deadOf = w.resultOf[:0], w.deadOf[:0]
}

// lines are what was written since reset.
func (w *writer) lines() (results, dead records.Lines) {
	if w.ordered {
		return inOrder(w.results, w.resultOf), inOrder(w.dead, w.deadOf)
	}
	return w.results, w.dead
}

// result appends what scored record i of b with the fact c gave; why is nil unless explanations are asked for. The lead is resultLead's for that fact and document.
func (w *writer) result(b *records.Block, i int, lead []byte, revision uint64, types []byte, res *pmml.Result, why *pmml.Explanation) {
	dst := w.results.Buf
	dst = append(dst, outcomeForm...)
	dst = w.envelope(dst, b, i)
	dst = append(dst, lead...)
	dst = append(dst, `,"revision":`...)
	dst = strconv.AppendUint(dst, revision, 10)
	dst = append(dst, `,"outputs":`...)
	dst = res.AppendJSON(dst)
	dst = append(dst, types...)
	if why != nil {
		dst = why.AppendJSON(append(dst, `,"explanation":`...))
	}
	if w.keep {
		dst = appendOriginal(dst, b.Line(i))
	}
	dst = append(dst, '}')
	w.results.Buf = dst
	w.results.End()
	if w.ordered {
		w.resultOf = append(w.resultOf, int32(i))
	}
}

// deadLetter appends why record i of b has no result. c is the version that was chosen, nil where none was, and aside are
// members that say more about it.
func (w *writer) deadLetter(b *records.Block, i int, reason sideinput.Reason, detail string, c *sideinput.Choice, aside string) {
	to, of := &w.dead, &w.deadOf
	if w.shadows {
		to, of = &w.results, &w.resultOf
	}
	dst := to.Buf
	dst = append(dst, outcomeForm...)
	dst = w.envelope(dst, b, i)
	dst = append(dst, `,"reason":"`...)
	dst = append(dst, reason...)
	dst = append(dst, '"')
	if detail != "" {
		dst = append(dst, `,"detail":`...)
		dst = appendText(dst, shorten(detail))
	}
	if c != nil {
		dst = append(dst, `,"model":`...)
		dst = appendText(dst, c.Name)
		dst = append(dst, `,"version":`...)
		dst = appendText(dst, c.Version)
	}
	dst = append(dst, aside...)
	dst = append(dst, `,"retriable":`...)
	dst = strconv.AppendBool(dst, reason.Retriable())
	if !w.shadows || w.keep {
		dst = appendOriginal(dst, b.Line(i))
	}
	dst = append(dst, '}')
	to.Buf = dst
	to.End()
	if w.ordered {
		*of = append(*of, int32(i))
	}
}

// mostDetail bounds a detail, which may quote the record: the record itself is in the line anyway.
const mostDetail = 500

func shorten(detail string) string {
	if len(detail) <= mostDetail {
		return detail
	}
	cut := mostDetail
	for cut > 0 && !utf8.RuneStart(detail[cut]) {
		cut--
	}
	return detail[:cut] + "…"
}

// envelope appends the record's id and the members that come of its envelope: source, ref, time.
func (w *writer) envelope(dst []byte, b *records.Block, i int) []byte {
	if b.Source == "" { // events of a user's collection have no place
		id := b.Records[i].ID
		dst = appendText(dst, b.Buf[id.Begin:id.End])
	} else {
		w.scratch = b.AppendID(w.scratch[:0], i)
		dst = appendText(dst, w.scratch)
		dst = append(dst, `,"source":`...)
		w.scratch = b.AppendPlace(w.scratch[:0], i)
		dst = appendText(dst, w.scratch)
	}
	if ref := b.Reference(i); len(ref) > 0 {
		dst = append(dst, `,"ref":`...)
		dst = appendText(dst, ref)
	}
	if t := b.Records[i].Time; t != records.NoTime {
		dst = append(dst, `,"time":`...)
		dst = appendTime(dst, t)
	}
	return dst
}

// resultLead is the part of a result line that all results of one fact and document share. aside are members that say
// more about it.
func resultLead(c *sideinput.Choice, sha256, aside string) []byte {
	dst := append([]byte(nil), `,"model":`...)
	dst = appendText(dst, c.Name)
	dst = append(dst, `,"version":`...)
	dst = appendText(dst, c.Version)
	dst = append(dst, `,"sha256":`...)
	dst = appendText(dst, sha256)
	dst = append(dst, `,"at":`...)
	dst = appendTime(dst, c.At)
	if c.HasSeq {
		dst = append(dst, `,"seq":`...)
		dst = strconv.AppendInt(dst, c.Seq, 10)
	}
	return append(dst, aside...)
}

// resultTypes is the part of a result line that says the PMML type of each output.
func resultTypes(m *pmml.Model) []byte {
	dst := append([]byte(nil), `,"types":{`...)
	for i, o := range m.Outputs() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, o.Name)
		dst = append(dst, ':')
		dst = appendText(dst, o.Type.String())
	}
	return append(dst, '}')
}

// appendTime appends milliseconds of the epoch as RFC 3339 in UTC.
func appendTime(dst []byte, ms int64) []byte {
	dst = append(dst, '"')
	dst = time.UnixMilli(ms).UTC().AppendFormat(dst, "2006-01-02T15:04:05.999Z")
	return append(dst, '"')
}

// appendOriginal appends the record as it came: as text, or in base64 where it is not UTF-8.
func appendOriginal(dst, record []byte) []byte {
	if utf8.Valid(record) {
		return appendText(append(dst, `,"original":`...), record)
	}
	dst = append(dst, `,"original_base64":"`...)
	dst = base64.StdEncoding.AppendEncode(dst, record)
	return append(dst, '"')
}

// appendText appends a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // the error only reports invalid UTF-8, which it has replaced
	return dst
}
