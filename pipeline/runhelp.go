package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

const runExample = `  pipeline run --events=events.jsonl --control=control.jsonl --out=out
  pipeline run --events=in/ --control=control.jsonl --streaming
  pipeline run --events=in/ --control=control.jsonl --streaming --runner=flink --endpoint=localhost:8099
  pipeline run --events=pubsub://my-project/events --control=pubsub://my-project/control --out=pubsub://my-project/scores --runner=dataflow …`

const runHelp = `Score events with the models that a control stream names.

Usage:
  pipeline run --events=PATHS --control=PATH [flags]

Examples:
%s

The first SIGINT stops the sources and lets the pipeline run dry, the second gives up at once. Exit codes: 0 done, also when
a --streaming run was stopped; 1 failed while working; 2 bad usage; 130 interrupted before all events were read.
`

// beamFlagsOfFlink are Beam's flags that a job on Flink is submitted with.
var beamFlagsOfFlink = []string{"endpoint", "job_name", "parallelism", "environment_type", "environment_config", "detach"}

// beamFlagsOfDataflow are those of a job on Dataflow that are more than fine tuning.
var beamFlagsOfDataflow = []string{"project", "region", "staging_location", "temp_location", "job_name", "worker_binary", "update", "transform_name_mapping", "dry_run",
	"service_account_email", "machine_type", "num_workers", "max_num_workers", "network", "subnetwork", "no_use_public_ips", "labels", "experiments"}

// printRunHelp prints the project's flags first, then those of a cluster and of Dataflow. Beam's others are for its workers, or do nothing
// for the runners here.
func printRunHelp(w io.Writer) {
	fmt.Fprintf(w, runHelp, runExample)
	fmt.Fprintln(w, "\nFlags:")
	ownFlags.VisitAll(func(f *flag.Flag) { printFlag(w, f) })
	fmt.Fprintln(w, "\nFlags for --runner=flink:")
	flag.CommandLine.VisitAll(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "flink-") || slices.Contains(beamFlagsOfFlink, f.Name) {
			printFlag(w, f)
		}
	})
	fmt.Fprintln(w, "\nFlags for --runner=dataflow, among others of Beam's:")
	flag.CommandLine.VisitAll(func(f *flag.Flag) {
		if slices.Contains(beamFlagsOfDataflow, f.Name) {
			printFlag(w, f)
		}
	})
}

func printFlag(w io.Writer, f *flag.Flag) {
	value, text := flag.UnquoteUsage(f)
	name := "--" + f.Name
	if value != "" {
		name += "=" + strings.ToUpper(value)
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
	if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "0s" {
		text += " (default " + d + ")"
	}
	fmt.Fprintf(w, "  %-28s %s\n", name, text)
}
