package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func newDemoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Run the demo on the embedded runner: what the program does without arguments",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := demoFolder()
			if err != nil {
				return usage(err)
			}
			if err := parseRunFlags([]string{
				"--events=" + filepath.Join(folder, "events.jsonl"),
				"--control=" + filepath.Join(folder, "control.jsonl"),
				"--out=" + filepath.Join("out", "demo"),
				"--horizon=0",
			}); err != nil {
				return err
			}
			fmt.Printf("Events of %s, with the models that %s names.\n\n", runFlags.events, runFlags.control)
			return runPipeline(cmd.Context(), &runFlags)
		},
	}
}

// demoFolder finds testdata/demo in the working folder or one above it.
func demoFolder() (string, error) {
	dir := "."
	for range 5 {
		folder := filepath.Join(dir, "testdata", "demo")
		if _, err := os.Stat(filepath.Join(folder, "control.jsonl")); err == nil {
			return folder, nil
		}
		dir = filepath.Join(dir, "..")
	}
	return "", errors.New("the demo's files (testdata/demo) are not here: run it in a checkout of the project, or see run --help")
}
