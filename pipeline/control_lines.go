package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// A controlLine is one line of a control file that is not blank.
type controlLine struct {
	number  int // from 1, blank lines counted
	message sideinput.Message
	err     error // why the line cannot be used
}

// readControlLines hands on the lines of a file, or of in for "-". Lines have
// no timestamp of their own. Of a line that is longer than a message may be no
// more is kept than shows that.
func readControlLines(path string, in io.Reader, use func(controlLine) error) error {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return usage(err)
		}
		defer file.Close()
		in = file
	}
	r := bufio.NewReader(in)
	for number := 1; ; number++ {
		line, err := readBounded(r, sideinput.MaxMessageSize+1)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return failed(fmt.Errorf("%s: %w", path, err))
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(bytes.TrimSpace(line)) > 0 {
			l := controlLine{number: number}
			l.message, l.err = sideinput.ParseMessage(line, 0, false)
			if err := use(l); err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
	}
}

// readBounded reads a line without its end; what is longer than most bytes is
// read but not kept.
func readBounded(r *bufio.Reader, most int) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part[:min(len(part), most+2-len(line))]...)
		if err != nil && errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), err
	}
}

// readControlTable is the table that a file's usable lines make, and the
// number of the line that first said each message. Other lines are named on
// messages.
func readControlTable(path string, in io.Reader, messages io.Writer) (*sideinput.Table, map[string]int, error) {
	var all []sideinput.Message
	lines := make(map[string]int)
	err := readControlLines(path, in, func(l controlLine) error {
		if l.err != nil {
			fmt.Fprintf(messages, "line %d: %v\n", l.number, l.err)
		} else if key := messageKey(l.message); lines[key] == 0 {
			lines[key] = l.number
			all = append(all, l.message)
		}
		return nil
	})
	table, effects := sideinput.NewTable().With(all, sideinput.Bounds{})
	for _, e := range effects {
		if e.Kind.Refused() {
			fmt.Fprintf(messages, "line %d: %s\n", lines[messageKey(e.Message)], e.Kind)
		}
	}
	return table, lines, err
}

// messageKey tells messages apart.
func messageKey(m sideinput.Message) string { return string(m.AppendCanonical(nil)) }
