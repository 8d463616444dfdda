package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/spf13/cobra"
)

// newInspectCommand makes the subcommand that says what a document is and whether it can be served.
func newInspectCommand() *cobra.Command {
	var modelName string
	var asJSON, upgrade bool
	cmd := &cobra.Command{
		Use:   "inspect MODEL",
		Short: "Say what a document is and whether it can be served",
		Long: `Say what a document is: the model, its fields and outputs, and the memory it holds once loaded.
A document that cannot be served is told with all its faults and their places, and the exit code is 2.

With --upgrade the document itself is printed as PMML 4.4, valid by its schema and scoring the same. What cannot be
made valid stays as it was and is named on the standard error.`,
		Example: "  pipeline inspect churn.pmml\n  pipeline inspect churn.pmml.gz --json\n  pipeline inspect churn.pmml --upgrade > churn-4.4.pmml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readDocument(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			report := inspectDocument(doc, modelName)
			switch {
			case upgrade && report.Servable:
				err = upgradeDocument(cmd, doc, modelName)
			case upgrade: // the standard output is for a document
				err = report.writeText(cmd.ErrOrStderr(), doc)
			case asJSON:
				err = report.writeJSON(cmd.OutOrStdout())
			default:
				err = report.writeText(cmd.OutOrStdout(), doc)
			}
			if err != nil {
				return failed(err)
			}
			if !report.Servable {
				return &exitError{exitUsage, nil} // the report has said why
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&modelName, "model-name", "", "the `name` of the model, in a document with several (default: the first that can be scored)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&upgrade, "upgrade", false, "print the document as PMML 4.4")
	cmd.MarkFlagsMutuallyExclusive("json", "upgrade")
	return cmd
}

// inspection is what inspect says. With --json it is the output.
type inspection struct {
	Document string `json:"document"`
	SHA256   string `json:"sha256"`
	Bytes    int    `json:"bytes"` // of the document, decompressed
	Servable bool   `json:"servable"`

	Version  string         `json:"version,omitempty"`
	Element  string         `json:"element,omitempty"`
	Name     string         `json:"name,omitempty"`
	Function string         `json:"function,omitempty"`
	Memory   int64          `json:"memory,omitempty"` // bytes that the loaded model holds
	Verify   bool           `json:"verification,omitempty"`
	Sequence []string       `json:"needs_sequence,omitempty"` // what needs the rows before: no pipeline serves it
	Group    string         `json:"group,omitempty"`          // rows that share it are one transaction
	Fields   []fieldReport  `json:"fields,omitempty"`
	Outputs  []outputReport `json:"outputs,omitempty"`
	Faults   []faultReport  `json:"faults,omitempty"`
	Warnings []faultReport  `json:"warnings,omitempty"` // places that end the rows which reach them
	faults   []pmml.Fault
	warnings []pmml.Fault
}

type fieldReport struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	OpType  string   `json:"optype"`
	Usage   string   `json:"usage"`
	Values  []string `json:"values,omitempty"`
	Missing string   `json:"missing,omitempty"`
}

type outputReport struct {
	Name    string `json:"name"`
	Type    string `json:"type,omitempty"`
	Feature string `json:"feature,omitempty"`
	Target  bool   `json:"target,omitempty"`
}

type faultReport struct {
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Unsupported bool   `json:"unsupported"`
	Message     string `json:"message"`
}

// inspectDocument loads the document; why it cannot be served is part of the report.
func inspectDocument(doc *source, modelName string) *inspection {
	report := &inspection{Document: doc.name, SHA256: doc.sha256, Bytes: len(doc.text)}
	model, err := pmml.Load(bytes.NewReader(doc.text), pmml.WithModelName(modelName))
	var faults *pmml.LoadError
	switch {
	case errors.As(err, &faults):
		report.faults = faults.Faults
		for _, f := range faults.Faults {
			report.Faults = append(report.Faults, faultReport(f))
		}
		return report
	case err != nil: // bytes that are no text: the fault is of the document as a whole
		whole := pmml.Fault{Line: 1, Column: 1, Message: err.Error()}
		report.faults, report.Faults = []pmml.Fault{whole}, []faultReport{faultReport(whole)}
		return report
	}
	report.Servable = true
	report.Version, report.Element, report.Name, report.Function = model.Version(), model.Element(), model.Name(), model.Function()
	report.Memory, report.Verify, report.Sequence = model.Size(), model.HasVerification(), model.Memory()
	if i, ok := model.Group(); ok {
		report.Group = model.Fields()[i].Name
	}
	report.warnings = model.Warnings()
	for _, f := range report.warnings {
		report.Warnings = append(report.Warnings, faultReport(f))
	}
	for _, f := range model.Fields() {
		report.Fields = append(report.Fields, fieldReport{f.Name, f.Type.String(), f.OpType, f.Usage, f.Values, f.Missing})
	}
	for _, o := range model.Outputs() {
		report.Outputs = append(report.Outputs, outputReport{o.Name, o.Type.String(), o.Feature, o.Target})
	}
	return report
}

func (r *inspection) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func (r *inspection) writeText(w io.Writer, doc *source) error {
	var out bytes.Buffer
	if !r.Servable {
		fmt.Fprintf(&out, "%s cannot be served: %s\n\n%s", r.Document, count(len(r.faults), "fault"), describeFaults(doc.text, r.faults))
		_, err := w.Write(out.Bytes())
		return err
	}
	fmt.Fprintf(&out, "%s: %s", r.Document, r.Element)
	if r.Name != "" {
		fmt.Fprintf(&out, " %q", r.Name)
	}
	fmt.Fprintf(&out, ", %s, PMML %s\n", r.Function, r.Version)
	fmt.Fprintf(&out, "sha256 %s\n%s of document, %s in memory\n", r.SHA256, byteSize(int64(r.Bytes)), byteSize(r.Memory))
	if r.Verify {
		out.WriteString("it carries rows for its own verification\n")
	}
	if len(r.Sequence) > 0 {
		fmt.Fprintf(&out, "it needs a sequence of rows, which score has and a pipeline has not: %s\n", strings.Join(r.Sequence, ", "))
	}
	if r.Group != "" {
		fmt.Fprintf(&out, "rows that share %s are one transaction; so is an event with arrays\n", r.Group)
	}
	if len(r.warnings) > 0 {
		fmt.Fprintf(&out, "rows that reach %s cannot be scored:\n\n%s", count(len(r.warnings), "place"), describeFaults(doc.text, r.warnings))
	}
	fmt.Fprintf(&out, "\n%s\n", count(len(r.Fields), "field"))
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, f := range r.Fields {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", f.Name, f.Type, f.OpType, f.Usage, f.remark())
	}
	table.Flush()
	fmt.Fprintf(&out, "\n%s\n", count(len(r.Outputs), "output"))
	for _, o := range r.Outputs {
		kind := o.Feature
		if o.Target {
			kind = "target"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", o.Name, o.Type, kind)
	}
	table.Flush()
	for line := range strings.Lines(out.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// remark lists what else is to be known about a field, shortened.
func (f fieldReport) remark() string {
	const most = 60
	var parts []string
	if len(f.Values) > 0 {
		values := strings.Join(f.Values, ", ")
		if chars := []rune(values); len(chars) > most {
			values = string(chars[:most]) + "…"
		}
		parts = append(parts, fmt.Sprintf("%s: %s", count(len(f.Values), "value"), values))
	}
	if f.Missing != "" {
		parts = append(parts, "missing: "+f.Missing)
	}
	return strings.Join(parts, "; ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%s %ss", thousands(int64(n)), what)
}
