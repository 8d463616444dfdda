package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/kafka"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// kafkaOptions are the flags of run that concern --events, --control and --out in Kafka.
type kafkaOptions struct {
	start       string
	group       string
	onGap       string
	hold        time.Duration
	idle        time.Duration
	modelHeader string
	idHeader    string
	splitByKey  bool
	columns     string
	keyField    string
	security    string
	topics      map[string]*string // by name of the output's file, where it is not PREFIX.NAME

	secured kafka.Security // what the file of security says
}

func init() {
	o, f := &runFlags.kafka, ownFlags
	f.StringVar(&o.start, "kafka-start", string(kafka.Earliest), "`where` events from Kafka begin: earliest, latest, committed (offsets of --kafka-group), or a time, as RFC 3339 or epoch milliseconds")
	f.StringVar(&o.group, "kafka-group", "", "consumer `group` that offsets are committed to, late, for monitors of the lag")
	f.StringVar(&o.onGap, "kafka-on-gap", string(kafka.GapFails), "what to do about records that the brokers no longer have: fail, or go on with the earliest or the latest")
	f.DurationVar(&o.hold, "kafka-hold", 100*time.Millisecond, "how long a call waits for records before its bundle ends")
	f.DurationVar(&o.idle, "kafka-idle", time.Second, "how far the watermark of a partition without new events lies behind the clock; 0: it waits for the next event")
	f.StringVar(&o.modelHeader, "kafka-model-header", "", "`header` with the reference of events that name none themselves")
	f.StringVar(&o.idHeader, "kafka-id-header", "", "`header` with the record id of events that have none themselves")
	f.BoolVar(&o.splitByKey, "kafka-split-by-key", false, "a label splits events that have no --split-field by their record's key")
	f.StringVar(&o.columns, "kafka-columns", "", "the `line` of column names of csv events, which records in Kafka have not")
	f.StringVar(&o.keyField, "kafka-key-field", "id", "`member` of an output line that is its record's key")
	f.StringVar(&o.security, "kafka-security", "", "JSON `file` that says how to connect: tls and sasl (default: in the clear)")
	o.topics = map[string]*string{}
	for _, name := range []string{resultsFile, deadLettersFile, statusFile, shadowsFile} {
		o.topics[name] = f.String(outputName(name)+"-topic", "", "`topic` for "+outputName(name)+" (default: --out's, a dot, "+outputName(name)+")")
	}
}

// outputName is the name of an output, without the end of its file's.
func outputName(file string) string { return strings.TrimSuffix(file, filepath.Ext(file)) }

// checkKafka completes the options about Kafka and says what is wrong with them.
func (o *runOptions) checkKafka() error {
	if kafka.IsPlace(o.control) && o.models == "" && o.allow == "" {
		return fmt.Errorf("--control in Kafka needs --models, the folder below which relative uris lie, or --allow-models")
	}
	if o.kafka.security != "" {
		secured, err := kafka.ReadSecurity(o.kafka.security)
		if err != nil {
			return fmt.Errorf("--kafka-security: %w", err)
		}
		o.kafka.secured = secured
	}
	if o.kafka.hold < 0 || o.kafka.idle < 0 {
		return fmt.Errorf("--kafka-hold and --kafka-idle must not be negative")
	}
	for _, in := range []struct {
		flag, place string
		source      func() (kafka.Source, error)
	}{{"--events", o.events, o.kafkaEvents}, {"--control", o.control, o.kafkaControl}} {
		if !kafka.IsPlace(in.place) {
			continue
		}
		source, err := in.source()
		if err == nil {
			err = source.Check()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", in.flag, err)
		}
	}
	if !kafka.IsPlace(o.out) {
		return nil
	}
	for _, name := range o.outputs() {
		if _, err := o.topic(name); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// kafkaEvents says which events are read from Kafka and how.
func (o *runOptions) kafkaEvents() (kafka.Source, error) {
	k := &o.kafka
	s, err := o.kafkaSource(o.events)
	s.Conversion, s.Columns, s.BlockRecords = o.conversion(), k.columns, o.block
	s.ModelHeader, s.IDHeader, s.SplitByKey = k.modelHeader, k.idHeader, k.splitByKey
	s.Start, s.Group, s.CommitAfter = kafka.Start(k.start), k.group, o.commitAfter()
	s.Parts = o.parts
	if o.runner == "flink" {
		s.KeyGroups = flink.MaxParallelism()
	}
	if o.streaming && o.local() {
		s.Parts = 1 // the embedded runner would read lanes in turn
	}
	if s.Idle = k.idle; s.Idle == 0 {
		s.Idle = -1
	}
	return s, err
}

func (o *runOptions) kafkaControl() (kafka.Source, error) {
	s, err := o.kafkaSource(o.control)
	if o.exact {
		s.Lateness = o.lateness
	}
	return s, err
}

func (o *runOptions) kafkaSource(text string) (kafka.Source, error) {
	place, err := kafka.ParsePlace(text)
	return kafka.Source{
		Place: place, Security: o.kafka.secured, OnGap: kafka.Gap(o.kafka.onGap),
		Follow: o.streaming, Hold: o.kafka.hold, Wait: !o.local(),
	}, err
}

// commitAfter is when a checkpoint has an offset for certain: twice the time that one takes from the last at most.
func (o *runOptions) commitAfter() time.Duration {
	if o.local() {
		return 0
	}
	sum := time.Duration(0)
	for _, name := range []string{"flink-checkpoint-interval", "flink-checkpoint-timeout"} {
		if f := flag.Lookup(name); f != nil {
			if d, err := time.ParseDuration(f.Value.String()); err == nil {
				sum += d
			}
		}
	}
	return 2 * sum
}

// topic is where one kind of output goes in Kafka.
func (o *runOptions) topic(file string) (kafka.Sink, error) {
	place, err := kafka.ParsePlace(o.out)
	if err != nil {
		return kafka.Sink{}, err
	}
	if len(place.Topics) != 1 {
		return kafka.Sink{}, fmt.Errorf("%q names not one prefix of topics", o.out)
	}
	topic := place.Topics[0] + "." + outputName(file)
	if given := o.kafka.topics[file]; given != nil && *given != "" {
		topic = *given
	}
	place.Topics[0] = topic
	if _, err := kafka.ParsePlace(place.String()); err != nil {
		return kafka.Sink{}, err
	}
	return kafka.Sink{Brokers: place.Brokers, Topic: topic, Security: o.kafka.secured, KeyField: o.kafka.keyField, Leaf: o.leaf(file)}, nil
}

// readEvents reads events from where they are.
func (o *runOptions) readEvents(s beam.Scope, opts ...records.Option) ([]beam.PCollection, error) {
	if !kafka.IsPlace(o.events) {
		return records.TryReadFiles(s, o.fileSource(), opts...)
	}
	source, err := o.kafkaEvents()
	if err != nil {
		return nil, err
	}
	return kafka.TryReadEvents(s, source, opts...)
}

// readControl reads messages from where they are.
func (o *runOptions) readControl(s beam.Scope, opts ...records.Option) (beam.PCollection, error) {
	if !kafka.IsPlace(o.control) {
		return records.TryReadControl(s, o.controlSource(), opts...)
	}
	source, err := o.kafkaControl()
	if err != nil {
		return beam.PCollection{}, err
	}
	return kafka.TryReadControl(s, source, opts...)
}

// presentControl reads the messages that are there now.
func (o *runOptions) presentControl(ctx context.Context) ([]sideinput.Raw, error) {
	if o.dataflow() {
		return o.pubsub.readBase()
	}
	if !kafka.IsPlace(o.control) {
		return records.PresentControl(o.controlSource())
	}
	source, err := o.kafkaControl()
	if err != nil {
		return nil, err
	}
	return kafka.PresentControl(ctx, source)
}

// write writes one kind of output to where it goes.
func (o *runOptions) write(s beam.Scope, file string, lines beam.PCollection) error {
	if !kafka.IsPlace(o.out) {
		return records.TryWriteLines(s, o.sink(file), lines)
	}
	sink, err := o.topic(file)
	if err != nil {
		return err
	}
	return kafka.TryWrite(s, sink, lines)
}

// outputPlace is where one kind of output goes, as a person is told.
func (o *runOptions) outputPlace(file string) string {
	if !kafka.IsPlace(o.out) {
		return filepath.Join(o.out, file)
	}
	sink, err := o.topic(file)
	if err != nil {
		return o.out
	}
	return kafka.Place{Brokers: sink.Brokers, Topics: []string{sink.Topic}}.String()
}

// checkTopics asks the brokers for the topics of events, so that a wrong name is known before anything runs.
func (o *runOptions) checkTopics(ctx context.Context) error {
	if !kafka.IsPlace(o.events) {
		return nil
	}
	source, err := o.kafkaEvents()
	if err != nil {
		return err
	}
	return kafka.CheckTopics(ctx, source)
}
