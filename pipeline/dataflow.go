package main

import (
	"flag"

	"github.com/beam-pmml/beam-pmml/runners/dataflow"
)

// dataflow says whether the pipeline is for Dataflow.
func (o *runOptions) dataflow() bool {
	return o.runner == dataflow.RunnerName || o.runner == dataflow.LongName
}

// adoptTemplate takes Dataflow for the runner where a template's launcher has started the program and nothing else is said.
func (o *runOptions) adoptTemplate() {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "runner" })
	if dataflow.FromTemplate() && !given {
		o.runner = dataflow.RunnerName
	}
}
