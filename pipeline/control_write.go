package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/spf13/cobra"
)

// controlWrite holds the flags of the commands that write a message.
type controlWrite struct {
	at      string
	seq     int64
	hasSeq  bool
	labels  map[string]string
	to      string
	models  string
	preload bool
}

func (o *controlWrite) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.at, "at", "", "the `time` from which on it holds, as 2026-11-01T12:00:00Z (default: now)")
	f.Int64Var(&o.seq, "seq", 0, "the `number` that orders messages of one time (default: the file's highest and one, or the clock's milliseconds)")
	f.StringToStringVar(&o.labels, "label", nil, "`name=text` to be copied to status, such as actor=ann; may be repeated")
	f.StringVar(&o.to, "to", "", "the `file` that the message is appended to (default: it is printed)")
}

func (o *controlWrite) addDocumentFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.models, "models", "", "the `folder` below which a uri without a scheme lies (default: that of --to, or this one)")
	f.BoolVar(&o.preload, "preload", false, "ask workers to load the document before an event needs it")
}

const writeLong = `

The document is read, and its sha256 is written into the message, so that nothing else is ever served in its name.
A document that cannot be served is a warning. URI is a path below --models, or gs://, s3:// or https://.`

func newControlAddCommand() *cobra.Command {
	return newDocumentCommand(sideinput.Add, "add", "Write an ADD: make a version known",
		"Write the message that makes a version of a model known. It serves if no version does.")
}

func newControlUpdateCommand() *cobra.Command {
	return newDocumentCommand(sideinput.Update, "update", "Write an UPDATE: let a version serve",
		"Write the message that sets the document of a version and lets the version serve.")
}

func newDocumentCommand(op sideinput.Op, name, short, long string) *cobra.Command {
	var o controlWrite
	cmd := &cobra.Command{
		Use:     name + " MODEL VERSION URI",
		Short:   short,
		Long:    long + writeLong,
		Example: fmt.Sprintf("  pipeline control %s fraud 3 models/fraud-3.pmml --to control.jsonl --label actor=ann", name),
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.hasSeq = cmd.Flags().Changed("seq")
			m := sideinput.Message{Op: op, Model: args[0], Version: args[1], URI: args[2], Preload: o.preload}
			// What is wrong with the names is said before anything is opened.
			if err := checkMessage(m); err != nil {
				return err
			}
			doc, err := readDocument(cmd.Context(), o.document(args[2]))
			if err != nil {
				return err
			}
			m.SHA256 = doc.sha256
			warnOfDocument(doc, cmd.ErrOrStderr())
			return o.write(m, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.addFlags(cmd)
	o.addDocumentFlags(cmd)
	return cmd
}

func newControlDelCommand() *cobra.Command {
	var o controlWrite
	cmd := &cobra.Command{
		Use:   "del MODEL [VERSION]",
		Short: "Write a DEL: remove a version, or all of a model",
		Long: `Write the message that removes a version of a model, or all of the model. After it the version that served last
and is still known serves.`,
		Example: "  pipeline control del fraud 3 --to control.jsonl --label reason=recall",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.hasSeq = cmd.Flags().Changed("seq")
			m := sideinput.Message{Op: sideinput.Del, Model: args[0]}
			if len(args) == 2 {
				if args[1] == "" {
					return usage(fmt.Errorf("an empty version: leave it out to remove all of %s", args[0]))
				}
				m.Version = args[1]
			}
			return o.write(m, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.addFlags(cmd)
	return cmd
}

// document is where a uri's document lies, for readDocument.
func (o *controlWrite) document(uri string) string {
	if strings.Contains(uri, "://") || filepath.IsAbs(uri) {
		return uri
	}
	folder := o.models
	if folder == "" && o.to != "" {
		folder = filepath.Dir(o.to)
	}
	return filepath.Join(folder, filepath.FromSlash(uri))
}

// time is --at, or now.
func (o *controlWrite) time() (int64, error) {
	if o.at == "" {
		return time.Now().UnixMilli(), nil
	}
	return parseAt(o.at)
}

// write completes the message and appends it to --to, or prints it.
func (o *controlWrite) write(m sideinput.Message, out, messages io.Writer) error {
	var err error
	if m.At, err = o.time(); err != nil {
		return err
	}
	m.Labels = o.labels
	table, highest := sideinput.NewTable(), time.Now().UnixMilli()-1
	if o.to != "" {
		if table, highest, err = presentTable(o.to); err != nil {
			return err
		}
	}
	m.HasSeq, m.Seq = true, o.seq
	if !o.hasSeq {
		if highest == math.MaxInt64 {
			return usage(fmt.Errorf("%s has the highest seq there is: give one with --seq", o.to))
		}
		m.Seq = highest + 1
	}
	if err := checkMessage(m); err != nil {
		return err
	}
	line := append(m.AppendJSON(nil), '\n')
	if o.to == "" {
		if _, err := out.Write(line); err != nil {
			return failed(err)
		}
		return nil
	}
	if err := appendLine(o.to, line); err != nil {
		return failed(err)
	}
	_, effects := table.With([]sideinput.Message{m}, sideinput.Bounds{})
	checked := checkedEffect(0, effects)
	fmt.Fprintf(messages, "%s: appended; effect %s", o.to, *checked.Effect)
	if checked.Reason != nil {
		fmt.Fprintf(messages, ": %s", *checked.Reason)
	}
	fmt.Fprintln(messages)
	return nil
}

// checkMessage reads the message as its receivers will.
func checkMessage(m sideinput.Message) error {
	if _, err := sideinput.ParseMessage(m.AppendJSON(nil), 0, false); err != nil {
		return usage(err)
	}
	return nil
}

// presentTable is the table of a control file, which need not exist yet, and
// the highest seq in it, 0 if there is none.
func presentTable(path string) (*sideinput.Table, int64, error) {
	var all []sideinput.Message
	var highest int64
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return sideinput.NewTable(), 0, nil
	}
	err := readControlLines(path, nil, func(l controlLine) error {
		if l.err == nil {
			all = append(all, l.message)
			highest = max(highest, l.message.Seq)
		}
		return nil
	})
	table, _ := sideinput.NewTable().With(all, sideinput.Bounds{})
	return table, highest, err
}

// appendLine adds a line to a file in one write, so that whoever follows the
// file sees all of it or nothing. A last line without its end is ended first.
func appendLine(path string, line []byte) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && info.Size() > 0 {
		last := make([]byte, 1)
		if _, err = file.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if err == nil {
		_, err = file.Write(line)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

func warnOfDocument(doc *source, messages io.Writer) {
	if _, err := pmml.Load(bytes.NewReader(doc.text)); err != nil {
		fmt.Fprintf(messages, "warning: %s cannot be served: %v\n", doc.name, err)
	}
}
