package kafka

import (
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// watermark is how far time has come in all partitions of a lane, given what the brokers last said; records.NoTime where
// that is not known of one of them, which may be one that the lane has not begun.
//
// A partition of which all was read that there was when its broker was asked stands idle behind the time of the question.
// A broker that does not answer stops that. With a negative idle such a partition stands where its last record has put
// it, and counts nothing if it never had one.
func (p *Positions) watermark(v *view, idle time.Duration) int64 {
	if v == nil {
		return records.NoTime
	}
	for _, one := range v.lane {
		if p.of(one) == nil {
			return records.NoTime // its start is not known yet
		}
	}
	asked := v.at.Add(-max(idle, 0)).UnixMilli()
	least, counted := int64(0), false
	for i := range p.Partitions {
		at := &p.Partitions[i]
		if at.Gone {
			continue
		}
		t := at.Latest
		if end, ok := v.ends[at.partition()]; ok && end <= at.Next {
			if idle >= 0 {
				t = max(t, asked)
			} else if t == records.NoTime {
				continue
			}
		}
		if !counted || t < least {
			least, counted = t, true
		}
	}
	switch {
	case counted:
		return least
	case len(p.Partitions) == 0:
		return asked // a lane without partitions has no events
	}
	return records.NoTime
}
