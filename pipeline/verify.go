package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/spf13/cobra"
)

// newVerifyCommand makes the subcommand that scores the rows that a document brings for its own verification.
func newVerifyCommand() *cobra.Command {
	var modelName string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify MODEL",
		Short: "Score the rows of a document's own ModelVerification",
		Long: `Score the rows that a document brings for its own verification and print what differs from the results
that it expects, by more than the precision it names. The exit code is 1 if anything differs.`,
		Example: "  pipeline verify churn.pmml\n  pipeline verify churn.pmml --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readDocument(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			model, err := doc.load(modelName, false)
			if err != nil {
				return err
			}
			differences, err := model.Verify()
			if err != nil {
				return failed(err)
			}
			write := writeVerification
			if asJSON {
				write = writeVerificationJSON
			}
			if err := write(cmd.OutOrStdout(), args[0], model, differences); err != nil {
				return failed(err)
			}
			if len(differences) > 0 {
				return &exitError{exitFailed, nil} // the differences have been printed
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&modelName, "model-name", "", "the `name` of the model, in a document with several (default: the first that can be scored)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func writeVerification(w io.Writer, name string, model *pmml.Model, differences []pmml.Difference) error {
	var err error
	switch {
	case len(differences) > 0:
		for _, d := range differences {
			if _, err = fmt.Fprintln(w, d); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(w, "%s: %s\n", name, count(len(differences), "difference"))
	case !model.HasVerification():
		_, err = fmt.Fprintf(w, "%s brings no rows for its verification\n", name)
	default:
		_, err = fmt.Fprintf(w, "%s: all results are as expected\n", name)
	}
	return err
}

func writeVerificationJSON(w io.Writer, name string, model *pmml.Model, differences []pmml.Difference) error {
	type difference struct {
		Row      int    `json:"row"`
		Field    string `json:"field"`
		Expected string `json:"expected"`
		Actual   string `json:"actual"`
	}
	report := struct {
		Document     string       `json:"document"`
		Verification bool         `json:"verification"` // the document brings rows
		Differences  []difference `json:"differences"`
	}{name, model.HasVerification(), []difference{}}
	for _, d := range differences {
		report.Differences = append(report.Differences, difference(d))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(report)
}
