package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/rtrackers/offsetrange"
)

func init() {
	beam.RegisterType(reflect.TypeFor[countFn]())
	beam.RegisterDoFn(reflect.TypeFor[countFn]())
	beam.RegisterDoFn(reflect.TypeFor[keepFn]())
	beam.RegisterDoFn(reflect.TypeFor[dropFn]())
	beam.RegisterDoFn(reflect.TypeFor[sameFn]())
}

// lanes is how many numbers are counted side by side.
const lanes = 4

// A version is one of the counting pipeline.
type version struct {
	dir  string // for what is kept
	more bool   // one step more, built before those that hold state
}

// counting is a pipeline without an end: each lane counts from 0, and beside it a state counts what has come.
func counting(v version) *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	all := beam.Create(s, 0, 1, 2, 3)
	if v.more {
		beam.ParDo(s.Scope("more"), &sameFn{}, all)
	}
	numbers := beam.ParDo(s.Scope("count"), &countFn{}, all)
	beam.ParDo0(s.Scope("keep"), &keepFn{Dir: v.dir, Seen: state.MakeValueState[int64]("seen")}, numbers)
	return p
}

type sameFn struct{}

func (*sameFn) ProcessElement(n int, emit func(int)) { emit(n) }

// another is a pipeline with fewer steps, so that a savepoint of counting holds state that has no place in it.
func another() *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo0(s, &dropFn{}, beam.Impulse(s))
	return p
}

type dropFn struct{}

func (*dropFn) ProcessElement([]byte) {}

// A countFn counts in bundles of a tenth of a second.
type countFn struct{}

const perBundle = 10

func (*countFn) CreateInitialRestriction(int) offsetrange.Restriction {
	return offsetrange.Restriction{Start: 0, End: math.MaxInt64}
}

func (*countFn) SplitRestriction(_ int, r offsetrange.Restriction) []offsetrange.Restriction {
	return []offsetrange.Restriction{r}
}

func (*countFn) RestrictionSize(int, offsetrange.Restriction) float64 { return 1 }

func (*countFn) CreateTracker(r offsetrange.Restriction) *sdf.LockRTracker {
	return sdf.NewLockRTracker(offsetrange.NewTracker(r))
}

// TruncateRestriction drops what is left: it has no end.
func (*countFn) TruncateRestriction(*sdf.LockRTracker, int) offsetrange.Restriction {
	return offsetrange.Restriction{}
}

func (*countFn) ProcessElement(_ context.Context, tracker *sdf.LockRTracker, lane int, emit func(int, int64)) sdf.ProcessContinuation {
	n := tracker.GetRestriction().(offsetrange.Restriction).Start
	for range perBundle {
		if !tracker.TryClaim(n) {
			return sdf.StopProcessing()
		}
		emit(lane, n)
		n++
	}
	return sdf.ResumeProcessingIn(100 * time.Millisecond)
}

// A keepFn writes each number with how many have come before it.
type keepFn struct {
	Dir  string
	Seen state.Value[int64]
}

func (f *keepFn) ProcessElement(p state.Provider, lane int, n int64) error {
	seen, _, err := f.Seen.Read(p)
	if err != nil {
		return err
	}
	if err := f.Seen.Write(p, seen+1); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(f.Dir, fmt.Sprintf("lane-%d", lane)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(file, "%d %d\n", n, seen); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
