package kafka

import (
	"hash/fnv"
	"strconv"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"

	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
	"github.com/beam-pmml/beam-pmml/transforms/internal/keygroup"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// lanes are the work of a source: one element a lane.
func lanes(n int) []records.Work {
	work := make([]records.Work, n)
	for i := range work {
		work[i] = records.Work{From: int64(i), To: int64(n)}
	}
	return work
}

// mostSalts bounds the search for what makes a lane fall where it is to.
const mostSalts = 1 << 16

// spreadLanes are the lanes, so named that each falls into a part of its own of Flink's key groups: as many subtasks as there are
// lanes, or a number that divides theirs, then have equal numbers of them. A lane for which no such name is found falls anywhere.
func (s *Source) spreadLanes() []records.Work {
	all := lanes(s.Parts)
	if s.KeyGroups < s.Parts {
		return all
	}
	for i := range all {
		for salt := range mostSalts {
			w := all[i]
			w.Path = strconv.Itoa(salt)
			if keygroup.Of(runnerKey(w), s.KeyGroups)*s.Parts/s.KeyGroups == i {
				all[i] = w
				break
			}
		}
	}
	return all
}

// runnerKey are the bytes by which Beam's runner on Flink knows a lane: its element behind the length.
func runnerKey(w records.Work) []byte { return byteform.AppendString(nil, string(w.AppendBinary(nil))) }

// isOf says whether a partition is read in a lane. Partitions of one topic are dealt out in turn, so that each lane gets
// as many as others, save for one.
func (p partition) isOf(w records.Work) bool {
	h := fnv.New32a()
	h.Write([]byte(p.topic))
	return (int64(h.Sum32())+int64(p.number))%max(w.To, 1) == w.From
}

// following is what the splittable DoFns that follow partitions have in common: all but ProcessElement.
type following struct{}

// CreateInitialRestriction begins without any partition: the brokers are asked when the lane is first read.
func (following) CreateInitialRestriction(records.Work) Positions { return begin() }

// SplitRestriction does not: a lane has one reader.
func (following) SplitRestriction(_ records.Work, p Positions) []Positions { return []Positions{p} }

// RestrictionSize is not known.
func (following) RestrictionSize(records.Work, Positions) float64 { return 1 }

// CreateTracker returns the tracker of positions.
func (following) CreateTracker(p Positions) *sdf.LockRTracker {
	return sdf.NewLockRTracker(newTracker(p))
}

// TruncateRestriction ends the input when a runner drains.
func (following) TruncateRestriction(rt *sdf.LockRTracker, _ records.Work) Positions {
	p := rt.GetRestriction().(Positions)
	p.Ended = true
	return p
}

// CreateWatermarkEstimator returns an estimator that knows of no event.
func (following) CreateWatermarkEstimator() *records.Watermark { return records.NewWatermark() }
