package kafka

import (
	"context"
	"slices"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&idsFn{})
	beam.RegisterDoFn(&rawsFn{})
}

// idsFn turns blocks into lines of their ids.
type idsFn struct{}

func (*idsFn) ProcessElement(b records.Block, emit func(records.Lines)) { emit(lines(ids(b)...)) }

// rawsFn turns control records into lines of place and value.
type rawsFn struct{}

func (*rawsFn) ProcessElement(r sideinput.Raw, emit func(records.Lines)) {
	emit(lines(r.Source + " " + string(r.Data)))
}

// copyIDs builds a pipeline that writes the ids of events, and the messages, to the topic "out".
func copyIDs(f *fake, s beam.Scope, follow bool, opts ...records.Option) {
	sink := Sink{Brokers: f.ListenAddrs(), Topic: "out"}
	for _, blocks := range ReadEvents(s, Source{Place: f.place("ev"), Parts: 2, Follow: follow}, opts...) {
		Write(s, sink, beam.ParDo(s, &idsFn{}, blocks))
	}
	Write(s, sink, beam.ParDo(s, &rawsFn{}, ReadControl(s, Source{Place: f.place("c"), Follow: follow}, opts...)))
}

func TestPipelines(t *testing.T) {
	for name, follow := range map[string]bool{"to the end": false, "following": true} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.topic("ev", 3)
			f.topic("c", 1)
			f.topic("out", 1)
			f.put("ev", 0, 10, events(150)...)
			f.put("ev", 1, 10, events(2)...)
			f.put("c", 0, 10, "message")
			want := append(append(places("ev-0", 0, 150), places("ev-1", 0, 2)...), "c-0-0 message")
			p, s := beam.NewPipelineWithRoot()
			var status []beam.PCollection
			copyIDs(f, s, follow, records.WithStatus(&status))
			if len(status) == 0 {
				t.Error("the sources tell no status")
			}
			t.Cleanup(func() { stopping = records.Stopping })
			stopped := make(chan struct{})
			stopping = func() <-chan struct{} { return stopped }
			done := make(chan error)
			go func() {
				_, err := beam.Run(context.Background(), "prism", p)
				done <- err
			}()
			var got []string
			for _, r := range f.all("out", len(want)) {
				got = append(got, string(r.Value))
			}
			close(stopped) // now a following pipeline runs dry
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
