package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/spf13/cobra"
)

// newFlinkCommand makes the subcommands for jobs that run on a Flink cluster, whoever submitted them.
func newFlinkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "flink",
		Short: "List, stop, save and cancel jobs on a Flink cluster",
		Long: `These commands are for jobs that nobody follows, as after run --detach. JOB is the id of a job or its name, if no other
running job has it.`,
		Example: `  pipeline flink jobs
  pipeline flink stop fraud
  pipeline run … --flink-savepoint=$(pipeline flink stop fraud)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	rest := cmd.PersistentFlags().String("flink-rest", flink.DefaultOptions().REST, "address of Flink's REST interface")
	cmd.AddCommand(newFlinkJobsCommand(rest),
		newFlinkJobCommand(rest, "stop", "Stop a job with a savepoint and print its uri", true, (*flink.Job).StopWithSavepoint),
		newFlinkJobCommand(rest, "savepoint", "Take a savepoint of a job, which goes on, and print its uri", true, (*flink.Job).TakeSavepoint),
		newFlinkJobCommand(rest, "cancel", "End a job; what it knows is given up", false, func(j *flink.Job, ctx context.Context, _ string) (string, error) {
			return "", j.Cancel(ctx)
		}))
	return cmd
}

func newFlinkJobsCommand(rest *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "jobs",
		Short:   "List the jobs of the cluster",
		Example: "  pipeline flink jobs --flink-rest=http://localhost:8081 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			jobs, err := flink.Jobs(cmd.Context(), *rest)
			if err != nil {
				return failed(err)
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				for _, j := range jobs {
					if err := encoder.Encode(j); err != nil {
						return failed(err)
					}
				}
				return nil
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, j := range jobs {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", j.ID, j.State, j.Started.Format(time.RFC3339), j.Name)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one object a line")
	return cmd
}

// newFlinkJobCommand makes a command that does one thing to one job, and prints what comes of it.
func newFlinkJobCommand(rest *string, name, short string, savepoint bool, do func(*flink.Job, context.Context, string) (string, error)) *cobra.Command {
	var directory string
	var patience time.Duration
	cmd := &cobra.Command{
		Use:     name + " JOB",
		Short:   short,
		Example: "  pipeline flink " + name + " fraud",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), patience)
			defer cancel()
			job, err := flink.Resolve(ctx, *rest, args[0])
			if err != nil {
				return failed(err)
			}
			uri, err := do(job, ctx, directory)
			if err != nil {
				return failed(err)
			}
			if uri != "" {
				fmt.Fprintln(cmd.OutOrStdout(), uri)
			}
			return nil
		},
	}
	cmd.Flags().DurationVar(&patience, "timeout", 10*time.Minute, "until the command gives up")
	if savepoint {
		cmd.Flags().StringVar(&directory, "to", "", "uri of the folder for the savepoint; default: the cluster's")
	}
	return cmd
}
