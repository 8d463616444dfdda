package records

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func init() {
	beam.RegisterDoFn(&readControlFn{})
	beam.RegisterDoFn(&followControlFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter2[beam.EventTime, sideinput.Raw]()
}

// ControlSource says which files hold control messages, one a line. Its fields are as those of FileSource, but for Lateness.
type ControlSource struct {
	Paths    []string
	Folder   string
	Follow   bool
	Poll     time.Duration
	Hold     time.Duration
	Wait     bool
	Lateness time.Duration // of a followed one: how far its watermark lies behind the clock
}

// controlLineBytes bounds what is read of a line. It is more than a message may have, so that the front of a longer
// line is refused as too long.
const controlLineBytes = 16 << 10

func (c ControlSource) files() FileSource {
	return FileSource{
		Paths: c.Paths, Folder: c.Folder, RecordBytes: controlLineBytes, BlockRecords: 1000,
		Follow: c.Follow, Poll: c.Poll, Hold: c.Hold, Wait: c.Wait,
	}.withDefaults()
}

// ReadControl returns a PCollection of sideinput.Raw, one a line: Source is its place, and it has no time of its own.
// Bounded or following it is like ReadFiles, and takes the same options. A bounded control input has timestamps before
// all events. A line of a followed one has the time at which it was read, and the watermark is the clock less Lateness.
func ReadControl(s beam.Scope, cfg ControlSource, opts ...Option) beam.PCollection {
	control, err := TryReadControl(s, cfg, opts...)
	if err != nil {
		panic(fmt.Sprintf("records.ReadControl: %v", err))
	}
	return control
}

// TryReadControl is ReadControl that returns what is wrong.
func TryReadControl(s beam.Scope, cfg ControlSource, opts ...Option) (beam.PCollection, error) {
	source := cfg.files()
	if err := source.check(); err != nil {
		return beam.PCollection{}, err
	}
	o := NewOptions(opts...)
	s = s.Scope("records.ReadControl")
	if cfg.Follow {
		control, status := beam.ParDo2(s, &followControlFn{Source: source, Lateness: cfg.Lateness}, o.Gate(s, []Work{{}}))
		o.Tell(status)
		return control, nil
	}
	files, err := source.cut()
	if err != nil {
		return beam.PCollection{}, err
	}
	return beam.ParDo(s, &readControlFn{Folder: source.Folder}, o.Gate(s, files[0])), nil
}

// PresentControl reads what the control files hold now. Of files that are followed, a last line without its end is
// left out, as it may still be written.
func PresentControl(cfg ControlSource) ([]sideinput.Raw, error) {
	source := cfg.files()
	if err := source.check(); err != nil {
		return nil, err
	}
	folder := folder(source.Folder)
	files, err := folder.expand(source.Paths, !source.Follow)
	if err != nil {
		return nil, err
	}
	var raws []sideinput.Raw
	for _, path := range files {
		if err := readControl(folder, path, !source.Follow, func(r sideinput.Raw) { raws = append(raws, r) }); err != nil {
			return nil, err
		}
	}
	return raws, nil
}

func readControl(folder folder, path string, last bool, emit func(sideinput.Raw)) error {
	file, info, err := openRegular(folder.at(path))
	if err != nil {
		return err
	}
	defer file.Close()
	r := &lineReader{file: file, size: info.Size(), most: controlLineBytes}
	for {
		g, err := r.next(1000, chunk, math.MaxInt64, last)
		if err != nil || g.next == g.at {
			return err
		}
		g.raws(path, emit)
	}
}

// raws emits each line as a control record.
func (g *group) raws(source string, emit func(sideinput.Raw)) {
	for _, l := range g.lines {
		data, offset := g.data[l.begin:l.end:l.end], g.at+int64(l.begin)
		if offset == 0 {
			data = withoutMark(data)
		}
		emit(sideinput.Raw{Data: data, Source: source + "@" + strconv.FormatInt(offset, 10)})
	}
}

// readControlFn reads whole control files.
type readControlFn struct{ Folder string }

// ProcessElement reads one file.
func (f *readControlFn) ProcessElement(w Work, emit func(sideinput.Raw)) error {
	return readControl(folder(f.Folder), w.Path, true, emit)
}

// followControlFn follows control files.
type followControlFn struct {
	following
	Source   FileSource
	Lateness time.Duration

	follower *follower
}

// Setup prepares the follower.
func (f *followControlFn) Setup() error {
	blocks, err := newBlockReader(f.Source)
	f.follower = &follower{source: f.Source, blocks: blocks}
	return err
}

// ProcessElement reads until there is nothing new, or for Hold.
func (f *followControlFn) ProcessElement(we *Watermark, rt *sdf.LockRTracker, _ Work,
	emit func(beam.EventTime, sideinput.Raw), tell func(beam.EventTime, Lines)) (sdf.ProcessContinuation, error) {
	return f.follower.run(rt, followed{
		group: func(g group, source, _ string) (int64, func()) {
			return NoTime, func() {
				now := mtime.Now() // one for all of them: records of one time travel together
				g.raws(source, func(r sideinput.Raw) { emit(now, r) })
			}
		},
		changed: func(c change) { tell(mtime.Now(), c.lines(time.Now())) },
		moved:   func(int64) { we.Set(time.Now().Add(-f.Lateness).UnixMilli()) },
	})
}
