package records

import (
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// FileSource says which files to read and how.
type FileSource struct {
	Paths      []string   // files, globs or folders
	Conversion Conversion // how records are read
	Parts      int        // ranges that a file is cut into, each in a branch of its own; default 1; bounded only

	BlockRecords int           // most records of a block; default 100
	BlockBytes   int           // bytes after which a block ends; default 256 KiB
	BlockTime    time.Duration // following: how long a record waits for others; default 0

	Follow   bool          // go on reading as the files grow
	Poll     time.Duration // following: pause when there is nothing new; default 100 ms
	Hold     time.Duration // following: how long one call reads before it checkpoints; default 1 s
	Lateness time.Duration // following: how far the watermark stays behind the greatest event time; default 0
	MaxBytes int           // most bytes of a record; default 1 MiB
}

// Option changes how ReadFiles is built.
type Option func(*readOptions)

type readOptions struct{ after *beam.PCollection }

// After makes the source wait for the one snapshot in a PCollection<[]byte>, and name it in each block.
func After(snapshot beam.PCollection) Option {
	return func(o *readOptions) { o.after = &snapshot }
}

// ReadFiles returns PCollections of Block, one a branch. Apply what follows (Score, the sinks) to each branch by
// itself: a Flatten would end the fused stage.
func ReadFiles(s beam.Scope, cfg FileSource, opts ...Option) []beam.PCollection { return nil }

// Stop makes all following sources of this process end: what they have read is emitted and the pipeline runs dry.
func Stop() {}

// ControlSource says which files hold control messages.
type ControlSource struct {
	Paths  []string
	Follow bool
	Poll   time.Duration
	Hold   time.Duration
}

// ReadControl returns a PCollection of sideinput.Raw, one a line.
func ReadControl(s beam.Scope, cfg ControlSource) beam.PCollection { return beam.PCollection{} }

// LineSink says where lines go.
type LineSink struct {
	Folder     string // made if it is not there
	Name       string // of the file, such as "results.jsonl"
	PerProcess bool   // put host and process id into the file's name, for clusters
}

// WriteLines appends a PCollection of Lines to a file.
func WriteLines(s beam.Scope, cfg LineSink, lines beam.PCollection) {}
