package main

import "github.com/beam-pmml/beam-pmml/runners/dataflow"

// dataflow says whether the pipeline is for Dataflow.
func (o *runOptions) dataflow() bool {
	return o.runner == dataflow.RunnerName || o.runner == dataflow.LongName
}

// adoptTemplate takes Dataflow for the runner where a template's launcher has started the program and nothing else is said.
func (o *runOptions) adoptTemplate() {
	if dataflow.FromTemplate() && !isGiven("runner") {
		o.runner = dataflow.RunnerName
	}
}
