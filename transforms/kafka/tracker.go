package kafka

import "fmt"

// tracker follows what a lane has claimed. A split, whatever its fraction, is a checkpoint: the primary is what was
// claimed, the residual is all the rest, since a lane has only one reader.
type tracker struct {
	start, now Positions
	done       bool
	err        error
}

func newTracker(p Positions) *tracker {
	return &tracker{start: p, now: p.clone(), done: p.Ended}
}

// claim moves positions on: those of the partitions named, and the watermark if it is later.
type claim struct {
	partitions []Position
	watermark  int64
	end        bool // of all
}

// TryClaim takes a claim; false after a split.
func (t *tracker) TryClaim(position any) bool {
	c, ok := position.(claim)
	switch {
	case !ok:
		t.err = fmt.Errorf("kafka: a claim of type %T", position)
		return false
	case t.done:
		return false
	case c.end:
		t.now.Ended, t.done = true, true
		return true
	}
	for _, p := range c.partitions {
		t.now.set(p)
	}
	t.now.Watermark = max(t.now.Watermark, c.watermark)
	return true
}

// GetError returns what was wrong with a claim.
func (t *tracker) GetError() error { return t.err }

// TrySplit ends the primary where it is.
func (t *tracker) TrySplit(float64) (primary, residual any, err error) {
	if t.done {
		return t.GetRestriction(), nil, nil
	}
	t.done = true
	return t.GetRestriction(), t.now.clone(), nil
}

// GetProgress knows nothing about what is to come.
func (t *tracker) GetProgress() (done, remaining float64) {
	if t.done {
		return 1, 0
	}
	return 0, 1
}

// IsDone says whether there is nothing left to claim.
func (t *tracker) IsDone() bool { return t.done }

// GetRestriction returns the restriction: where it began, and whether it has ended.
func (t *tracker) GetRestriction() any {
	p := t.start.clone()
	p.Ended = t.done
	return p
}

// IsBounded says that partitions can always grow.
func (t *tracker) IsBounded() bool { return false }
