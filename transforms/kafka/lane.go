package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// handler is what the caller of a lane does with what is read.
type handler struct {
	// group takes records of one partition, in their order, none of them a mark of a transaction; it returns the greatest
	// time among them that moves the watermark, and emits them when it is told to.
	group func(at *Position, records []*kgo.Record) (latest int64, emit func())
	// tell takes news.
	tell func(news)
	// moved takes the watermark.
	moved func(ms int64)
	// whole says that partitions count from their first record: it is news if a broker no longer has that.
	whole bool
}

// lane is one call that reads the partitions of a lane side by side. It belongs to one goroutine.
type lane struct {
	source    *Source
	work      records.Work
	launch    map[string][]int64
	to        handler
	claim     func(claim) bool    // false: the rest belongs to another call
	positions Positions           // as claimed
	ends      map[partition]int64 // bounded: where to stop

	reader *reader
	stale  bool // the reader does not read on at the positions
}

// errSplit says that the rest belongs to another call.
var errSplit = errors.New("kafka: the rest was split off")

// open connects for reading on at the positions, unless a call before has left its connection there.
func (l *lane) open() (err error) {
	if l.source.Follow {
		if l.reader = readers.take(l.key()); l.reader != nil {
			return nil
		}
	}
	if l.reader, err = openReader(l.source, l.positions); err != nil {
		return err
	}
	if l.source.Follow {
		l.reader.follow(l.source, l.work)
	}
	return nil
}

func (l *lane) key() string { return laneKey(l.source, l.work) + l.positions.next() }

// reopen connects anew, since positions have changed otherwise than by reading, or the connection is of no more use. Nothing
// is read by it before its own scout has seen that topics are still those that the positions are of: the name alone
// would do for a client that connects.
func (l *lane) reopen() error {
	before := l.reader
	if err := l.open(); err != nil {
		l.reader = before
		return err
	}
	if next, old := l.reader.scout, before.scout; next != nil && old != nil {
		next.inherit(old)
	}
	before.close()
	return nil
}

// take claims positions and moves on to them.
func (l *lane) take(c claim) error {
	if !l.claim(c) {
		return errSplit
	}
	for _, p := range c.partitions {
		l.positions.set(p)
	}
	l.positions.Watermark = max(l.positions.Watermark, c.watermark)
	return nil
}

// scoutSlice is the time between looks for the first answer that a scout has.
const scoutSlice = 5 * time.Millisecond

// read hands on what one poll gives, and returns how many records that were. Where the connection is of no more use, what
// it has fetched besides is left to the next one.
func (l *lane) read(wait time.Duration) (n int, err error) {
	if s := l.reader.scout; s != nil && s.view() == nil {
		time.Sleep(max(min(wait, scoutSlice), 0))
		return 0, nil
	}
	for _, f := range l.reader.poll(wait) {
		for _, topic := range f.Topics {
			for i := range topic.Partitions {
				part := &topic.Partitions[i]
				read, err := l.partition(partition{topic.Topic, part.Partition}, part)
				if n += read; err != nil {
					return n, err
				}
				if l.stale {
					l.stale = false
					return n, l.reopen()
				}
			}
		}
	}
	return n, nil
}

// partition hands on what was fetched of one partition.
func (l *lane) partition(of partition, part *kgo.FetchPartition) (n int, err error) {
	at := l.positions.of(of)
	switch {
	case of.topic == "":
		if errors.Is(part.Err, context.DeadlineExceeded) {
			return 0, nil // the wait is over
		}
		return 0, fmt.Errorf("kafka: %w", part.Err)
	case at == nil:
		return 0, fmt.Errorf("kafka: a record of partition %d of %s, which is not read", of.number, of.topic)
	}
	rs := part.Records
	end, bounded := l.ends[of]
	for bounded && len(rs) > 0 && rs[len(rs)-1].Offset >= end {
		rs = rs[:len(rs)-1]
	}
	n = len(rs)
	for len(rs) > 0 {
		var group []*kgo.Record
		group, rs = l.source.cut(rs)
		if err := l.emit(*at, group); err != nil {
			return n, err
		}
	}
	if n < len(part.Records) {
		at.Next = max(at.Next, end) // what was fetched goes on behind the end
	}
	if part.Err != nil {
		return n, l.fault(*at, part.Err)
	}
	return n, nil
}

// emit claims records of one partition and hands them on.
func (l *lane) emit(at Position, group []*kgo.Record) error {
	at.Next = group[len(group)-1].Offset + 1
	data := group[:0:0]
	for _, r := range group {
		if !r.Attrs.IsControl() {
			data = append(data, r)
		}
	}
	emit := func() {}
	if len(data) > 0 {
		var latest int64
		latest, emit = l.to.group(&at, data)
		at.Latest = max(at.Latest, latest)
	}
	if err := l.take(claim{partitions: []Position{at}, watermark: records.NoTime}); err != nil {
		return err
	}
	emit()
	return nil
}

// cut returns the records of the next block, and those behind.
func (s *Source) cut(rs []*kgo.Record) (group, rest []*kgo.Record) {
	bytes := 0
	for i, r := range rs {
		if i == s.BlockRecords || bytes >= s.BlockBytes {
			return rs[:i], rs[i:]
		}
		bytes += len(r.Value)
	}
	return rs, nil
}

// fault decides about an error of one partition. Such a partition is not fetched again by this connection.
func (l *lane) fault(at Position, err error) error {
	switch {
	case errors.Is(err, kerr.OffsetOutOfRange):
		return l.gap(at)
	case kerr.IsRetriable(err): // a topic that is not known among them: the next scout finds out whether it is gone or another
		l.stale = true
		return nil
	}
	return fmt.Errorf("kafka: partition %d of %s at offset %d: %w", at.Partition, at.Topic, at.Next, err)
}

// gap decides about a record that a broker does not have.
func (l *lane) gap(at Position) error {
	start, end, err := l.bounds(at.partition())
	switch {
	case err != nil && isRefused(err):
		return err
	case err == nil && (at.Next < start || at.Next > end):
		return l.leap(at, start, end)
	}
	l.stale = true // the broker says otherwise now, or nothing: ask again
	return nil
}

// bounds returns the offsets that a partition has, the last one excluded.
func (l *lane) bounds(of partition) (start, end int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	b, one := l.reader.broker(), []partition{of}
	starts, err := b.starts(ctx, one)
	if err != nil {
		return 0, 0, err
	}
	ends, err := b.ends(ctx, one)
	if err != nil {
		return 0, 0, err
	}
	start, known := starts[of]
	end, both := ends[of]
	if !known || !both {
		return 0, 0, fmt.Errorf("kafka: partition %d of %s does not answer", of.number, of.topic)
	}
	return start, end, nil
}

// missed tells of what a partition had before it was first read.
func (l *lane) missed(begun Position) {
	if to := begun.Next; l.to.whole && to > 0 {
		begun.Next = 0
		l.to.tell(gapNews(&begun, to))
	}
}

// leap decides about a position that lies outside [start, end] of its partition.
func (l *lane) leap(at Position, start, end int64) error {
	to := start
	switch l.source.OnGap {
	case GapFails:
		return fmt.Errorf("kafka: partition %d of %s: the record at offset %d is next, and the broker has those from %d up to %d: "+
			"say on a gap earliest or latest to go on without what is missing", at.Partition, at.Topic, at.Next, start, end)
	case GapLatest:
		to = end
	}
	told := gapNews(&at, to)
	at.Next = to
	if err := l.take(claim{partitions: []Position{at}, watermark: records.NoTime}); err != nil {
		return err
	}
	l.to.tell(told)
	l.stale = true
	return nil
}
