// Package prism runs a pipeline in this process, on Beam's embedded runner.
//
// What the runner can't do, and how pipelines of this project get round it, is told where it matters: transforms.Score
// (no triggered side inputs on unbounded streams) and records.ReadFiles (two busy loops). It keeps nothing: a pipeline
// that is stopped starts from nothing.
package prism

import (
	"context"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
)

// Run runs p to its end and returns nil, or returns the reason why ctx has ended as soon as it has: bundles that are being
// processed then are given up. beam.Init must have been called.
//
// A deadline of ctx is kept by a cancel. The runner itself ends the whole program when a context that it was given
// runs into its deadline.
func Run(ctx context.Context, p *beam.Pipeline) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if _, err := prism.Execute(running, p); ctx.Err() != nil {
		return context.Cause(ctx)
	} else if err != nil {
		return fmt.Errorf("prism: %w", err)
	}
	return nil
}

// SetLogLevel says what of the runner's and Beam's own log goes to stderr: debug, info (the default), warn or error. Call
// it before beam.Init. A pipeline that fails tells the reason in Run's error, whatever the level.
func SetLogLevel(level string) { log.SetupLogging(level, log.LogKind) }
