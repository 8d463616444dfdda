// Command pipeline is beam-pmml: it serves PMML models inside a stream.
//
//	go run ./pipeline            runs the demo
//	go run ./pipeline run …      scores events with the models that a control stream names
//	go run ./pipeline score …    scores a file of rows with one document, without a pipeline
//
// See the subcommands' own --help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/spf13/cobra"
)

// Exit codes of every subcommand; 3–9 are reserved.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// exitError ends the program with a code. Its text, if any, goes to stderr.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// failed and usage give an error its exit code.
func failed(err error) error { return &exitError{exitFailed, err} }
func usage(err error) error  { return &exitError{exitUsage, err} }

func main() { os.Exit(realMain(os.Args[1:])) }

// realMain is the program. Three kinds of caller give it an argv that starts with a flag or is empty: a person who
// wants the demo, Beam's worker boot and a template launcher. They get the standard flag package, because Beam ships
// to its workers what flag.Visit names; everything else is a subcommand.
func realMain(args []string) int {
	if flink.IsWorker(args) {
		return flink.WorkerMain(args)
	}
	if len(args) > 0 && strings.HasPrefix(args[0], "-") && !isHelp(args[0]) {
		args = append([]string{"run"}, args...)
	}
	if len(args) == 0 {
		args = []string{"demo"}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	root := newRootCommand()
	root.SetArgs(args)
	return exitCode(root.ExecuteContext(ctx))
}

func isHelp(arg string) bool { return arg == "-h" || arg == "--help" || arg == "-help" }

// exitCode prints an error, if there is one, and says how the program ends.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	code := exitUsage // what cobra itself finds is bad usage
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "error:", text)
	}
	return code
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "pipeline",
		Short:         "Serve PMML models inside a stream",
		Long:          "beam-pmml serves PMML models inside a stream: events name a model, a control stream adds, replaces\nand removes models while events flow. Without arguments it runs the demo.",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(newDemoCommand(), newRunCommand(), newScoreCommand(), newInspectCommand(), newVerifyCommand(), newControlCommand(), newFlinkCommand(), newWorkerPoolCommand(), newTemplateCommand())
	return root
}

// newHelpCommand is cobra's, but for a subcommand that is not there, which is bad usage.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what a command does",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usage(fmt.Errorf("no command %q", strings.Join(args, " ")))
			}
			return about.Help()
		},
	}
}
