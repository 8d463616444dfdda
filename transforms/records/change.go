package records

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// lines returns the change as a status line, in the envelope that all status lines have (docs/protocol.md). A repeated
// attempt gives the same id.
func (c change) lines(now time.Time) Lines {
	kind := "source_" + c.kind
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", kind, c.file.Path, c.file.Generation))
	worker, _ := os.Hostname()
	data, err := json.Marshal(statusLine{
		V: 1, Kind: kind, ID: hex.EncodeToString(sum[:8]), Time: now.UTC().Format("2006-01-02T15:04:05.000Z"),
		Worker: worker, Body: changeBody{c.file.Path, c.file.source(), c.lost},
	})
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	var l Lines
	l.Buf = data
	l.End()
	return l
}

type statusLine struct {
	V      int        `json:"v"`
	Kind   string     `json:"kind"`
	ID     string     `json:"id"`
	Time   string     `json:"time"`
	Worker string     `json:"worker"`
	Body   changeBody `json:"body"`
}

type changeBody struct {
	Path   string `json:"path"`
	Source string `json:"source"`         // the place of the records from here on
	Lost   bool   `json:"lost,omitempty"` // the rest of the file before could not be read
}
