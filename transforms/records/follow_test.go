package records

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
)

// following files, one call of the source after another, each with the restriction that the last has left.
type followTest struct {
	t         *testing.T
	fn        *followFn
	positions Positions
	watermark *Watermark
	ended     bool
}

func newFollowTest(t *testing.T, source FileSource) *followTest {
	t.Helper()
	fn := &followFn{Source: source.withDefaults()}
	if err := fn.Setup(); err != nil {
		t.Fatal(err)
	}
	return &followTest{t: t, fn: fn, positions: fn.CreateInitialRestriction(Work{})}
}

// restart makes another process of it: positions go through their byte form, open files are lost.
func (f *followTest) restart() {
	f.t.Helper()
	p, err := decodePositions(encodePositions(f.positions))
	if err != nil {
		f.t.Fatal(err)
	}
	f.positions = p
	handles = handleTable{files: map[handleKey]*os.File{}}
	if err := f.fn.Setup(); err != nil {
		f.t.Fatal(err)
	}
}

// read makes one call and returns the ids of the records and the kinds of the news.
func (f *followTest) read() []string {
	f.t.Helper()
	rt := f.fn.CreateTracker(f.positions)
	f.watermark = f.fn.CreateWatermarkEstimator()
	var got []string
	continuation, err := f.fn.ProcessElement(f.watermark, rt, Work{},
		func(at beam.EventTime, b Block) {
			for i := range b.Records {
				got = append(got, string(b.AppendID(nil, i)))
			}
		},
		func(_ beam.EventTime, l Lines) {
			var status struct{ Kind string }
			if err := json.Unmarshal(l.Line(0), &status); err != nil {
				f.t.Error(err)
			}
			got = append(got, status.Kind)
		})
	if err != nil {
		f.t.Fatal(err)
	}
	if f.ended = !continuation.ShouldResume(); f.ended {
		return got
	}
	f.positions = residual(f.t, rt)
	return got
}

func residual(t *testing.T, rt *sdf.LockRTracker) Positions {
	t.Helper()
	_, rest, err := rt.TrySplit(0)
	if err != nil || rest == nil {
		t.Fatalf("no residual: %v", err)
	}
	if !rt.IsDone() {
		t.Fatal("the primary is not done")
	}
	return rest.(Positions)
}

func (f *followTest) expect(what string, want ...string) {
	f.t.Helper()
	if got := f.read(); !slices.Equal(got, want) {
		f.t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// event is a record of 24 bytes with its line end.
func event(second int) string {
	return `{"model":"m","time":` + strconv.Itoa(second%10) + "}\n"
}

func TestFollowAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	size := len(event(0))
	at := func(path string, n int) string { return path + "@" + strconv.Itoa(n*size) }
	f := newFollowTest(t, FileSource{Paths: []string{"in.jsonl"}, Lateness: time.Millisecond})

	f.expect("no file yet")
	add(t, "in.jsonl", event(5)+event(7))
	f.expect("two records", at("in.jsonl", 0), at("in.jsonl", 1))
	if got := f.watermark.CurrentWatermark().UnixMilli(); got != 6 {
		t.Errorf("watermark %d, want the greatest time 7 less 1", got)
	}
	f.expect("nothing new")
	if got := f.watermark.CurrentWatermark().UnixMilli(); got != 6 {
		t.Errorf("watermark %d after a checkpoint, want 6", got)
	}
	half := event(3)
	add(t, "in.jsonl", half[:9])
	f.expect("half a line")
	f.restart()
	add(t, "in.jsonl", half[9:]+event(4))
	f.expect("its other half, in another process", at("in.jsonl", 2), at("in.jsonl", 3))

	if err := os.Truncate("in.jsonl", 0); err != nil {
		t.Fatal(err)
	}
	add(t, "in.jsonl", event(1))
	f.expect("truncated", "TRUNCATED", "in.jsonl~1@0")
	f.restart()
	f.expect("told once")
	add(t, "in.jsonl", event(2))
	f.expect("after it", at("in.jsonl~1", 1))
}

func TestFollowThroughRotation(t *testing.T) {
	t.Chdir(t.TempDir())
	f := newFollowTest(t, FileSource{Paths: []string{"in.jsonl"}})
	add(t, "in.jsonl", event(1))
	f.expect("a record", "in.jsonl@0")
	add(t, "in.jsonl", event(2))
	if err := os.Rename("in.jsonl", "in.jsonl.1"); err != nil {
		t.Fatal(err)
	}
	add(t, "in.jsonl", event(3))
	size := strconv.Itoa(len(event(0)))
	f.expect("the end of the old file, then the new one", "in.jsonl@"+size, "ROTATED", "in.jsonl~1@0")
	f.restart()
	if err := os.Remove("in.jsonl"); err != nil {
		t.Fatal(err)
	}
	f.expect("gone")
}

func TestFollowAFolder(t *testing.T) {
	dir := t.TempDir()
	f := newFollowTest(t, FileSource{Paths: []string{dir}, BlockRecords: 2})
	file := func(name string, at int) string {
		return filepath.Join(dir, name) + "@" + strconv.Itoa(at*len(event(0)))
	}
	var want []string
	read := func() (got []string) {
		got = f.read()
		slices.Sort(got)
		return got
	}
	for _, name := range []string{"a", "b"} {
		add(t, filepath.Join(dir, name), strings.Repeat(event(1), 3))
		want = append(want, file(name, 0), file(name, 1), file(name, 2))
	}
	if got := read(); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	f.restart()
	add(t, filepath.Join(dir, "c"), event(1))
	add(t, filepath.Join(dir, "a"), event(1))
	if got, want := read(), []string{file("a", 3), file("c", 0)}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// One event with a wrong time must not move event time to where no other event is.
func TestFollowAnEventFarAhead(t *testing.T) {
	t.Chdir(t.TempDir())
	f := newFollowTest(t, FileSource{Paths: []string{"in"}})
	clock := time.Now()
	add(t, "in", `{"model":"m","time":"9999-12-31T23:59:59Z"}`+"\n")
	f.expect("read as it is", "in@0")
	got := f.watermark.CurrentWatermark()
	if got.Before(clock.Add(time.Minute).Truncate(time.Millisecond)) || got.After(time.Now().Add(time.Minute)) {
		t.Errorf("watermark %v, want a minute past %v", got, clock)
	}
	if f.positions.Latest != got.UnixMilli() {
		t.Errorf("the checkpoint holds %d, the watermark is %d", f.positions.Latest, got.UnixMilli())
	}
}

// A worker runs in another folder than the one that paths are relative to: what it reads bears the paths all the same.
func TestFollowBelowAFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(t.TempDir())
	f := newFollowTest(t, FileSource{Paths: []string{"in"}, Folder: dir})
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	add(t, filepath.Join(dir, "in/a"), event(1))
	f.expect("a record", "in/a@0")
	f.restart()
	if err := os.Truncate(filepath.Join(dir, "in/a"), 0); err != nil {
		t.Fatal(err)
	}
	f.expect("truncated", "TRUNCATED")
	add(t, filepath.Join(dir, "c"), "{}\n")
	for _, follow := range []bool{false, true} {
		raws, err := PresentControl(ControlSource{Paths: []string{"c"}, Folder: dir, Follow: follow})
		if err != nil || len(raws) != 1 || raws[0].Source != "c@0" {
			t.Errorf("control: %+v, %v", raws, err)
		}
	}
}

func TestFollowCSV(t *testing.T) {
	t.Chdir(t.TempDir())
	f := newFollowTest(t, FileSource{Paths: []string{"in.csv"}, Conversion: Conversion{Kind: CSV}})
	add(t, "in.csv", "id,model")
	f.expect("half a header")
	add(t, "in.csv", ",time\ne1,m,1\n")
	f.expect("a row", "e1")
	f.restart()
	add(t, "in.csv", "e2,m,2\n\n")
	f.expect("another", "e2")
	f.expect("a blank line is none")
}

// A runner may split while a call reads: each record is then read by exactly one of the two.
func TestSplitWhileReading(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "in.jsonl")
	add(t, path, strings.Repeat(event(1), 10))
	f := newFollowTest(t, FileSource{Paths: []string{path}, BlockRecords: 1})
	rt := f.fn.CreateTracker(f.positions)
	var got []string
	emit := func(_ beam.EventTime, b Block) {
		got = append(got, string(b.AppendPlace(nil, 0)))
		if len(got) == 4 {
			f.positions = residual(t, rt)
		}
	}
	c, err := f.fn.ProcessElement(f.fn.CreateWatermarkEstimator(), rt, Work{}, emit, nil)
	if err != nil || c.ShouldResume() {
		t.Fatalf("continuation %v, error %v", c, err)
	}
	got = append(got, f.read()...)
	var want []string
	for i := range 10 {
		want = append(want, path+"@"+strconv.Itoa(i*len(event(0))))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStopEndsFollowing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.jsonl")
	add(t, path, event(1))
	f := newFollowTest(t, FileSource{Paths: []string{path}})
	f.read()
	t.Cleanup(stopAgain)
	Stop()
	Stop()
	if got := f.read(); len(got) > 0 || !f.ended {
		t.Errorf("got %q, ended %v", got, f.ended)
	}
}

// stopAgain makes sources follow again after Stop.
func stopAgain() { stopping = &stopSignal{done: make(chan struct{})} }

// Within a call, too, a source that waits hears Stop, and ends its call once there is something to hand on.
func TestWaitWithinACall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.jsonl")
	add(t, path, event(1))
	f := newFollowTest(t, FileSource{Paths: []string{path}, Wait: true, Hold: time.Hour, Poll: time.Hour})
	f.expect("what is there", path+"@0")
	t.Cleanup(stopAgain)
	done := make(chan bool)
	go func() {
		f.read()
		done <- f.ended
	}()
	Stop()
	if !<-done {
		t.Error("the source goes on")
	}
}

func TestPresentControl(t *testing.T) {
	t.Chdir(t.TempDir())
	add(t, "c.jsonl", "\xEF\xBB\xBF{}\n\n{\"a\":1}\n{\"half")
	for _, c := range []struct {
		follow bool
		want   []string
	}{{true, []string{"{}", `{"a":1}`}}, {false, []string{"{}", `{"a":1}`, `{"half`}}} {
		raws, err := PresentControl(ControlSource{Paths: []string{"c.jsonl"}, Follow: c.follow})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range raws {
			got = append(got, string(r.Data))
		}
		if !slices.Equal(got, c.want) || raws[1].Source != "c.jsonl@7" || raws[1].HasTime {
			t.Errorf("following %v: got %q, the second %+v", c.follow, got, raws[1])
		}
	}
	if _, err := PresentControl(ControlSource{Paths: []string{"none"}}); err == nil {
		t.Error("a file that is not there is read")
	}
	if raws, err := PresentControl(ControlSource{Paths: []string{"none"}, Follow: true}); err != nil || len(raws) > 0 {
		t.Errorf("a file that may come: %v, %v", raws, err)
	}
}
