package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&writeFn{})
	register.Emitter1[int]()
}

// Sink says where lines go. What a zero field stands for is said beside it.
type Sink struct {
	Brokers  []string
	Topic    string
	Security Security

	KeyField  string        // the member of a line that is its record's key; "id"
	LineBytes int           // most bytes of a line: longer ones go without what makes them long; 900,000, which suits a broker's max.message.bytes as it is unless changed
	Leaf      bool          // nothing follows the writing: two steps less, for runners that need none (records.End)
	Timeout   time.Duration // how long brokers may take a bundle's records to write before the bundle fails; 5 min
}

func (s Sink) withDefaults() Sink {
	if s.KeyField == "" {
		s.KeyField = "id"
	}
	s.LineBytes = orPositive(s.LineBytes, 900_000)
	s.Timeout = orPositive(s.Timeout, 5*time.Minute)
	return s
}

// leastLineBytes is what a line needs without what makes it long.
const leastLineBytes = 600_000

func (s Sink) check() error {
	if err := (Place{Brokers: s.Brokers, Topics: []string{s.Topic}}).check(); err != nil {
		return err
	}
	if s.LineBytes < leastLineBytes || s.LineBytes > mostBlockBytes {
		return fmt.Errorf("kafka: lines of at most %d bytes; it must be %d to %d", s.LineBytes, leastLineBytes, mostBlockBytes)
	}
	return s.Security.checkFor(s.Brokers)
}

// Write writes a PCollection of records.Lines to a topic, a record a line: the line without its end is the value, KeyField
// of it the key, so that lines of one key keep their order. Headers repeat what a consumer needs to drop what came twice
// and to choose: id, source, model, version, sha256, as far as the line has them.
//
// The producer is idempotent: what it sends again by itself is written once. A bundle ends when the brokers have all its
// records, and fails if they refuse one; so a bundle that is repeated writes its lines again, with the same id and
// source. A topic that is not there is made if the brokers make topics by themselves.
func Write(s beam.Scope, sink Sink, lines beam.PCollection) {
	if err := TryWrite(s, sink, lines); err != nil {
		panic(fmt.Sprintf("kafka.Write: %v", err))
	}
}

// TryWrite is Write that returns what is wrong.
func TryWrite(s beam.Scope, sink Sink, lines beam.PCollection) error {
	sink = sink.withDefaults()
	if err := sink.check(); err != nil {
		return err
	}
	s = s.Scope("kafka.Write")
	if written := beam.ParDo(s, &writeFn{Sink: sink}, lines); !sink.Leaf {
		records.End(s, written)
	}
	return nil
}

// writeFn writes lines.
type writeFn struct {
	Sink Sink

	client *kgo.Client
	facts  *lineFacts
	bundle *delivery
}

// Setup joins the writers of the process.
func (f *writeFn) Setup() (err error) {
	f.facts = newLineFacts(f.Sink.KeyField)
	f.client, err = producers.of(f.Sink)
	return err
}

// StartBundle begins with nothing.
func (f *writeFn) StartBundle(func(int)) { f.bundle = &delivery{} }

// ProcessElement hands lines to the producer. The emitter is never used.
func (f *writeFn) ProcessElement(l records.Lines, _ func(int)) error {
	for i := range l.Len() {
		r := f.record(l.Line(i))
		f.bundle.some = true
		f.bundle.left.Add(1)
		f.client.Produce(context.Background(), r, f.bundle.arrived)
	}
	return f.bundle.failure()
}

// record is the record of one line.
func (f *writeFn) record(line []byte) *kgo.Record {
	facts := f.facts.read(line)
	if len(line) > f.Sink.LineBytes {
		line = shorten(line)
	}
	return &kgo.Record{Topic: f.Sink.Topic, Key: facts.key, Value: line, Headers: facts.headers}
}

// FinishBundle sends what lingers and waits until the brokers have all records.
func (f *writeFn) FinishBundle(ctx context.Context, _ func(int)) error {
	if !f.bundle.some {
		return nil
	}
	_ = f.client.Flush(over) // it ends lingers first, and its waiting, which would be for other bundles too, at once
	return f.bundle.wait(ctx, f.Sink)
}

// over is a context that has ended.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// delivery counts the records of one bundle.
type delivery struct {
	some bool // there are any
	left sync.WaitGroup

	mu  sync.Mutex
	err error
}

// arrived is called once for each record, from goroutines of the producer.
func (d *delivery) arrived(r *kgo.Record, err error) {
	if err != nil {
		d.mu.Lock()
		if d.err == nil {
			d.err = fmt.Errorf("kafka: topic %s: %w", r.Topic, err)
		}
		d.mu.Unlock()
	}
	d.left.Done()
}

func (d *delivery) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// wait returns once all records have arrived, or one was refused.
func (d *delivery) wait(ctx context.Context, sink Sink) error {
	all := make(chan struct{})
	go func() {
		d.left.Wait()
		close(all)
	}()
	timeout := time.NewTimer(sink.Timeout)
	defer timeout.Stop()
	select {
	case <-all:
		return d.failure()
	case <-timeout.C:
		return errors.Join(fmt.Errorf("kafka: topic %s: the brokers did not take all records of a bundle in %v", sink.Topic, sink.Timeout), d.failure())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// producers are the process's clients, one for each way of connecting: all bundles write through them.
var producers = producerStore{clients: map[string]*kgo.Client{}}

type producerStore struct {
	sync.Mutex
	clients map[string]*kgo.Client
}

// How much a producer gathers.
const (
	produceLinger  = 2 * time.Millisecond // so that records of one bundle make few batches
	bufferedBytes  = 64 << 20             // beyond it, writing waits
	overheadOfLine = 100_000              // of key and headers, beside the line
)

func (s *producerStore) of(sink Sink) (*kgo.Client, error) {
	key := fmt.Sprintf("%q %d %s", sink.Brokers, sink.LineBytes, sink.Security.key())
	s.Lock()
	defer s.Unlock()
	if c := s.clients[key]; c != nil {
		return c, nil
	}
	c, err := connect(sink.Brokers, sink.Security, kgo.AllowAutoTopicCreation(), kgo.ProducerLinger(produceLinger),
		kgo.MaxBufferedBytes(bufferedBytes), kgo.ProducerBatchMaxBytes(int32(sink.LineBytes+overheadOfLine)))
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	s.clients[key] = c
	return c, nil
}
