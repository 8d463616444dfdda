package transforms

import (
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// StatusBackdated is the kind of news about a message that holds from further before its record's time than the control
// stream may be late. With WithExact events of the interval that the news names may have been scored without it.
const StatusBackdated = "BACKDATED"

// backdated tells of the messages among those kept that are backdated. recorded is the time of records that have none of
// their own.
func (w *Waits) backdated(effects []sideinput.Effect, recorded int64) (news []sideinput.Status) {
	if !w.Exact {
		return nil
	}
	last := -1
	for _, e := range effects {
		if e.Index <= last { // more about the same message, or about one that came before
			continue
		}
		last = e.Index
		m := e.Message
		until := recorded
		if m.HasRecordTime {
			until = m.RecordTime
		}
		if e.Repeat || e.Kind.Refused() || until <= mtime.MinTimestamp.Milliseconds() || m.At >= until-w.Lateness.Milliseconds() {
			continue
		}
		news = append(news, backdatedStatus(e, until))
	}
	return news
}

// backdatedStatus is the news of any message with the interval's end: it begins at the message's "at".
func backdatedStatus(e sideinput.Effect, until int64) sideinput.Status {
	e.Kind = StatusBackdated
	s, _ := sideinput.EffectStatus(e, "", time.Now())
	s.Body = append(s.Body[:len(s.Body)-1], `,"until":`...)
	s.Body = append(appendTime(s.Body, until), '}')
	return s
}
