package dataflow

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/dataflow"
)

// Names under which the runner can be asked for: Beam knows it by both.
const (
	RunnerName = "dataflow"
	LongName   = "DataflowRunner"
)

// launcherVariable is what Google's launcher of Go templates needs to know in its image, and leaves to the program that it
// starts: where that program lies.
const launcherVariable = "FLEX_TEMPLATE_GO_BINARY"

// FromTemplate says whether the launcher of a Flex Template has started this process.
func FromTemplate() bool { return os.Getenv(launcherVariable) != "" }

// IsWorker says whether Beam's boot program has started this process as a worker. The program then calls beam.Init, which
// serves the job and does not return. flag.Parse must have been called.
func IsWorker() bool {
	f := flag.Lookup("worker")
	return f != nil && f.Value.String() == "true"
}

// Run submits the pipeline as Beam's flags say. A streaming job, and any that a template has launched, is left to itself
// once it is submitted: the program of a template has to end then, or the launch counts as failed. With --dry_run the job
// is printed to the log, and nothing is submitted.
//
// The worker is --worker_binary, or this executable; it must be one that Dataflow's machines can run.
func Run(ctx context.Context, p *beam.Pipeline, streaming bool) error {
	if name := *jobopts.JobName; name != "" && !jobNames.MatchString(name) {
		return fmt.Errorf("dataflow: --job_name: %q is not of lower-case letters, digits and hyphens, beginning with a letter", name)
	}
	if given("update") && *jobopts.JobName == "" {
		return errors.New("dataflow: --update finds the job that it replaces by its name: give --job_name")
	}
	if err := chooseWorker(); err != nil {
		return err
	}
	if streaming || FromTemplate() {
		*jobopts.Async = true
	}
	_, err := dataflow.Execute(ctx, p)
	if err != nil {
		return fmt.Errorf("dataflow: %w", err)
	}
	return nil
}

var jobNames = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

// given says whether a flag of Beam's runner was set.
func given(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() != f.DefValue
}
