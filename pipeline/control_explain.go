package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/spf13/cobra"
)

func newControlExplainCommand() *cobra.Command {
	var at, key string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain FILE REFERENCE",
		Short: "Explain what a reference means at a time, and why",
		Long: `Explain which version serves events that carry a reference (name, name@version, name:label or #hash) at a time, or why
none does, and list the messages of the model in the order in which they take effect, each with its effect and its line.
Where a label is split among versions, --key says of which event.`,
		Example: `  pipeline control explain control.jsonl fraud --at 2026-11-01T12:00:00Z
  pipeline control explain control.jsonl fraud:champion --key e-17`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			when, err := parseAt(at)
			if err != nil {
				return err
			}
			ref, err := sideinput.ParseReference([]byte(args[1]))
			if err != nil {
				return usage(fmt.Errorf("%s: %w", strconv.Quote(args[1]), err))
			}
			table, lines, err := readControlTable(args[0], cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			e := explain(table, lines, ref.WithKey([]byte(key)), when)
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetEscapeHTML(false)
				err = encoder.Encode(e)
			} else {
				err = e.writeText(cmd.OutOrStdout())
			}
			if err != nil {
				return failed(err)
			}
			return nil
		},
	}
	addAtFlag(cmd, &at)
	cmd.Flags().StringVar(&key, "key", "", "the split key of an event: its `text`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// An explanation is what explain prints.
type explanation struct {
	Reference string             `json:"reference"`
	At        string             `json:"at,omitempty"` // absent: after all messages
	Reason    sideinput.Reason   `json:"reason,omitempty"`
	Alias     *explainedAlias    `json:"alias,omitempty"` // of name:label, where the label is set
	Served    *explainedVersion  `json:"served,omitempty"`
	Fallbacks []string           `json:"fallbacks,omitempty"` // versions, the most recently served first
	Messages  []explainedMessage `json:"messages"`            // up to the time, in order
}

type explainedVersion struct {
	Model   string `json:"model"`
	Version string `json:"version"`
	Hash    string `json:"hash"`
	URI     string `json:"uri"`
	SHA256  string `json:"sha256,omitempty"`
	Since   string `json:"since"`
	Line    int    `json:"line"`
}

type explainedAlias struct {
	To    []printedTarget `json:"to"`
	Since string          `json:"since"`
	Line  int             `json:"line"`
	text  string
}

type explainedMessage struct {
	Line    int                  `json:"line"`
	Op      string               `json:"op"`
	Model   string               `json:"model"`
	Version string               `json:"version,omitempty"`
	Alias   string               `json:"alias,omitempty"`
	To      []printedTarget      `json:"to,omitempty"`
	At      string               `json:"at"`
	Seq     *int64               `json:"seq,omitempty"`
	Effect  sideinput.EffectKind `json:"effect"`
	text    string
}

func explain(table *sideinput.Table, lines map[string]int, ref sideinput.Reference, at int64) explanation {
	r := table.Resolve(ref, at)
	e := explanation{Reference: ref.String(), Reason: r.Reason, Messages: []explainedMessage{}}
	if at != sideinput.Latest {
		e.At = sideinput.FormatTime(at)
	}
	names := []string{ref.Name()}
	if names[0] == "" { // a hash: of whichever models have a version with it
		names = modelsWithHash(table, ref)
	}
	for _, name := range names {
		for _, judged := range table.History(name) {
			m := judged.Message
			if m.At > at {
				break
			}
			x := explainedMessage{Line: lines[messageKey(m)], Op: m.Op.String(), Model: m.Model, Version: m.Version,
				Alias: m.Alias, To: printedTargets(m.To), At: sideinput.FormatTime(m.At), Effect: judged.Kind, text: messageText(m)}
			if m.HasSeq {
				x.Seq = &m.Seq
			}
			e.Messages = append(e.Messages, x)
			if c := r.Choice; c != nil && m.Op.HasDocument() && isChoice(m, c) {
				e.Served = &explainedVersion{Model: c.Name, Version: c.Version, Hash: sideinput.HashReference(c.Name, c.Version),
					URI: sideinput.ShownURI(c.URI), SHA256: c.SHA256, Since: sideinput.FormatTime(c.At), Line: x.Line}
			}
		}
	}
	for _, m := range table.StateOf(ref.Name(), at).Aliases {
		if m.Alias == ref.Alias() {
			e.Alias = &explainedAlias{To: printedTargets(m.To), Since: sideinput.FormatTime(m.At), Line: lines[messageKey(m)], text: targetsText(m.To)}
		}
	}
	for _, c := range table.Fallbacks(ref, at) {
		e.Fallbacks = append(e.Fallbacks, c.Version)
	}
	return e
}

// messageText is what a message says, for people.
func messageText(m sideinput.Message) string {
	words := []string{m.Op.String(), m.Model}
	switch {
	case m.Op == sideinput.Alias:
		words = append(words, m.Alias, targetsText(m.To))
	case m.Version != "":
		words = append(words, m.Version)
	}
	return strings.Join(words, " ")
}

// isChoice says whether a message is the fact that decided.
func isChoice(m sideinput.Message, c *sideinput.Choice) bool {
	return sideinput.Choice{Name: m.Model, Version: m.Version, URI: m.URI, SHA256: m.SHA256, At: m.At, Seq: m.Seq, HasSeq: m.HasSeq} == *c
}

func modelsWithHash(table *sideinput.Table, ref sideinput.Reference) (names []string) {
	hash, _ := ref.Hash()
	for _, name := range table.Names() {
		for _, judged := range table.History(name) {
			if m := judged.Message; m.Version != "" && sideinput.Hash(name, m.Version) == hash {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

func (e explanation) writeText(out io.Writer) error {
	var b bytes.Buffer
	b.WriteString(e.Reference)
	if e.At != "" {
		b.WriteString(" at " + e.At)
	}
	if s := e.Served; s != nil {
		fmt.Fprintf(&b, ": version %s of %s, from line %d\n  uri     %s\n", s.Version, s.Model, s.Line, s.URI)
		if s.SHA256 != "" {
			fmt.Fprintf(&b, "  sha256  %s\n", s.SHA256)
		}
		fmt.Fprintf(&b, "  hash    %s\n", s.Hash)
	} else {
		fmt.Fprintf(&b, ": %s\n", e.Reason)
	}
	if a := e.Alias; a != nil {
		fmt.Fprintf(&b, "  label   to %s, from line %d\n", a.text, a.Line)
	}
	for _, version := range e.Fallbacks {
		fmt.Fprintf(&b, "  served before, and would again: version %s\n", version)
	}
	if len(e.Messages) > 0 {
		b.WriteByte('\n')
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LINE\tAT\tSEQ\tMESSAGE\tEFFECT")
		for _, m := range e.Messages {
			seq := ""
			if m.Seq != nil {
				seq = strconv.FormatInt(*m.Seq, 10)
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", m.Line, m.At, seq, m.text, m.Effect)
		}
		w.Flush() // into a buffer, which takes all
	}
	_, err := out.Write(b.Bytes())
	return err
}
