package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/spf13/cobra"
)

// scoreOptions are the flags of score.
type scoreOptions struct {
	modelName string
	missing   []string
	format    string
	explain   bool
}

// newScoreCommand makes the subcommand that scores rows with one document, without a pipeline.
func newScoreCommand() *cobra.Command {
	var o scoreOptions
	cmd := &cobra.Command{
		Use:   "score MODEL ROWS",
		Short: "Score a file of rows with one document",
		Long: `Score a file of rows with one document, without a pipeline, and print one JSON object a row: every target
and output field under its name, in the document's order. Missing values are null; NaN and the infinities are
strings. A row that cannot be scored gives {"$error":{"code":…,"field":…,"message":…}}, and the rows after it are
scored all the same. The order of the rows is kept.

ROWS is CSV (RFC 4180; the first line names the columns, an empty cell is missing) or JSON lines (one object a
line), by its name's ending; - stands for the standard input, where the first character tells. Columns and
members that are no fields of the model are passed over.

The rows of a file are one sequence for Lag and for Aggregate over rows. For association rules and sequences, the
rows that share the value of the group field are one transaction, with one line of output in the order of first
appearance; a row with an array is a transaction of its own.`,
		Example: `  pipeline score churn.pmml customers.csv > scores.jsonl
  pipeline score churn.pmml customers.csv --missing NA,N/A
  pipeline score churn.pmml customers.csv --explain
  zcat customers.jsonl.gz | pipeline score churn.pmml -`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt)
			defer stop()
			return score(ctx, args[0], args[1], o, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.modelName, "model-name", "", "the `name` of the model, in a document with several (default: the first that can be scored)")
	cmd.Flags().StringSliceVar(&o.missing, "missing", nil, "`texts` of CSV cells that mean missing, besides the empty one")
	cmd.Flags().StringVar(&o.format, "format", "", "csv or jsonl (default: by the name of ROWS)")
	cmd.Flags().BoolVar(&o.explain, "explain", false, "add to each row, as $explanation, how the model came to its result")
	return cmd
}

func score(ctx context.Context, document, rows string, o scoreOptions, in io.Reader, out, messages io.Writer) error {
	doc, err := readDocument(ctx, document)
	if err != nil {
		return err
	}
	model, err := doc.load(o.modelName, o.explain)
	if err != nil {
		return err
	}
	name := "standard input"
	if rows != "-" {
		file, err := os.Open(rows)
		if err != nil {
			return usage(err)
		}
		defer file.Close()
		in, name = file, rows
	}
	reader, err := newRowReader(in, rows, o)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if reader.kind == records.CSV && !anyColumn(reader.header, model) {
		fmt.Fprintf(messages, "warning: none of the columns of %s is a field of the model\n", name)
	}
	p := startRowProgress(messages)
	scoring := scoreRows
	if _, ok := model.Group(); ok {
		scoring = scoreTransactions
	}
	err = scoring(ctx, model, reader, out, p)
	p.stop()
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitInterrupted, nil}
	case err != nil:
		return failed(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// rowKind says which form the rows have: by flag, by the file's name, or by the first byte that is not white space.
func rowKind(name string, o scoreOptions, first byte) (records.Kind, error) {
	format := o.format
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")), ".")
	}
	switch format {
	case "csv":
		return records.CSV, nil
	case "jsonl", "ndjson", "json":
		return records.JSON, nil
	}
	if o.format != "" {
		return "", usage(fmt.Errorf("--format is csv or jsonl, not %q", o.format))
	}
	if name != "-" {
		return "", usage(errors.New("the name ends neither in .csv nor in .jsonl: say --format"))
	}
	if first == '{' {
		return records.JSON, nil
	}
	return records.CSV, nil
}
