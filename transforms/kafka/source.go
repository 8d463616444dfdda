package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Source says which events are read from Kafka, and how. What a zero field stands for is said beside it.
type Source struct {
	Place    Place
	Security Security

	Conversion  records.Conversion // how records' values are read
	Columns     string             // csv: the line that names the columns, which records have not; none
	ModelHeader string             // header that holds the reference of events that name none themselves; none
	IDHeader    string             // header that holds the record id of events that have none themselves; none
	SplitByKey  bool               // the record's key is the split key of events that have none themselves

	Start Start  // where partitions begin to be read that were not read before; Earliest
	Group string // consumer group that offsets are committed to, for those who watch the lag, and in which Committed finds them; none
	OnGap Gap    // what is done about records that the broker no longer has; GapFails

	Parts        int // lanes: partitions that are read side by side are spread over so many; 1
	KeyGroups    int // following, on Flink: the greatest parallelism of the job, over which lanes are spread evenly; 0: they fall where they fall
	BlockRecords int // most records of a block; 100
	BlockBytes   int // bytes after which a block takes no more records; 256 KiB
	RecordBytes  int // most bytes of a record, a longer one is undecodable; 1 MiB

	Follow   bool          // go on reading, and find new partitions; else read up to the end that partitions have
	Hold     time.Duration // following: how long one call reads before it checkpoints; 100 ms
	Gather   time.Duration // following: how long a call goes on after its first records, for others that come close behind; 5 ms
	Wait     bool          // following: wait for records within the call, not between calls; for runners that cut short pauses, as Flink does
	Poll     time.Duration // following without Wait: pause between looks when there is nothing new; 50 ms
	Idle     time.Duration // following: how far the watermark of a partition without new records lies behind the clock; 1 s; negative: it stays where its last record has put it
	Lateness time.Duration // following: how far the watermark stays behind; 0
	Discover time.Duration // following: time between looks for new partitions and topics; 5 s

	CommitAfter time.Duration // with Group: how old an offset is when it is committed; at least twice the time that a checkpoint can take; 260 s
}

// Gap says what is done when the broker no longer has the record that is next, since retention was faster.
type Gap string

// What is done about a gap.
const (
	GapFails    Gap = "fail"     // an error, again and again until somebody decides
	GapEarliest Gap = "earliest" // go on with the first record that is there
	GapLatest   Gap = "latest"   // go on with what comes from now on
)

func (s Source) withDefaults() Source {
	s.Parts = orPositive(s.Parts, 1)
	s.BlockRecords = orPositive(s.BlockRecords, 100)
	s.BlockBytes = orPositive(s.BlockBytes, 256<<10)
	s.RecordBytes = orPositive(s.RecordBytes, 1<<20)
	s.Hold = orPositive(s.Hold, 100*time.Millisecond)
	s.Gather = orPositive(s.Gather, 5*time.Millisecond)
	s.Poll = orPositive(s.Poll, 50*time.Millisecond)
	s.Discover = orPositive(s.Discover, 5*time.Second)
	s.CommitAfter = orPositive(s.CommitAfter, 260*time.Second)
	if s.Idle == 0 {
		s.Idle = time.Second
	}
	if s.Start == "" {
		s.Start = Earliest
	}
	if s.OnGap == "" {
		s.OnGap = GapFails
	}
	return s
}

func orPositive[N int | time.Duration](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}

// mostBlockBytes bounds BlockBytes and RecordBytes: positions within a block are 32 bits wide. mostLanes bounds Parts.
const (
	mostBlockBytes = 1 << 30
	mostLanes      = 1 << 10
)

// Check says what is wrong with the configuration, if anything is. It asks no broker.
func (s Source) Check() error { return s.withDefaults().check() }

func (s Source) check() error {
	if err := s.Place.check(); err != nil {
		return err
	}
	if err := s.Security.checkFor(s.Place.Brokers); err != nil {
		return err
	}
	if _, err := s.Start.time(); err != nil {
		return err
	}
	switch {
	case s.Start == Committed && s.Group == "":
		return errors.New("kafka: to start at committed offsets a group is needed")
	case s.OnGap != GapFails && s.OnGap != GapEarliest && s.OnGap != GapLatest:
		return fmt.Errorf("kafka: on a gap: %q is none of %s, %s, %s", s.OnGap, GapFails, GapEarliest, GapLatest)
	case s.BlockBytes > mostBlockBytes || s.RecordBytes > mostBlockBytes:
		return fmt.Errorf("kafka: blocks and records can have at most %d bytes", mostBlockBytes)
	case s.Parts > mostLanes:
		return fmt.Errorf("kafka: %d lanes; at most %d", s.Parts, mostLanes)
	case s.Lateness < 0:
		return errors.New("kafka: a negative lateness")
	}
	return s.Conversion.Check()
}

// key tells sources apart within a process.
func (s *Source) key() string {
	text, err := json.Marshal(s)
	if err != nil { // the DoFn that holds it travels as JSON
		panic(fmt.Sprintf("kafka: source: %v", err))
	}
	return string(text)
}

// ReadEvents returns PCollections of records.Block, one a branch, as records.ReadFiles does: Parts of them for a bounded
// source, one when following. Blocks hold records of one partition each, and have the least event time of their records
// as timestamp. An event without a time of its own has its record's.
//
// Partitions are spread over Parts lanes. The number of lanes is fixed for the life of a pipeline's state: another number
// of a later run does nothing as long as it starts from that state. A lane reads its partitions side by side and is one
// element, so a checkpoint holds one restriction a lane, whatever the number of partitions.
//
// A bounded source reads each partition up to the end that it has when its lane begins. A following source finds new
// partitions, and new topics of a pattern, and reads these from their front; its end of input is records.Stop. Its
// watermark is the least over its partitions of the greatest event time read, which counts for at most a minute past the
// clock; or if that is more, for a partition of which all was read, Idle less than the time at which the broker was asked for its end;
// less Lateness.
//
// Only records of committed transactions are read. A record without a value (a tombstone), and one longer than
// RecordBytes, is undecodable. Which brokers and topics are there is for the workers to find, but for Start Latest: then the
// ends are read here, so that nothing that comes after the launch is left out.
//
// ReadEvents panics on a wrong configuration; TryReadEvents returns the error.
func ReadEvents(s beam.Scope, source Source, opts ...records.Option) []beam.PCollection {
	blocks, err := TryReadEvents(s, source, opts...)
	if err != nil {
		panic(fmt.Sprintf("kafka.ReadEvents: %v", err))
	}
	return blocks
}

// TryReadEvents is ReadEvents that returns what is wrong.
func TryReadEvents(s beam.Scope, source Source, opts ...records.Option) ([]beam.PCollection, error) {
	source = source.withDefaults()
	if err := source.check(); err != nil {
		return nil, err
	}
	launch, err := source.launch(context.Background())
	if err != nil {
		return nil, err
	}
	o := records.NewOptions(opts...)
	s = s.Scope("kafka.ReadEvents")
	if source.Follow {
		fn := followEventsFn{Source: source, Launch: launch}
		beside := fn
		beside.Source.Gather = source.Hold // what is read is scored and written within the call: there is no need to end it for that
		return []beam.PCollection{o.Follow(s, source.spreadLanes(), &fn, &followEventsBesideFn{beside})}, nil
	}
	branches := make([]beam.PCollection, source.Parts)
	for i, work := range lanes(source.Parts) {
		b := s.Scope(fmt.Sprintf("part%d", i))
		blocks, status := beam.ParDo2(b, &readEventsFn{Source: source, Launch: launch}, o.Gate(b, []records.Work{work}))
		o.Tell(status)
		branches[i] = blocks
	}
	return branches, nil
}

// CheckTopics asks the brokers whether the topics of a source are there, so that a wrong name is known at launch. A pattern
// may mean no topic yet.
func CheckTopics(ctx context.Context, source Source) error {
	if err := source.Check(); err != nil {
		return err
	}
	return source.ask(ctx, func(ctx context.Context, b *broker) error {
		found, err := b.topics(ctx, source.Place)
		if err != nil {
			return err
		}
		for _, topic := range source.Place.Topics {
			if _, ok := found[topic]; !ok {
				return fmt.Errorf("kafka: there is no topic %s at %s", topic, source.Place)
			}
		}
		return nil
	})
}

// askTime bounds what is asked at launch.
const askTime = 30 * time.Second

// ask connects for the time of a question.
func (s *Source) ask(ctx context.Context, question func(ctx context.Context, b *broker) error) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	client, err := connect(s.Place.Brokers, s.Security)
	if err != nil {
		return err
	}
	defer client.Close()
	return question(ctx, &broker{kadm.NewClient(client)})
}

// metadataAge is how soon a client that a broker has refused asks again who leads a partition.
const metadataAge = 200 * time.Millisecond

// connect makes a client, which connects when it is first used.
func connect(brokers []string, security Security, opts ...kgo.Opt) (*kgo.Client, error) {
	secured, err := security.options()
	if err != nil {
		return nil, err
	}
	common := []kgo.Opt{kgo.SeedBrokers(brokers...), kgo.ClientID("beam-pmml"), kgo.MetadataMinAge(metadataAge)}
	return kgo.NewClient(append(append(common, secured...), opts...)...)
}
