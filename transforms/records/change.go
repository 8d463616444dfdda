package records

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// Kinds of status about followed files. The body has path; source, the place of the records from here on; and lost if
// what was not read of the file before, if anything, cannot be read any more.
const (
	StatusTruncated = "TRUNCATED" // the file has become shorter than what was read of it
	StatusRotated   = "ROTATED"   // another file has taken the path
)

// lines returns the change as a status line.
func (c change) lines(now time.Time) Lines {
	about := strconv.AppendInt(append([]byte(c.file.Path), 0), c.file.Generation, 10)
	body, err := json.Marshal(changeBody{c.file.Path, c.file.source(), c.lost})
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	var l Lines
	l.Buf = sideinput.Status{Kind: c.kind, ID: sideinput.StatusID(c.kind, about), Time: now, Body: body}.AppendJSON(nil)
	l.End()
	return l
}

type changeBody struct {
	Path   string `json:"path"`
	Source string `json:"source"`
	Lost   bool   `json:"lost,omitempty"`
}
