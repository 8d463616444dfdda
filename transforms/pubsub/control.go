package pubsub

import (
	"fmt"
	"strconv"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/sideinput"
)

func init() {
	beam.RegisterDoFn(&rawsFn{})
	register.Emitter1[sideinput.Raw]()
}

// ReadControl returns an unbounded PCollection of sideinput.Raw, one a message, with the message's publish time as the
// record's own timestamp. It panics on what is no subscription; TryReadControl returns the error.
func ReadControl(s beam.Scope, from Resource) beam.PCollection {
	control, err := TryReadControl(s, from)
	if err != nil {
		panic(fmt.Sprintf("pubsub.ReadControl: %v", err))
	}
	return control
}

// TryReadControl is ReadControl that returns what is wrong.
func TryReadControl(s beam.Scope, from Resource) (beam.PCollection, error) {
	if err := from.check(Subscription); err != nil {
		return beam.PCollection{}, err
	}
	s = s.Scope("pubsub.ReadControl")
	return beam.ParDo(s, &rawsFn{Subscription: from.String()}, read(s, from, "", "")), nil
}

// rawsFn makes control records of messages.
type rawsFn struct{ Subscription string }

// mostControl is more than a control message may have, so that the front of a longer one is refused as too long.
const mostControl = 16 << 10

// ProcessElement takes a message.
func (f *rawsFn) ProcessElement(t beam.EventTime, m *pubsubpb.PubsubMessage, emit func(sideinput.Raw)) {
	data := m.GetData()
	emit(sideinput.Raw{
		Data:   data[:min(len(data), mostControl)],
		Source: f.Subscription + "@" + strconv.FormatInt(place(m), 10),
		Time:   t.Milliseconds(), HasTime: true,
	})
}
