package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/pubsub"
)

// pubsubOptions are the flags of run for events, control and outcomes in Pub/Sub.
type pubsubOptions struct {
	base          string
	idAttribute   string
	timeAttribute string
}

// The flags join ownFlags before runflags.go hands these on: init functions of a package run by the names of its files.
func init() {
	o, f := &runFlags.pubsub, ownFlags
	f.StringVar(&o.base, "control-base", "", "`file` of the control messages so far, a path or gs:// uri: with control in Pub/Sub, which keeps nothing")
	f.StringVar(&o.idAttribute, "pubsub-id-attribute", "", "`name` of the attribute with the record id of events without one (default: the message's id)")
	f.StringVar(&o.timeAttribute, "pubsub-time-attribute", "", "`name` of the attribute with the event time of events without one (default: the publish time)")
}

// checkPubSub says whether the places suit the runner: Pub/Sub is read by Dataflow alone, and Dataflow's workers see nothing
// of this machine.
func (o *runOptions) checkPubSub() error {
	places := []struct{ flag, place string }{{"events", o.events}, {"control", o.control}, {"out", o.out}}
	if !o.dataflow() {
		for _, p := range places {
			if pubsub.IsPlace(p.place) {
				return fmt.Errorf("--%s: %s: Pub/Sub is read and written by the service Dataflow itself (Beam's pubsubio), by no other runner: add --runner=dataflow", p.flag, p.place)
			}
		}
		if o.pubsub != (pubsubOptions{}) {
			return errors.New("--control-base, --pubsub-id-attribute and --pubsub-time-attribute are for events and control in Pub/Sub")
		}
		return nil
	}
	for _, p := range places {
		if !pubsub.IsPlace(p.place) {
			return fmt.Errorf("--%s: %s: on Dataflow, whose workers see no files of this machine, this is a place in Pub/Sub: give pubsub://PROJECT/NAME", p.flag, p.place)
		}
	}
	if _, _, _, err := o.pubsubPlaces(); err != nil {
		return err
	}
	switch {
	case o.models != "":
		return errors.New("--models: Dataflow's workers see no folder of this machine: name documents by their whole uri, and list --allow-models=gs://…")
	case o.allow == "":
		return errors.New("--allow-models: say where documents may be opened, such as gs://BUCKET/models: nothing is by default")
	case o.order == string(transforms.OrderPartition):
		return fmt.Errorf("--order=%s: messages of a subscription have no order that could be kept", transforms.OrderPartition)
	case o.exact:
		return errors.New("--exact: Dataflow only estimates the watermark of a control stream in Pub/Sub, so that it says too little")
	}
	for _, entry := range list(o.allow) {
		if !strings.Contains(entry, "://") {
			return fmt.Errorf("--allow-models: %s: Dataflow's workers see no folder of this machine: list uris, such as gs://BUCKET/models", entry)
		}
	}
	o.streaming = true // Pub/Sub has no end
	return nil
}

// pubsubPlaces reads the three places. That of the outcomes is the front of the topics' names.
func (o *runOptions) pubsubPlaces() (events, control, out pubsub.Resource, err error) {
	for _, p := range []struct {
		flag, place string
		kind        pubsub.Kind
		into        *pubsub.Resource
	}{
		{"events", o.events, pubsub.Subscription, &events}, {"control", o.control, pubsub.Subscription, &control}, {"out", o.out, pubsub.Topic, &out},
	} {
		if *p.into, err = pubsub.Parse(p.kind, p.place); err != nil {
			return events, control, out, fmt.Errorf("--%s: %w", p.flag, err)
		}
	}
	return events, control, out, nil
}

// topic is where one kind of outcome goes: --out, a point, and the file's name without its ending.
func topic(out pubsub.Resource, file string) pubsub.Resource {
	out.Name += "." + strings.TrimSuffix(file, filepath.Ext(file))
	return out
}

// buildPubSub puts the main job together for Dataflow.
func buildPubSub(s beam.Scope, o *runOptions, base []sideinput.Message) error {
	events, control, out, err := o.pubsubPlaces()
	if err != nil {
		return err
	}
	messages, err := pubsub.TryReadControl(s.Scope("control"), control)
	if err != nil {
		return err
	}
	blocks, err := pubsub.TryReadEvents(s.Scope("events"), pubsub.Source{
		Subscription: events, IDAttribute: o.pubsub.idAttribute, TimeAttribute: o.pubsub.timeAttribute,
		Conversion: o.conversion(), BlockRecords: o.block,
	})
	if err != nil {
		return err
	}
	outcome, err := transforms.TryScore(s, blocks, messages, o.scoreOptions(base)...)
	if err != nil {
		return err
	}
	outputs := []output{{resultsFile, outcome.Results}, {deadLettersFile, outcome.DeadLetters}, {statusFile, outcome.Status}}
	if o.shadow != "" {
		outputs = append(outputs, output{shadowsFile, outcome.Shadows})
	}
	for _, w := range outputs {
		if err := pubsub.TryWrite(s.Scope(w.name), topic(out, w.name), w.lines); err != nil {
			return err
		}
	}
	return nil
}

// readBase reads the messages that were in force before this launch. A line that cannot be used is an error: no stream
// tells of it later.
func (o *pubsubOptions) readBase() ([]sideinput.Raw, error) {
	if o.base == "" {
		return nil, nil
	}
	uri := o.base
	if !strings.Contains(uri, "://") {
		path, err := filepath.Abs(uri)
		if err != nil {
			return nil, err
		}
		uri = path
	}
	place, _, _ := strings.Cut(uri, "?")
	store, err := modelstore.New(modelstore.Config{Allow: []string{place}})
	if err != nil {
		return nil, err
	}
	data, _, err := store.Fetch(context.Background(), uri)
	if err != nil {
		return nil, err
	}
	var raws []sideinput.Raw
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		raw := sideinput.Raw{Data: bytes.Clone(line), Source: o.base + ":" + strconv.Itoa(n)}
		if _, err := raw.Message(); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", o.base, n, err)
		}
		raws = append(raws, raw)
	}
	return raws, lines.Err()
}
