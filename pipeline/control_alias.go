package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/spf13/cobra"
)

func newControlAliasCommand() *cobra.Command {
	var o controlWrite
	var remove bool
	cmd := &cobra.Command{
		Use:   "alias MODEL LABEL [VERSION[=WEIGHT]]...",
		Short: "Write an ALIAS: point a label of a model at versions",
		Long: `Write the message that points a label of a model at a version, or splits it among up to 16 by weight, 1 where none is
given. Events refer to it as MODEL:LABEL. With --remove the label is removed.`,
		Example: `  pipeline control alias fraud champion 3 --to control.jsonl --label actor=ann
  pipeline control alias fraud champion 3=90 4=10 --to control.jsonl
  pipeline control alias fraud champion --remove --to control.jsonl`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.hasSeq = cmd.Flags().Changed("seq")
			m := sideinput.Message{Op: sideinput.Alias, Model: args[0], Alias: args[1]}
			var err error
			if m.To, err = parseTargets(args[2:]); err != nil {
				return usage(err)
			}
			if remove != (len(m.To) == 0) {
				return usage(errors.New("name at least one version, or --remove without one"))
			}
			return o.write(m, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.addFlags(cmd)
	cmd.Flags().BoolVar(&remove, "remove", false, "remove the label")
	return cmd
}

// parseTargets reads VERSION or VERSION=WEIGHT; what they may be is checked
// with the message.
func parseTargets(args []string) (to []sideinput.Target, err error) {
	for _, arg := range args {
		target := sideinput.Target{Weight: 1}
		version, weight, hasWeight := strings.Cut(arg, "=")
		target.Version = version
		if hasWeight {
			if target.Weight, err = strconv.ParseUint(weight, 10, 64); err != nil {
				return nil, fmt.Errorf("%q: the weight is not a whole number", arg)
			}
		}
		to = append(to, target)
	}
	return to, nil
}

// targetsText is where a label points, for people: the version alone, or
// versions with their weights; [] for a label that is removed.
func targetsText(to []sideinput.Target) string {
	switch len(to) {
	case 0:
		return "[]"
	case 1:
		return to[0].Version
	}
	texts := make([]string, len(to))
	for i, target := range to {
		texts[i] = fmt.Sprintf("%s=%d", target.Version, target.Weight)
	}
	return strings.Join(texts, " ")
}

// A printedTarget is a target as --json prints it.
type printedTarget struct {
	Version string `json:"version"`
	Weight  uint64 `json:"weight"`
}

func printedTargets(to []sideinput.Target) []printedTarget {
	list := make([]printedTarget, len(to))
	for i, target := range to {
		list[i] = printedTarget(target)
	}
	return list
}
