package records

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// FileSource says which files to read and how. What a zero field stands for is said beside it.
type FileSource struct {
	Paths      []string   // files, globs or folders (their regular files, hidden ones left out)
	Folder     string     // absolute: relative paths lie below it, while places keep them as given; the working folder of the process that reads
	Conversion Conversion // how records are read

	Parts        int // bounded: ranges that each file is cut into, one a branch; 1
	BlockRecords int // most records of a block; 100
	BlockBytes   int // bytes after which a block takes no more records; 256 KiB
	RecordBytes  int // most bytes of a record, a longer one is undecodable; 1 MiB

	Follow   bool          // go on reading as files grow and come
	Poll     time.Duration // following: pause between looks at files that have nothing new; 100 ms
	Hold     time.Duration // following: how long one call reads before it checkpoints; 1 s
	Wait     bool          // following: pause within the call until Hold is over, not between calls; for runners that cut short pauses, as Flink does
	Lateness time.Duration // following: how far the watermark stays behind the greatest event time; 0
}

func (c FileSource) withDefaults() FileSource {
	c.Parts = max(c.Parts, 1)
	c.BlockRecords = orPositive(c.BlockRecords, 100)
	c.BlockBytes = orPositive(c.BlockBytes, 256<<10)
	c.RecordBytes = orPositive(c.RecordBytes, 1<<20)
	c.Poll = orPositive(c.Poll, 100*time.Millisecond)
	c.Hold = orPositive(c.Hold, time.Second)
	return c
}

func orPositive[N int | time.Duration](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}

// mostBlockBytes bounds BlockBytes and RecordBytes: positions within a block are 32 bits wide.
const mostBlockBytes = 1 << 30

func (c FileSource) check() error {
	switch {
	case len(c.Paths) == 0:
		return errors.New("records: no files to read")
	case c.Folder != "" && !filepath.IsAbs(c.Folder):
		return fmt.Errorf("records: the folder %s is not absolute", c.Folder)
	case c.BlockBytes > mostBlockBytes || c.RecordBytes > mostBlockBytes:
		return fmt.Errorf("records: blocks and records can have at most %d bytes", mostBlockBytes)
	}
	return c.Conversion.Check()
}

// ReadFiles returns PCollections of Block, one a branch: Parts of them, or one when following. Apply what follows
// (scoring, the sinks) to each branch by itself: reading, scoring and writing then stay one fused stage a branch, and
// branches run side by side. A Flatten of them would be a stage of its own, which all records would have to cross.
//
// Every line end ends a record, and blank lines are none. A bounded source finds its files at construction, and reads
// them to the end that they have when it opens them; a last line counts without its line end, too. A following source
// looks for its files again and again, and waits for the end of a last line. Its end of input is Stop.
//
// Blocks have the least event time of their records as timestamp. The watermark of a following source is the greatest
// event time seen, less Lateness, where an event counts for at most a minute past the clock at which it was read; it
// stands still while no events come.
//
// ReadFiles panics on a wrong configuration or if there is no such file, as Beam's own transforms do; TryReadFiles
// returns the error.
func ReadFiles(s beam.Scope, cfg FileSource, opts ...Option) []beam.PCollection {
	blocks, err := TryReadFiles(s, cfg, opts...)
	if err != nil {
		panic(fmt.Sprintf("records.ReadFiles: %v", err))
	}
	return blocks
}

// TryReadFiles is ReadFiles that returns what is wrong.
func TryReadFiles(s beam.Scope, cfg FileSource, opts ...Option) ([]beam.PCollection, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	o := NewOptions(opts...)
	s = s.Scope("records.ReadFiles")
	if cfg.Follow {
		fn := followFn{Source: cfg}
		return []beam.PCollection{o.Follow(s, []Work{{}}, &fn, &followBesideFn{fn})}, nil
	}
	branches, err := cfg.cut()
	if err != nil {
		return nil, err
	}
	blocks := make([]beam.PCollection, len(branches))
	for i, work := range branches {
		b := s.Scope(fmt.Sprintf("part%d", i))
		blocks[i] = beam.ParDo(b, &readFn{Source: cfg}, o.Gate(b, work))
	}
	return blocks, nil
}

// cut returns the ranges of each branch: the i-th part of every file.
func (c FileSource) cut() ([][]Work, error) {
	folder := folder(c.Folder)
	files, err := folder.expand(c.Paths, true)
	if err != nil {
		return nil, err
	}
	branches := make([][]Work, c.Parts)
	for _, path := range files {
		info, err := folder.Stat(path)
		if err != nil {
			return nil, err
		}
		for i := range branches {
			w := Work{Path: path, From: partEnd(info.Size(), i, c.Parts), To: partEnd(info.Size(), i+1, c.Parts)}
			if i == c.Parts-1 {
				w.To = math.MaxInt64
			}
			if w.From < w.To {
				branches[i] = append(branches[i], w)
			}
		}
	}
	return branches, nil
}

func partEnd(size int64, i, parts int) int64 {
	return size/int64(parts)*int64(i) + size%int64(parts)*int64(i)/int64(parts)
}
