package kafka

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Kinds of status about topics and brokers.
const (
	StatusGap       = "GAP"       // the broker no longer has the records from one offset up to another
	StatusGone      = "GONE"      // a topic is not there; what was not read of it cannot be read
	StatusRecreated = "RECREATED" // another topic has taken the name; it is read from its front
	StatusStalled   = "STALLED"   // the brokers do not answer; reading waits
	StatusResumed   = "RESUMED"   // they answer again
)

// news is one piece of status.
type news struct {
	kind  string
	about []byte // what its id is of, besides the kind
	body  any
}

// lines returns the news as a status line.
func (n news) lines(now time.Time) records.Lines {
	body, err := json.Marshal(n.body)
	if err != nil {
		panic(err) // texts and numbers always have a JSON form
	}
	var l records.Lines
	l.Buf = sideinput.Status{Kind: n.kind, ID: sideinput.StatusID(n.kind, n.about), Time: now, Body: body}.AppendJSON(nil)
	l.End()
	return l
}

type gapBody struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	From      int64  `json:"from"` // the record that was next
	To        int64  `json:"to"`   // the record that reading goes on with
}

func gapNews(at *Position, to int64) news {
	about := binary.AppendVarint(binary.AppendVarint([]byte(at.source()+"\x00"), at.Next), to)
	return news{StatusGap, about, gapBody{at.Topic, at.Partition, at.Next, to}}
}

type topicBody struct {
	Topic      string  `json:"topic"`
	Partitions []int32 `json:"partitions,omitempty"` // those that this lane read
	Source     string  `json:"source,omitempty"`     // RECREATED: what stands before partition and offset in places from here on
}

// topicNews is news about the partitions of a topic that a lane reads.
func topicNews(kind, topic string, of []Position) news {
	body := topicBody{Topic: topic}
	about := []byte(topic)
	for i := range of {
		body.Partitions = append(body.Partitions, of[i].Partition)
		about = append(append(about, 0), of[i].source()...)
		about = append(about, of[i].ID[:]...)
		if kind == StatusRecreated {
			body.Source = of[i].name()
		}
	}
	return news{kind, about, body}
}

type brokersBody struct {
	Brokers []string `json:"brokers"`
	Since   string   `json:"since"`
	Detail  string   `json:"detail,omitempty"`
}

// brokersNews is news about brokers that have not answered since then. Those of each lane have an id of their own.
func brokersNews(kind string, brokers []string, lane records.Work, since time.Time, err error) news {
	body := brokersBody{Brokers: brokers, Since: sideinput.FormatTime(since.UnixMilli())}
	if err != nil {
		body.Detail = err.Error()
	}
	about := binary.AppendVarint(binary.AppendVarint([]byte(strings.Join(brokers, ",")+"\x00"), lane.From), since.UnixMilli())
	return news{kind, about, body}
}
