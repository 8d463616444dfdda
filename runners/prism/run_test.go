package prism_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/rtrackers/offsetrange"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/runners/prism"
)

func init() {
	beam.RegisterDoFn(&endless{})
	register.Function1x2(refuse)
	register.Function1x1(add)
	register.Emitter1[int]()
}

func TestMain(m *testing.M) {
	beam.Init()
	os.Exit(m.Run())
}

// endless is a source that never comes to its end. It tells each call through calls.
type endless struct{}

var calls = make(chan struct{})

func (endless) CreateInitialRestriction(int) offsetrange.Restriction {
	return offsetrange.Restriction{End: 1 << 40}
}
func (endless) SplitRestriction(_ int, r offsetrange.Restriction) []offsetrange.Restriction {
	return []offsetrange.Restriction{r}
}
func (endless) RestrictionSize(int, offsetrange.Restriction) float64 { return 1 }
func (endless) CreateTracker(r offsetrange.Restriction) *sdf.LockRTracker {
	return sdf.NewLockRTracker(offsetrange.NewTracker(r))
}
func (endless) ProcessElement(rt *sdf.LockRTracker, _ int, emit func(int)) sdf.ProcessContinuation {
	start := rt.GetRestriction().(offsetrange.Restriction).Start
	if !rt.TryClaim(start) {
		return sdf.StopProcessing()
	}
	emit(int(start))
	select {
	case calls <- struct{}{}:
	default:
	}
	return sdf.ResumeProcessingIn(10 * time.Millisecond)
}

func refuse(int) (int, error) { return 0, errors.New("the element is refused") }

func add(i int) int { return i + 1 }

func endlessPipeline() *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo(s, add, beam.ParDo(s, &endless{}, beam.Create(s, 1)))
	return p
}

func TestRunReturnsAtTheEndOfABoundedPipeline(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo(s, add, beam.Create(s, 1, 2, 3))
	if err := prism.Run(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

func TestRunTellsWhyAPipelineFailed(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo(s, refuse, beam.Create(s, 1))
	if err := prism.Run(context.Background(), p); err == nil || !strings.Contains(err.Error(), "the element is refused") {
		t.Fatalf("the error does not name the cause: %v", err)
	}
}

func TestRunReturnsTheCauseOfACancel(t *testing.T) {
	reason := errors.New("somebody pressed a key")
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		<-calls // the source runs
		cancel(reason)
	}()
	if err := prism.Run(ctx, endlessPipeline()); !errors.Is(err, reason) {
		t.Fatalf("got %v", err)
	}
}

// The runner panics in a goroutine of its own when a deadline passes, which would end this test's process.
func TestRunSurvivesADeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if err := prism.Run(ctx, endlessPipeline()); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}

func TestRunDoesNotStartAfterACancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := prism.Run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
