package pubsub

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
)

func TestAMessageALine(t *testing.T) {
	result := `{"v":1,"id":"e-17","source":"s@60","ref":"fraud","time":"2026-11-01T21:05:28Z","model":"fraud","version":"3","sha256":"9f","revision":3,"outputs":{"model":"no","risk":0.25},"types":{"risk":"double"}}`
	dead := `{"v":1,"id":"e\u002d18","source":"s@148","ref":"fraud@9","reason":"unknown_version","retriable":false,"original":"{\"id\":\"e-18\"}"}`
	status := `{"v":1,"kind":"CONFLICT","id":"6d","time":"2026-11-01T00:00:00Z","worker":"host/17","body":{"version":"x"}}`
	var l records.Lines
	for _, line := range []string{result, dead, status} {
		l.Buf = append(l.Buf, line...)
		l.End()
	}
	var got []*pubsubpb.PubsubMessage
	(&messagesFn{}).ProcessElement(l, func(m *pubsubpb.PubsubMessage) { got = append(got, m) })
	for i, want := range []struct {
		line       string
		attributes map[string]string
	}{
		{result, map[string]string{"id": "e-17", "source": "s@60", "model": "fraud", "version": "3", "sha256": "9f"}},
		{dead, map[string]string{"id": "e-18", "source": "s@148", "reason": "unknown_version"}},
		{status, map[string]string{"kind": "CONFLICT", "id": "6d"}},
	} {
		if string(got[i].GetData()) != want.line {
			t.Errorf("message %d: %s", i, got[i].GetData())
		}
		if diff := cmp.Diff(want.attributes, got[i].GetAttributes()); diff != "" {
			t.Errorf("message %d: %s", i, diff)
		}
	}
}

// Pub/Sub refuses what passes its bounds, again and again.
func TestMessagesThatPubSubTakes(t *testing.T) {
	long := strings.Repeat("i", 5000)
	m := message(fmt.Appendf(nil, `{"v":1,"id":%q,"model":"m"}`, long))
	if diff := cmp.Diff(map[string]string{"model": "m"}, m.GetAttributes()); diff != "" {
		t.Error(diff)
	}
	line := fmt.Appendf(nil, `{"v":1,"id":"e1","outputs":{"x":%q}}`, strings.Repeat("y", 11<<20))
	m = message(line)
	if n := proto.Size(m); n > 10_000_000 {
		t.Errorf("%d bytes", n)
	}
	if m.GetAttributes()["id"] != "e1" || m.GetAttributes()["oversized"] != fmt.Sprint(len(line)) {
		t.Errorf("%v", m.GetAttributes())
	}
	if want := fmt.Sprintf(`{"v":1,"oversized":%d}`, len(line)); string(m.GetData()) != want {
		t.Errorf("%s", m.GetData())
	}
	if m := message([]byte(`no json`)); len(m.GetAttributes()) != 0 || string(m.GetData()) != "no json" {
		t.Errorf("%v", m)
	}
}
