package transforms

import (
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&linesFn{})
}

// linesFn makes lines of JSON objects that come one an element.
type linesFn struct{}

func (*linesFn) ProcessElement(object []byte, emit func(records.Lines)) {
	var l records.Lines
	l.Buf = append(l.Buf, object...)
	l.End()
	emit(l)
}

// statusLines writes news.
func statusLines(news ...sideinput.Status) (l records.Lines) {
	for _, s := range news {
		l.Buf = s.AppendJSON(l.Buf)
		l.End()
	}
	return l
}

// effectLines writes what messages do. sources says where each of them was read; nil where that is not known.
func effectLines(effects []sideinput.Effect, sources []string) (l records.Lines) {
	now := time.Now()
	for _, e := range effects {
		source := ""
		if e.Index >= 0 && e.Index < len(sources) { // else about a message that came before
			source = sources[e.Index]
		}
		if s, ok := sideinput.EffectStatus(e, source, now); ok {
			l.Buf = s.AppendJSON(l.Buf)
			l.End()
		}
	}
	return l
}

// modelNews writes what happened to models in this process.
func modelNews(news []modelcache.News) (l records.Lines) {
	for _, n := range news {
		l.Buf = modelStatus(n).AppendJSON(l.Buf)
		l.End()
	}
	return l
}

func modelStatus(n modelcache.News) sideinput.Status {
	body := append([]byte(nil), `{"model":`...)
	body = appendText(body, n.Identity.Name)
	body = append(body, `,"version":`...)
	body = appendText(body, n.Identity.Version)
	body = append(body, `,"uri":`...)
	body = appendText(body, sideinput.ShownURI(n.Identity.URI))
	if n.SHA256 != "" {
		body = append(body, `,"sha256":`...)
		body = appendText(body, n.SHA256)
	}
	if n.Bytes > 0 {
		body = append(body, `,"bytes":`...)
		body = strconv.AppendInt(body, n.Bytes, 10)
	}
	if n.Change != modelcache.Evicted {
		body = append(body, `,"ms":`...)
		body = strconv.AppendFloat(body, float64(n.Took.Microseconds())/1000, 'f', -1, 64)
	}
	if n.Eviction != "" {
		body = append(body, `,"for":`...)
		body = appendText(body, string(n.Eviction))
	}
	if n.Err != nil {
		body = append(body, `,"detail":`...)
		body = appendText(body, n.Err.Err.Error())
		body = append(body, `,"attempts":`...)
		body = strconv.AppendInt(body, int64(n.Err.Attempts), 10)
	}
	if n.Serving != "" {
		body = append(body, `,"serving":`...)
		body = appendText(body, n.Serving)
	}
	if n.Left > 0 {
		body = append(body, `,"left_out":`...)
		body = strconv.AppendInt(body, int64(n.Left), 10)
	}
	body = append(body, '}')
	about := strconv.AppendInt(append([]byte(nil), body...), n.At.UnixMilli(), 10)
	return sideinput.Status{Kind: string(n.Change), ID: sideinput.StatusID(string(n.Change), about), Time: n.At, Body: body}
}
