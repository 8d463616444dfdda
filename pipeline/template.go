package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	df "google.golang.org/api/dataflow/v1b3"
)

// newTemplateCommand prints what make template-metadata writes to runners/dataflow/template/metadata.json. It is for whoever
// builds the template, so the help does not list it.
func newTemplateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "template-metadata", Short: "Print the metadata of the Flex Template", Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			metadata, err := templateMetadata()
			if err != nil {
				return failed(err)
			}
			return printMetadata(os.Stdout, metadata)
		},
	}
}

func printMetadata(w io.Writer, metadata *df.TemplateMetadata) error {
	text, err := json.MarshalIndent(metadata, "", "  ")
	if err != nil {
		return failed(err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// templateMetadata describes the flags of run that mean something on Dataflow. Those of the job itself (region, machine
// type, update …) are flags of the command that runs a template.
func templateMetadata() (*df.TemplateMetadata, error) {
	m := &df.TemplateMetadata{
		Name:        "beam-pmml",
		Description: "Scores events from Pub/Sub with PMML models that a control stream adds, replaces and removes while events flow.",
		Streaming:   true,
		// A repeated event is scored again with the same outcome and record id; a repeated message changes nothing.
		SupportsAtLeastOnce: true, SupportsExactlyOnce: true, DefaultStreamingMode: "EXACTLY_ONCE",
	}
	var err error
	add := func(f *flag.Flag) {
		if _, not := notInTemplate(f.Name); not || err != nil {
			return
		}
		var p *df.ParameterMetadata
		if p, err = templateParameter(f); err == nil {
			m.Parameters = append(m.Parameters, p)
		}
	}
	for _, name := range requiredOfTemplate {
		add(ownFlags.Lookup(name))
	}
	ownFlags.VisitAll(func(f *flag.Flag) {
		if !isRequired(f.Name) {
			add(f)
		}
	})
	return m, err
}

// requiredOfTemplate are the parameters without which there is no job; a form shows them first.
var requiredOfTemplate = []string{"events", "control", "out", "allow-models"}

func isRequired(name string) bool {
	for _, required := range requiredOfTemplate {
		if name == required {
			return true
		}
	}
	return false
}

// notInTemplate says why a flag of run is no parameter, if it is none.
func notInTemplate(name string) (why string, not bool) {
	switch name {
	case "runner", "streaming":
		return "follows from the template", true
	case "models", "parts", "order":
		return "is about files", true
	case "exact", "control-lateness":
		return "needs a watermark that Pub/Sub does not give", true
	case "quiet":
		return "is about a terminal", true
	}
	if strings.HasPrefix(name, "kafka-") || strings.HasSuffix(name, "-topic") {
		return "is about Kafka", true
	}
	return "", false
}

// templateParameter describes a flag: its type and form by the flag's own, or where it is a text by textParameters.
func templateParameter(f *flag.Flag) (*df.ParameterMetadata, error) {
	_, help := flag.UnquoteUsage(f)
	p := &df.ParameterMetadata{
		Name: f.Name, Label: label(f.Name), HelpText: sentence(help), IsOptional: !isRequired(f.Name), DefaultValue: f.DefValue,
	}
	getter, ok := f.Value.(flag.Getter)
	if !ok {
		return nil, fmt.Errorf("flag %s: a parameter of a template has the type of a flag of the standard library", f.Name)
	}
	switch getter.Get().(type) {
	case bool:
		p.ParamType, p.Regexes = "BOOLEAN", []string{`^(true|false)$`}
	case int, int64:
		p.ParamType, p.Regexes = "NUMBER", []string{`^[0-9]+$`}
	case time.Duration:
		p.ParamType, p.Regexes = "TEXT", []string{`^(0|([0-9]+([.][0-9]+)?(ns|us|ms|s|m|h))+)$`}
	case string:
		text, known := textParameters[f.Name]
		if !known {
			return nil, fmt.Errorf("flag %s: say in textParameters which form it has, or in notInTemplate why it is no parameter", f.Name)
		}
		text.describe(p)
	default:
		return nil, fmt.Errorf("flag %s: a %T has no type in a template", f.Name, getter.Get())
	}
	return p, nil
}

// label makes a flag's name the words that a form shows.
func label(name string) string { return sentence(strings.ReplaceAll(name, "-", " ")) }

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
