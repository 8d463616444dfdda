package kafka

import (
	"context"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// looksUntilGone is how many looks in a row must miss a topic before it counts as gone: brokers that have just started
// may not know all.
const looksUntilGone = 3

// adopt brings the positions of a lane up to what there is: new partitions begin, topics that were deleted are gone, and one
// that has taken a name begins anew.
func (l *lane) adopt(v *view) error {
	var changed []Position
	var told []news
	for name, t := range v.topics {
		back, replaced := l.present(name, t)
		changed = append(append(changed, back...), replaced...)
		if len(replaced) > 0 {
			told = append(told, topicNews(StatusRecreated, name, replaced))
		}
	}
	for name, looks := range v.absent {
		if looks < looksUntilGone {
			continue
		}
		gone, known := l.gone(name)
		if len(gone) > 0 {
			changed = append(changed, gone...)
			told = append(told, topicNews(StatusGone, name, gone))
		} else if !known && l.work.From == 0 && l.reader.scout.tellMissing(name) {
			told = append(told, topicNews(StatusGone, name, nil))
		}
	}
	fresh, err := l.fresh(v)
	if err != nil {
		return err
	}
	if changed = append(changed, fresh...); len(changed) > 0 {
		if err := l.take(claim{partitions: changed, watermark: records.NoTime}); err != nil {
			return err
		}
	}
	for _, n := range told {
		l.to.tell(n)
	}
	for _, at := range fresh {
		l.missed(at)
	}
	if len(changed) > 0 {
		return l.reopen()
	}
	return nil
}

// ofTopic returns the positions of a topic in this lane.
func (p *Positions) ofTopic(name string) (all []Position) {
	for _, at := range p.Partitions {
		if at.Topic == name {
			all = append(all, at)
		}
	}
	return all
}

// present returns the positions that change since a topic is there: those that were gone and are back, and, at its front, those
// of a topic that is another than the one that was read.
func (l *lane) present(name string, t topic) (back, replaced []Position) {
	for _, at := range l.positions.ofTopic(name) {
		there := int(at.Partition) < t.partitions
		switch {
		case at.ID != t.id && at.ID != [16]byte{} && t.id != [16]byte{}:
			at.ID, at.Next, at.Gone = t.id, 0, !there
			at.Generation++
			replaced = append(replaced, at)
		case at.Gone && there:
			at.Gone = false
			back = append(back, at)
		}
	}
	return back, replaced
}

// gone returns the positions of a topic that is no longer there, and whether any are known.
func (l *lane) gone(name string) (changed []Position, known bool) {
	for _, at := range l.positions.ofTopic(name) {
		known = true
		if !at.Gone {
			at.Gone = true
			changed = append(changed, at)
		}
	}
	return changed, known
}

// fresh returns where the lane's partitions begin that it has not read yet.
func (l *lane) fresh(v *view) (begun []Position, err error) {
	var all []partition
	for _, p := range v.lane {
		if l.positions.of(p) == nil {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	starts, err := l.source.starts(ctx, l.reader.broker(), all, l.launch)
	if err != nil {
		if isRefused(err) {
			return nil, err
		}
		return nil, nil // the brokers do not answer now: the next look asks again
	}
	for p, next := range starts {
		begun = append(begun, Position{
			Topic: p.topic, Partition: p.number, ID: v.topics[p.topic].id, Next: next, Latest: records.NoTime,
		})
	}
	return begun, nil
}
