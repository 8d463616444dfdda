package pubsub

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"google.golang.org/protobuf/proto"
)

// What Dataflow is asked to read and write: its own transforms, with these payloads.
func TestTransformsOfTheRunner(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	blocks := ReadEvents(s, Source{Subscription: events, IDAttribute: "key", TimeAttribute: "ts"})
	ReadControl(s, Resource{Subscription, "my-project", "control"})
	Write(s, Resource{Topic, "other-project", "results"}, beam.ParDo(s, func(records.Block) records.Lines { return records.Lines{} }, blocks))
	edges, _, err := p.Build()
	if err != nil {
		t.Fatal(err)
	}
	env, err := graphx.CreateEnvironment(context.Background(), graphx.URNEnvProcess, func(context.Context) string { return "{}" })
	if err != nil {
		t.Fatal(err)
	}
	model, err := graphx.Marshal(edges, &graphx.Options{Environment: env})
	if err != nil {
		t.Fatal(err)
	}
	reads, writes := map[string]*pipepb.PubSubReadPayload{}, map[string]bool{}
	for _, transform := range model.GetComponents().GetTransforms() {
		switch spec := transform.GetSpec(); spec.GetUrn() {
		case "beam:transform:pubsub_read:v1":
			var r pipepb.PubSubReadPayload
			if err := proto.Unmarshal(spec.GetPayload(), &r); err != nil {
				t.Fatal(err)
			}
			reads[r.GetSubscription()] = &r
		case "beam:transform:pubsub_write:v1":
			var w pipepb.PubSubWritePayload
			if err := proto.Unmarshal(spec.GetPayload(), &w); err != nil {
				t.Fatal(err)
			}
			writes[w.GetTopic()] = true
		}
	}
	for _, out := range model.GetComponents().GetPcollections() {
		if out.GetIsBounded() == pipepb.IsBounded_BOUNDED {
			t.Errorf("%s is bounded: the job would not be a streaming one", out.GetUniqueName())
		}
	}
	r := reads["projects/my-project/subscriptions/events"]
	if r.GetIdAttribute() != "key" || r.GetTimestampAttribute() != "ts" || !r.GetWithAttributes() {
		t.Errorf("events: %v", r)
	}
	r = reads["projects/my-project/subscriptions/control"]
	if r.GetIdAttribute() != "" || r.GetTimestampAttribute() != "" || !r.GetWithAttributes() {
		t.Errorf("control: %v", r)
	}
	if len(reads) != 2 || len(writes) != 1 || !writes["projects/other-project/topics/results"] {
		t.Errorf("reads %v, writes %v", reads, writes)
	}
}

func TestWrongConfigurations(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	for want, cfg := range map[string]Source{
		"csv needs a line":           {Subscription: events, Conversion: records.Conversion{Kind: records.CSV}},
		"kind \"xml\"":               {Subscription: events, Conversion: records.Conversion{Kind: "xml"}},
		"is none of the":             {Subscription: Resource{Topic, "my-project", "events"}},
		"has no project's id":        {Subscription: Resource{Subscription, "P", "events"}},
		"has no name of 3":           {Subscription: Resource{Subscription, "my-project", "x"}},
		"is none of the subscriptio": {},
	} {
		if _, err := TryReadEvents(s, cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %s", cfg, err, want)
		}
	}
	if _, err := TryReadControl(s, Resource{Topic, "my-project", "control"}); err == nil {
		t.Error("control from a topic")
	}
	if err := TryWrite(s, events, beam.PCollection{}); err == nil {
		t.Error("outcomes to a subscription")
	}
}
