package kafka

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// reader is the connection by which a lane reads its partitions from where its positions are: one client, which fetches
// from all brokers side by side and ahead of the calls. It belongs to one call at a time.
type reader struct {
	client *kgo.Client
	scout  *scout // nil: the end is known, nobody looks for more
	stop   context.CancelFunc
	empty  bool        // there is no partition to read
	unused *time.Timer // while it is kept: closes it
}

// How much a client fetches ahead. A batch that is larger is read all the same.
const (
	fetchBytes          = 8 << 20 // from each broker
	fetchPartitionBytes = 1 << 20
	fetchWait           = 500 * time.Millisecond
)

// openReader connects for reading on at the positions. Only committed records are read, and the marks of transactions are
// handed on with them: so that what was read reaches the end that a broker tells.
func openReader(source *Source, positions Positions) (*reader, error) {
	from := map[string]map[int32]kgo.Offset{}
	for i := range positions.Partitions {
		at := &positions.Partitions[i]
		if at.Gone {
			continue
		}
		if from[at.Topic] == nil {
			from[at.Topic] = map[int32]kgo.Offset{}
		}
		from[at.Topic][at.Partition] = kgo.NewOffset().At(at.Next)
	}
	client, err := connect(source.Place.Brokers, source.Security,
		kgo.ConsumePartitions(from), kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(fetchBytes), kgo.FetchMaxPartitionBytes(fetchPartitionBytes), kgo.FetchMaxWait(fetchWait))
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	return &reader{client: client, stop: client.Close, empty: len(from) == 0}, nil
}

// follow lets a scout look about for the lane as long as the reader is open.
func (r *reader) follow(source *Source, lane records.Work) {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = func() { cancel(); r.client.Close() }
	var l *lag
	if source.Group != "" {
		l = lagOf(laneKey(source, lane), source.CommitAfter)
	}
	r.scout = newScout(source, lane, r.broker(), l)
	go r.scout.run(ctx)
}

// broker asks by the reader's connection.
func (r *reader) broker() *broker { return &broker{kadm.NewClient(r.client)} }

// close gives the connection up. It does not wait for what is under way.
func (r *reader) close() { go r.stop() }

// mostPolled bounds the records that are taken at once.
const mostPolled = 10_000

// pollSlice bounds one wait, so that Stop is heard.
const pollSlice = 100 * time.Millisecond

// poll takes what has been fetched. Where there is nothing it waits so long for something, or pollSlice.
func (r *reader) poll(wait time.Duration) kgo.Fetches {
	wait = min(wait, pollSlice)
	switch {
	case r.empty:
		time.Sleep(max(wait, 0))
		return nil
	case wait <= 0:
		return r.client.PollRecords(nil, mostPolled) //nolint:staticcheck // nil is how PollRecords is told not to wait
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	return r.client.PollRecords(ctx, mostPolled)
}

// hasMore says whether records have been fetched that were not taken yet.
func (r *reader) hasMore() bool { return r.client.BufferedFetchRecords() > 0 }

// stopping is closed once sources are to end; tests put another in its place.
var stopping = records.Stopping

func isStopping() bool {
	select {
	case <-stopping():
		return true
	default:
		return false
	}
}

// readers keeps connections between the calls of a lane, found by what they would read next: a call whose restriction
// begins elsewhere, as after a failure, opens another. What nobody comes for is closed after keepReader.
var readers = readerStore{kept: map[string]*reader{}}

type readerStore struct {
	sync.Mutex
	kept map[string]*reader
}

const keepReader = 30 * time.Second

// take returns the reader that has stopped there, or nil; nobody else gets it then.
func (s *readerStore) take(key string) *reader {
	s.Lock()
	defer s.Unlock()
	r := s.kept[key]
	if r != nil {
		r.unused.Stop()
		delete(s.kept, key)
	}
	return r
}

// put keeps a reader for the call that goes on there.
func (s *readerStore) put(key string, r *reader) {
	s.Lock()
	defer s.Unlock()
	if old := s.kept[key]; old != nil {
		old.unused.Stop()
		old.close()
	}
	s.kept[key] = r
	r.unused = time.AfterFunc(keepReader, func() { s.drop(key, r) })
}

// drop closes a reader that nobody came for.
func (s *readerStore) drop(key string, r *reader) {
	s.Lock()
	defer s.Unlock()
	if s.kept[key] == r {
		delete(s.kept, key)
		r.close()
	}
}

func laneKey(source *Source, lane records.Work) string {
	return fmt.Sprintf("%s %d/%d ", source.key(), lane.From, lane.To)
}
