package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/spf13/cobra"
)

func newControlTableCommand() *cobra.Command {
	var at string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "table FILE",
		Short: "Print the table that a file of control messages makes",
		Long: `Print what a file of control messages makes known, and what serves, at a time. Lines that cannot be used are named
on stderr and left out. With --json it is one object:

  {"fraud":{"serves":"3","known":{"3":{"uri":"models/fraud-3.pmml","sha256":"9f…"}}}}

serves is null if nothing of the model serves; sha256 is null if the message has none. A model with labels has the
member aliases besides, {"champion":[{"version":"3","weight":1}]}. Models with nothing known and no label are left out.`,
		Example: "  pipeline control table control.jsonl\n  pipeline control table control.jsonl --at 2026-11-01T12:00:00Z --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			table, _, err := readControlTable(args[0], cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			models := tableModels(table, when)
			if asJSON {
				err = writeTableJSON(cmd.OutOrStdout(), models)
			} else {
				err = writeTableText(cmd.OutOrStdout(), models)
			}
			if err != nil {
				return failed(err)
			}
			return nil
		},
	}
	addAtFlag(cmd, &at)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func addAtFlag(cmd *cobra.Command, at *string) {
	cmd.Flags().StringVar(at, "at", "", "the `time`, as 2026-11-01T12:00:00Z; messages that hold from then on count (default: all messages)")
}

// parseAt reads --at; without it all messages count.
func parseAt(text string) (int64, error) {
	if text == "" {
		return sideinput.Latest, nil
	}
	at, err := sideinput.ParseTime(text)
	if err != nil {
		return 0, usage(fmt.Errorf("--at: %w", err))
	}
	return at, nil
}

// A tableModel is what table prints of a model.
type tableModel struct {
	Serves  *string                    `json:"serves"`
	Known   map[string]tableVersion    `json:"known"`
	Aliases map[string][]printedTarget `json:"aliases,omitempty"`
	name    string
	state   sideinput.State
}

type tableVersion struct {
	URI    string  `json:"uri"`
	SHA256 *string `json:"sha256"`
}

// tableModels lists the models of which something is known, or that have a
// label, at a time, by name.
func tableModels(table *sideinput.Table, at int64) (models []tableModel) {
	for _, name := range table.Names() {
		state := table.StateOf(name, at)
		if len(state.Known) == 0 && len(state.Aliases) == 0 {
			continue
		}
		m := tableModel{Known: make(map[string]tableVersion), name: name, state: state}
		if state.Serves != nil {
			m.Serves = &state.Serves.Version
		}
		for _, c := range state.Known {
			v := tableVersion{URI: c.URI}
			if c.SHA256 != "" {
				v.SHA256 = &c.SHA256
			}
			m.Known[c.Version] = v
		}
		if len(state.Aliases) > 0 {
			m.Aliases = make(map[string][]printedTarget)
		}
		for _, alias := range state.Aliases {
			m.Aliases[alias.Alias] = printedTargets(alias.To)
		}
		models = append(models, m)
	}
	return models
}

func writeTableJSON(out io.Writer, models []tableModel) error {
	object := make(map[string]tableModel)
	for _, m := range models {
		object[m.name] = m
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(object)
}

func writeTableText(out io.Writer, models []tableModel) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "MODEL\tVERSION\tSERVES\tSINCE\tHASH\tURI")
	for _, m := range models {
		for _, c := range m.state.Known {
			serves := ""
			if m.Serves != nil && *m.Serves == c.Version {
				serves = "yes"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Name, c.Version, serves, sideinput.FormatTime(c.At),
				sideinput.HashReference(c.Name, c.Version), sideinput.ShownURI(c.URI))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return writeAliasesText(out, models)
}

// writeAliasesText prints the labels, if there are any.
func writeAliasesText(out io.Writer, models []tableModel) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := "\nMODEL\tLABEL\tSINCE\tTO\n"
	for _, m := range models {
		for _, alias := range m.state.Aliases {
			fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\n", head, m.name, alias.Alias, sideinput.FormatTime(alias.At), targetsText(alias.To))
			head = ""
		}
	}
	return w.Flush()
}
