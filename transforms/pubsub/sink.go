package pubsub

import (
	"bytes"
	"fmt"
	"strconv"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/pubsubio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/go-json-experiment/json/jsontext"
)

func init() {
	beam.RegisterDoFn(&messagesFn{})
	register.Emitter1[*pubsubpb.PubsubMessage]()
}

// Write publishes a PCollection of records.Lines to a topic, one message a line. Members of the line that say what it is
// about are attributes of the message: id, source, model, version, sha256, reason, kind; so a subscription can filter by
// them, and who reads it drops by id what was published twice. It panics on what is no topic; TryWrite returns the error.
func Write(s beam.Scope, to Resource, lines beam.PCollection) {
	if err := TryWrite(s, to, lines); err != nil {
		panic(fmt.Sprintf("pubsub.Write: %v", err))
	}
}

// TryWrite is Write that returns what is wrong.
func TryWrite(s beam.Scope, to Resource, lines beam.PCollection) error {
	if err := to.check(Topic); err != nil {
		return err
	}
	s = s.Scope("pubsub.Write")
	pubsubio.Write(s, to.Project, to.Name, beam.ParDo(s, &messagesFn{}, lines))
	return nil
}

// messagesFn makes a message of each line.
type messagesFn struct{}

// ProcessElement takes lines.
func (*messagesFn) ProcessElement(l records.Lines, emit func(*pubsubpb.PubsubMessage)) {
	for i := range l.Len() {
		emit(message(l.Line(i)))
	}
}

// Bounds of Pub/Sub: a message has at most 10 MB with its attributes, the value of an attribute at most 1024 bytes.
const (
	mostLine      = 9 << 20
	mostAttribute = 1024
)

// message makes a message of a line. One that Pub/Sub would refuse for ever is replaced by one that says so, with the
// attributes of the line, since a bundle that fails for ever stops all others.
func message(line []byte) *pubsubpb.PubsubMessage {
	m := &pubsubpb.PubsubMessage{Data: line, Attributes: attributes(line)}
	if len(line) > mostLine {
		m.Data = strconv.AppendInt([]byte(`{"v":1,"oversized":`), int64(len(line)), 10)
		m.Data = append(m.Data, '}')
		m.Attributes["oversized"] = strconv.Itoa(len(line))
	}
	return m
}

// isAttribute says which members of a line become attributes; isBulk, behind which there are none of these.
func isAttribute(member string) bool {
	switch member {
	case "id", "source", "model", "version", "sha256", "reason", "kind":
		return true
	}
	return false
}

func isBulk(member string) bool {
	return member == "outputs" || member == "original" || member == "body"
}

// attributes reads the members of a line, which this program has written. An empty one, or one that is too long for an
// attribute, is none.
func attributes(line []byte) map[string]string {
	found := map[string]string{}
	d := jsontext.NewDecoder(bytes.NewReader(line))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return found
	}
	for {
		t, err := d.ReadToken()
		if err != nil || t.Kind() != '"' || isBulk(t.String()) {
			return found
		}
		name := t.String()
		if !isAttribute(name) || d.PeekKind() != '"' {
			if d.SkipValue() != nil {
				return found
			}
			continue
		}
		value, err := d.ReadToken()
		if err != nil {
			return found
		}
		if text := value.String(); text != "" && len(text) <= mostAttribute {
			found[name] = text
		}
	}
}
