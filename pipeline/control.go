package main

import (
	"github.com/spf13/cobra"
)

// newControlCommand makes the subcommands around control messages.
func newControlCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "control",
		Short: "Write, check and explain control messages",
		Long: `Control messages say which version of which model is in force from when on, and where labels point; docs/protocol.md has
their form.
These commands write them, check a file of them line by line, print the table that they make, and explain what
a reference means at a time. FILE may be - for standard input.`,
		Example: `  pipeline control add fraud 3 models/fraud-3.pmml --to control.jsonl
  pipeline control alias fraud champion 3=90 4=10 --to control.jsonl
  pipeline control check control.jsonl
  pipeline control table control.jsonl --at 2026-11-01T12:00:00Z --json
  pipeline control explain control.jsonl fraud@3`,
		Args: cobra.NoArgs, // else an unknown subcommand prints the help and counts as done
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newControlCheckCommand(), newControlTableCommand(), newControlExplainCommand(),
		newControlAddCommand(), newControlUpdateCommand(), newControlDelCommand(), newControlAliasCommand(),
	)
	return cmd
}
