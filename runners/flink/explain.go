package flink

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Sentinels for what Flink says when a job cannot be started or goes on failing; the text of each error says what to do.
var (
	ErrSavepoint   = errors.New("flink: the job cannot start from this savepoint")
	ErrEnvironment = errors.New("flink: the job's workers cannot be started")
	ErrSlots       = errors.New("flink: the cluster has too few free slots")
)

// causes are known failures by what their text holds, of Flink 1.19 and Beam 2.70. The first that fits is taken.
var causes = []struct {
	text *regexp.Regexp
	is   error
	next string // what to do
}{
	{regexp.MustCompile(`Cannot find (checkpoint or savepoint|meta data) file|Failed to (?:load|read) (?:savepoint|checkpoint)|_metadata.*(?:does not exist|No such file)`),
		ErrSavepoint, "there is none: --flink-savepoint takes the uri that was printed when it was made, as the JobManager's machine sees it"},
	{regexp.MustCompile(`Cannot map checkpoint/savepoint state for operator`),
		ErrSavepoint, "it holds state of a step that this pipeline has not: it was made with another --join, other inputs or outputs, another version, or another --environment_type or --flink-operator-chaining; with --flink-allow-unknown-state that state is given up"},
	{regexp.MustCompile(`(?i)max(?:imum)? ?parallelism`),
		ErrSavepoint, "it was made with another --flink-max-parallelism, which is fixed for the life of the state"},
	{regexp.MustCompile(`Cannot run program`),
		ErrEnvironment, "--environment_config must be the path of this executable on every TaskManager's machine"},
	{regexp.MustCompile(`Process died with exit code`),
		ErrEnvironment, "the worker process ended; what it printed is in the folder that --flink-worker-logs names, or that the cluster has for it"},
	{regexp.MustCompile(`(?s)UNAVAILABLE: io exception.*ExternalEnvironmentFactory`),
		ErrEnvironment, "no worker pool listens at --environment_config, as the TaskManagers see it"},
	{regexp.MustCompile(`NoResourceAvailableException|Could not acquire the minimum required resources`),
		ErrSlots, "the job needs --parallelism slots that no other job has"},
	{regexp.MustCompile(`Unable to find factory method`),
		ErrVersion, "its class path lacks the class NoUpload: submit with --flink-upload-jars"},
	{regexp.MustCompile(`InvalidClassException|serialVersionUID|Could not deserialize|NoSuchMethodError|NoSuchFieldError|ClassNotFoundException: org\.apache\.(?:flink|beam)`),
		ErrVersion, "job server and cluster must be of one version of Flink and, unless jars are uploaded with the job (--flink-upload-jars), of Beam"},
}

// explain turns a failure's text into an error that says what to do. Text that is not known is passed on.
func explain(text string) error {
	for _, c := range causes {
		if place := c.text.FindStringIndex(text); place != nil {
			return fmt.Errorf("%w: %s (Flink says: %s)", c.is, c.next, lineAround(text, place[0]))
		}
	}
	return errors.New(firstLines(text, 12))
}

// lineAround is the line of text at this place, without indentation.
func lineAround(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	return strings.TrimSpace(line[:min(len(line), 600)])
}

// firstLines are the first n lines; a stack trace has hundreds.
func firstLines(text string, n int) string {
	lines := strings.SplitAfterN(strings.TrimSpace(text), "\n", n+1)
	return strings.TrimSpace(strings.Join(lines[:min(n, len(lines))], ""))
}
