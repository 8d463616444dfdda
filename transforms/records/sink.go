package records

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

func init() {
	beam.RegisterDoFn(&writeFn{})
	beam.RegisterDoFn(&endFn{})
	register.Emitter1[int]()
}

// LineSink says where lines go.
type LineSink struct {
	Folder     string // made where it is not there
	Name       string // of the file, such as "results.jsonl"
	PerProcess bool   // host and process id go into the file's name, so that the workers of a cluster can share Folder
	Fresh      bool   // a file of that name is removed when the pipeline is built; else lines are appended to it
	Leaf       bool   // nothing follows the writing: two steps less, for runners that need none
}

// WriteLines appends a PCollection of Lines to a file. Whole lines are written at once, at the latest when a bundle
// ends; so a bundle that is repeated may write lines again, and who reads the file while it grows sees half a line only
// while one write is under way.
//
// Several branches and bundles of one process may write to one file. Without PerProcess the file must belong to one
// process.
func WriteLines(s beam.Scope, cfg LineSink, lines beam.PCollection) {
	if err := TryWriteLines(s, cfg, lines); err != nil {
		panic(fmt.Sprintf("records.WriteLines: %v", err))
	}
}

// TryWriteLines is WriteLines that returns what is wrong.
func TryWriteLines(s beam.Scope, cfg LineSink, lines beam.PCollection) error {
	if cfg.Name == "" || cfg.Name == "." || cfg.Name == ".." || cfg.Name != filepath.Base(cfg.Name) {
		return fmt.Errorf("records: %q is not the name of a file", cfg.Name)
	}
	if cfg.Fresh {
		if err := lineFiles.remove(cfg.path()); err != nil {
			return err
		}
	}
	s = s.Scope("records.WriteLines")
	if written := beam.ParDo(s, &writeFn{Sink: cfg}, lines); !cfg.Leaf {
		End(s, written)
	}
	return nil
}

// End takes the output of a sink, a PCollection of int that stays empty. The output and the Reshuffle that takes it keep
// prism from spinning: a stage without output makes it burn a core as long as a bundle runs (docs/ARCHITECTURE.md). Flink's
// runner needs an output of a stage that has side inputs, or leaves the stage out without a word; else none, and each step
// costs CPU there even while nothing comes.
func End(s beam.Scope, output beam.PCollection) {
	beam.ParDo0(s, &endFn{}, beam.Reshuffle(s, output))
}

// writeBytes is how much is gathered before it is written, unless a bundle ends.
const writeBytes = 256 << 10

// writeFn writes lines. What it gathers is of one bundle only, so a bundle that fails takes no other's lines with it.
type writeFn struct {
	Sink LineSink

	file *lineFile
	buf  []byte // whole lines
}

// Setup joins the writers of the file in this process.
func (f *writeFn) Setup() (err error) {
	f.file, err = lineFiles.open(f.Sink.path())
	return err
}

// StartBundle begins with nothing.
func (f *writeFn) StartBundle(func(int)) { f.buf = f.buf[:0] }

// ProcessElement takes lines. The emitter is never used.
func (f *writeFn) ProcessElement(l Lines, _ func(int)) error {
	if f.buf = append(f.buf, l.Buf...); len(f.buf) < writeBytes {
		return nil
	}
	return f.write()
}

// FinishBundle writes what is left.
func (f *writeFn) FinishBundle(func(int)) error { return f.write() }

func (f *writeFn) write() error {
	lines := f.buf
	f.buf = f.buf[:0]
	if len(lines) == 0 {
		return nil
	}
	return f.file.append(lines)
}

// endFn takes nothing.
type endFn struct{}

// ProcessElement is never called.
func (*endFn) ProcessElement(int) {}

// path returns the file's path in this process: results.jsonl becomes results-HOST-PID.jsonl with PerProcess.
func (c LineSink) path() string {
	name := c.Name
	if c.PerProcess {
		host, _ := os.Hostname()
		ext := filepath.Ext(name)
		name = fmt.Sprintf("%s-%s-%d%s", name[:len(name)-len(ext)], host, os.Getpid(), ext)
	}
	return filepath.Join(c.Folder, name)
}
