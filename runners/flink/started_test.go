package flink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// vertices is Flink's answer for a job of an Impulse, a step that makes pieces of work, and one that reads them.
func vertices(task string, read, wrote int) string {
	tasks := func(state string) string { return fmt.Sprintf(`"parallelism":2,"tasks":{%q:2}`, state) }
	return fmt.Sprintf(`{"jid":"7","state":"RUNNING","vertices":[
		{"id":"a","name":"Source: Impulse",%s},
		{"id":"b","name":"[2]read/kafka.laneFn/{PairWithRestriction0, SplitAndSize0}",%s,"metrics":{"read-records":1,"write-records":2}},
		{"id":"c","name":"[5]{read, write}",%s,"metrics":{"read-records":%d,"write-records":%d,"accumulated-busy-time":"NaN"}}],
		"plan":{"nodes":[{"id":"c","inputs":[{"id":"b"}]},{"id":"b","inputs":[{"id":"a"}]},{"id":"a"}]}}`,
		tasks("FINISHED"), tasks("RUNNING"), tasks(task), read, wrote)
}

const (
	noFailures  = `{"exceptionHistory":{"entries":[]}}`
	ofReader    = "GET /jobs/7/vertices/c/subtasks/metrics"
	moved       = `[{"id":"[5]{read__write}.currentOutputWatermark","min":-9.223372036854776E18,"max":1.79359E12,"avg":0,"sum":0}]`
	notMoved    = `[{"id":"[5]{read__write}.currentOutputWatermark","min":-9.223372036854776E18,"max":-9.223372036854776E18,"avg":0,"sum":0}]`
	metricNames = `[{"id":"numRecordsIn"},{"id":"[5]{read__write}.currentOutputWatermark"}]`
)

func TestAJobHasStartedWhenItsSourcesRead(t *testing.T) {
	f := newFakeREST(t, map[string][]string{
		stateOfJob:               {running, `{"state":"RUNNING"}`, running, vertices("SCHEDULED", 0, 0), running, vertices("RUNNING", 0, 0), running, vertices("RUNNING", 2, 0)},
		"GET /jobs/7/exceptions": {noFailures},
	})
	if err := Attach(f.URL, "7").AwaitStarted(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAJobThatDoesNotStart(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		says         string
	}{
		{"a task without a slot", vertices("SCHEDULED", 0, 0), "of its 6 tasks 2 are scheduled (the job needs 2 slots; the cluster has 8, none free)"},
		{"a source that waits", vertices("RUNNING", 0, 0), "the source read/kafka.laneFn reads nothing"},
		{"no steps", running, "no steps yet"},
	} {
		f := newFakeREST(t, map[string][]string{stateOfJob: {c.answer}, "GET /jobs/7/exceptions": {noFailures}, "GET /overview": {`{"slots-total":8,"slots-available":0}`}})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := Attach(f.URL, "7").AwaitStarted(ctx)
		cancel()
		if !errors.Is(err, ErrNotStarted) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAJobThatOnlyFailsIsGivenUp(t *testing.T) {
	entry := `{"stacktrace":"java.io.IOException: Cannot run program \"/none\": error=2, No such file or directory\n\tat x","timestamp":1795388229000}`
	f := newFakeREST(t, map[string][]string{
		stateOfJob:               {`{"state":"RESTARTING"}`},
		"GET /jobs/7/exceptions": {`{"exceptionHistory":{"entries":[` + strings.Join([]string{entry, entry, entry}, ",") + `]}}`},
	})
	err := Attach(f.URL, "7").AwaitStarted(t.Context())
	if !errors.Is(err, ErrNotStarted) || !errors.Is(err, ErrEnvironment) || !strings.Contains(err.Error(), `Cannot run program "/none"`) || strings.Contains(err.Error(), "\tat x") {
		t.Errorf("%v", err)
	}
}

// Nobody gives the sources of a restored job anything: they go on with what they had.
func TestARestoredJobHasStartedWhenASourceMovesItsWatermark(t *testing.T) {
	for _, c := range []struct {
		name    string
		wrote   int
		metrics string
		started bool
	}{
		{"records", 1, notMoved, true},
		{"a watermark", 0, moved, true},
		{"nothing", 0, notMoved, false},
	} {
		for _, savepoint := range []bool{true, false} { // or else a checkpoint, after an early failure
			f := newFakeREST(t, map[string][]string{
				stateOfJob: {vertices("RUNNING", 0, c.wrote)}, "GET /jobs/7/exceptions": {noFailures}, ofReader: {metricNames},
				ofReader + "?get=%5B5%5D%7Bread__write%7D.currentOutputWatermark": {c.metrics},
				"GET /jobs/7/checkpoints": {map[bool]string{false: `{"counts":{"restored":1}}`, true: `{"counts":{"restored":0}}`}[savepoint]},
			})
			job := Attach(f.URL, "7")
			job.resumed = savepoint
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			err := job.AwaitStarted(ctx)
			cancel()
			if (err == nil) != c.started {
				t.Errorf("%s, from a savepoint %t: %v", c.name, savepoint, err)
			}
		}
	}
}

func TestWatchTellsOfFailuresAndStates(t *testing.T) {
	f := newFakeREST(t, map[string][]string{stateOfJob: {`{"state":"RESTARTING"}`}, "GET /jobs/7/exceptions": {failures}})
	job := Attach(f.URL, "7")
	job.Name = "fraud"
	ctx, cancel := context.WithCancel(t.Context())
	var told []string
	job.watch(ctx, func(text string) {
		if told = append(told, text); len(told) == 2 {
			cancel()
		}
	})
	if !strings.Contains(told[0], "fraud has failed and starts again: ") || !strings.Contains(told[0], "Cannot run program") || told[1] != "job fraud: RESTARTING" {
		t.Errorf("%q", told)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		text string
		is   error
		says string
	}{
		{"java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '/none' on file system 'file'.", ErrSavepoint, "'/none'"},
		{"IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s. Cannot map checkpoint/savepoint state for operator bc764cd8 to the new program", ErrSavepoint, "another --join"},
		{"IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s. Max parallelism mismatch between checkpoint/savepoint state and new program.", ErrSavepoint, "--flink-max-parallelism"},
		{"java.lang.IllegalStateException: Process died with exit code 3\n\tat x", ErrEnvironment, "--flink-worker-logs"},
		{"StatusRuntimeException: UNAVAILABLE: io exception\n\tat y\n\tat org.apache.beam.ExternalEnvironmentFactory.createEnvironment", ErrEnvironment, "no worker pool"},
		{"NoResourceAvailableException: Could not acquire the minimum required resources.", ErrSlots, "--parallelism"},
		{"java.io.InvalidClassException: org.apache.flink.x; local class incompatible", ErrVersion, "one version of Flink"},
	} {
		if err := explain(c.text); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
	long := "java.lang.Exception: new\n" + strings.Repeat("\tat somewhere\n", 100)
	if got := explain(long).Error(); !strings.HasPrefix(got, "java.lang.Exception: new\n") || strings.Count(got, "\n") > 12 {
		t.Errorf("of an unknown failure: %s", got)
	}
}

func TestAnswerToAnInterrupt(t *testing.T) {
	for typed, want := range map[string]Interrupt{"s\n": InterruptStops, "what?\n L \n": InterruptLeaves, "cancel\n": InterruptCancels, "": InterruptCancels} {
		var asked bytes.Buffer
		if got := answer(t.Context(), strings.NewReader(typed), &asked); got != want {
			t.Errorf("%q: %s", typed, got)
		}
		if !strings.Contains(asked.String(), "savepoint") {
			t.Errorf("asked %q", asked.String())
		}
	}
	ctx, again := context.WithCancel(t.Context())
	again()
	silent, write := io.Pipe()
	defer write.Close()
	if got := answer(ctx, silent, io.Discard); got != InterruptCancels {
		t.Errorf("a second interrupt: %s", got)
	}
}
