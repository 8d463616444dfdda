package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/spf13/cobra"
)

func newControlCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a file of control messages line by line",
		Long: `Check a file of control messages and print one JSON object for each line that is not blank:

  {"line":n,"ok":true|false,"effect":…,"reason":…}

ok says whether the line can be used. effect is what it does to the table that the lines before it make: ADD,
UPDATE, DEL, ALIAS; NONE, if nothing changes; CONFLICT, an ADD of a known version with another document, which has no
effect; TIE, if another message of the model has the same at and seq, so that op, version, uri and sha256, or
label and targets, decide their order. It is null for a line that cannot be used. reason says why, and what to do. The exit code is 2 if a
line is not ok.`,
		Example: "  pipeline control check control.jsonl",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return checkControl(args[0], cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().Bool("json", true, "print JSON, which is what it always does")
	return cmd
}

// A checkedLine is what check prints of a line.
type checkedLine struct {
	Line   int                   `json:"line"`
	OK     bool                  `json:"ok"`
	Effect *sideinput.EffectKind `json:"effect"`
	Reason *string               `json:"reason"`
}

func checkControl(path string, in io.Reader, out io.Writer) error {
	table := sideinput.NewTable()
	lines, unusable := 0, 0
	w := bufio.NewWriter(out)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	err := readControlLines(path, in, func(l controlLine) error {
		checked := checkedLine{Line: l.number}
		if l.err != nil {
			reason := l.err.Error()
			checked.Reason = &reason
		} else {
			var effects []sideinput.Effect
			table, effects = table.With([]sideinput.Message{l.message}, sideinput.Bounds{})
			checked = checkedEffect(l.number, effects)
		}
		lines++
		if !checked.OK {
			unusable++
		}
		if err := encoder.Encode(checked); err != nil {
			return failed(err)
		}
		return nil
	})
	if flushed := w.Flush(); err == nil && flushed != nil {
		err = failed(flushed)
	}
	if err == nil && unusable > 0 {
		err = usage(fmt.Errorf("%d of %d lines cannot be used", unusable, lines))
	}
	return err
}

// checkedEffect is what the effects of one message come to. A TIE is told in
// place of the message's own effect, but for a CONFLICT, which weighs more.
func checkedEffect(line int, effects []sideinput.Effect) checkedLine {
	own := effects[0]
	kind, reason := own.Kind, ""
	has := func(kind sideinput.EffectKind) bool {
		for _, e := range effects {
			if e.Kind == kind && e.Index == 0 {
				return true
			}
		}
		return false
	}
	m := own.Message
	switch {
	case kind == sideinput.EffectTableFull:
		reason = "the table has as many models as it may have; remove some, or raise the bound"
	case kind == sideinput.EffectNameFull:
		reason = fmt.Sprintf("%s has as many messages as a model may have; move the cut with --horizon, or raise the bound", m.Model)
	case kind.Refused():
		reason = "refused"
	case own.Repeat:
		reason = "said before"
	case kind == sideinput.EffectConflict:
		reason = fmt.Sprintf("version %s of %s is known with another document, so this has no effect; UPDATE replaces it", m.Version, m.Model)
	case has(sideinput.EffectTie):
		kind = sideinput.EffectTie
		reason = fmt.Sprintf("another message of %s has the same at and seq; its effect at its place in the order is %s; give each a seq", m.Model, own.Kind)
	case kind == sideinput.EffectNone && !m.Op.HasDocument():
		reason = "there is nothing to remove"
	case kind == sideinput.EffectNone:
		reason = fmt.Sprintf("version %s of %s is known with this document", m.Version, m.Model)
	case has(sideinput.EffectUnpinned):
		reason = "unpinned: nothing says which document is meant if it changes in its place; write its sha256"
	}
	checked := checkedLine{Line: line, OK: !kind.Refused(), Effect: &kind}
	if reason != "" {
		checked.Reason = &reason
	}
	return checked
}
