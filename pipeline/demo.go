package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func newDemoCommand() *cobra.Command {
	var broker string
	cmd := &cobra.Command{
		Use:   "demo [-- FLAGS OF RUN]",
		Short: "Run the demo: without flags on the embedded runner, as the program does without arguments",
		Example: `  pipeline demo
  pipeline demo --broker=localhost:9092 -- --runner=flink --endpoint=localhost:8099`,
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := demoFolder()
			if err != nil {
				return usage(err)
			}
			if broker != "" {
				return runKafkaDemo(cmd.Context(), folder, broker, args)
			}
			if err := parseRunFlags(append([]string{
				"--events=" + filepath.Join(folder, "events.jsonl"),
				"--control=" + filepath.Join(folder, "control.jsonl"),
				"--out=" + filepath.Join("out", "demo"),
				"--horizon=0",
			}, args...)); err != nil {
				return err
			}
			fmt.Printf("Events of %s, with the models that %s names.\n\n", runFlags.events, runFlags.control)
			return runPipeline(cmd.Context(), &runFlags)
		},
	}
	cmd.Flags().StringVar(&broker, "broker", "", "Kafka broker through which events, messages and outputs go, in topics of their own (default: files)")
	return cmd
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
