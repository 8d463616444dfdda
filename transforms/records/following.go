package records

import (
	"sync/atomic"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
)

// following is what the splittable DoFns that follow files have in common: all but ProcessElement.
type following struct{}

// CreateInitialRestriction begins at the front of all files.
func (following) CreateInitialRestriction(Work) Positions { return Positions{Latest: NoTime} }

// SplitRestriction does not: a file has one reader.
func (following) SplitRestriction(_ Work, p Positions) []Positions { return []Positions{p} }

// RestrictionSize is not known.
func (following) RestrictionSize(Work, Positions) float64 { return 1 }

// CreateTracker returns the tracker of positions.
func (following) CreateTracker(p Positions) *sdf.LockRTracker {
	return sdf.NewLockRTracker(newTracker(p))
}

// TruncateRestriction ends the input when a runner drains.
func (following) TruncateRestriction(rt *sdf.LockRTracker, _ Work) Positions {
	p := rt.GetRestriction().(Positions)
	p.Ended = true
	return p
}

// CreateWatermarkEstimator returns an estimator that knows of no event.
func (following) CreateWatermarkEstimator() *Watermark {
	return NewWatermark()
}

// Watermark is the watermark estimator of an endless source: set by its DoFn, and read by the runner's splits from other
// goroutines.
type Watermark struct{ ms atomic.Int64 }

// NewWatermark returns an estimator that knows of no event.
func NewWatermark() *Watermark {
	w := &Watermark{}
	w.Set(NoTime)
	return w
}

// Set sets the watermark, in milliseconds of the epoch.
func (w *Watermark) Set(ms int64) { w.ms.Store(ms) }

// CurrentWatermark returns the watermark that was set last.
func (w *Watermark) CurrentWatermark() time.Time {
	return mtime.FromMilliseconds(max(w.ms.Load(), mtime.MinTimestamp.Milliseconds())).ToTime()
}
