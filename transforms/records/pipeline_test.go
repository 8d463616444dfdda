package records

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestMain(m *testing.M) { ptest.MainWithDefault(m, "prism") }

func init() {
	beam.RegisterDoFn(&idsFn{})
	beam.RegisterDoFn(&rawsFn{})
	register.Emitter1[Lines]()
}

// seen tells a test what a pipeline has read.
var seen = make(chan string, 1000)

// idsFn turns blocks into lines of place, event time and, if there is one, table.
type idsFn struct{ Gated bool }

func (f *idsFn) ProcessElement(at beam.EventTime, b Block, emit func(Lines)) error {
	if int64(at) != b.Time() {
		return fmt.Errorf("a block of %s has the timestamp %d, its least event time is %d", b.Source, at, b.Time())
	}
	if _, ok := sideinput.Get(b.Table); f.Gated && !ok {
		return fmt.Errorf("the table of a block of %s is not in this process", b.Source)
	}
	var l Lines
	for i := range b.Records {
		l.Buf = fmt.Appendf(b.AppendID(l.Buf, i), " %d", b.Records[i].Time)
		seen <- string(l.Buf[lastLine(l):])
		l.End()
	}
	emit(l)
	return nil
}

func lastLine(l Lines) int {
	if n := l.Len(); n > 0 {
		return int(l.Ends[n-1])
	}
	return 0
}

// rawsFn turns control records into lines.
type rawsFn struct{}

func (f *rawsFn) ProcessElement(r sideinput.Raw, emit func(Lines)) {
	var l Lines
	l.Buf = fmt.Appendf(nil, "%s %s", r.Source, r.Data)
	seen <- string(l.Buf)
	l.End()
	emit(l)
}

func readBack(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	slices.Sort(lines)
	return lines
}

func drainSeen() {
	for len(seen) > 0 {
		<-seen
	}
}

// Bounded: files in two branches behind a gate, control, both of another folder than the process runs in, and the sink
// that both branches share.
func TestReadFilesInBranches(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(t.TempDir())
	t.Cleanup(drainSeen)
	var want []string
	for f := range 3 {
		var text strings.Builder
		for i := range 7 * f {
			want = append(want, fmt.Sprintf("in/f%d@%d %d", f, text.Len(), 100*f+i))
			fmt.Fprintf(&text, `{"model":"m","time":%d,"pad":%q}`+"\n", 100*f+i, strings.Repeat("x", 40*i))
		}
		write(t, filepath.Join(folder, fmt.Sprintf("in/f%d", f)), text.String())
	}
	slices.Sort(want)
	write(t, filepath.Join(folder, "control"), "{}\n{\"a\":1}")
	write(t, "out/ids", "from a run before\n")

	p, s := beam.NewPipelineWithRoot()
	snapshot := beam.Create(s, sideinput.NewTable().AppendBinary(nil))
	branches := ReadFiles(s, FileSource{Paths: []string{"in"}, Folder: folder, Parts: 2, BlockRecords: 3}, After(snapshot))
	if len(branches) != 2 {
		t.Fatalf("%d branches", len(branches))
	}
	for i, blocks := range branches {
		b := s.Scope(fmt.Sprint("branch", i))
		WriteLines(b, LineSink{Folder: "out", Name: "ids", Fresh: i == 0}, beam.ParDo(b, &idsFn{Gated: true}, blocks))
	}
	raws := ReadControl(s, ControlSource{Paths: []string{"control"}, Folder: folder})
	WriteLines(s, LineSink{Folder: "out", Name: "raws.txt", PerProcess: true}, beam.ParDo(s, &rawsFn{}, raws))
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	if err := CloseLines(); err != nil {
		t.Fatal(err)
	}
	if got := readBack(t, "out/ids"); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	host, _ := os.Hostname()
	path := filepath.Join("out", fmt.Sprintf("raws-%s-%d.txt", host, os.Getpid()))
	if got, want := readBack(t, path), []string{"control@0 {}", `control@3 {"a":1}`}; !slices.Equal(got, want) {
		t.Errorf("control: got %q, want %q", got, want)
	}
}

// The table comes to a following source with its work, or each call reads it beside.
func TestFollowOnPrism(t *testing.T) {
	t.Run("after the table", func(t *testing.T) {
		testFollowOnPrism(t, func(_ beam.Scope, snapshot beam.PCollection) Option { return After(snapshot) })
	})
	t.Run("beside the table", func(t *testing.T) {
		testFollowOnPrism(t, func(s beam.Scope, snapshot beam.PCollection) Option {
			front, err := sideinput.SnapshotFront(sideinput.NewTable().AppendBinary(nil))
			if err != nil {
				t.Fatal(err)
			}
			return Beside(beam.SideInput{Input: beam.Create(s, front)}, beam.SideInput{Input: snapshot})
		})
	})
}

// Following: lines that are written while the pipeline runs, until Stop lets it run dry.
func testFollowOnPrism(t *testing.T, given func(s beam.Scope, snapshot beam.PCollection) Option) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Cleanup(drainSeen)
	t.Cleanup(stopAgain)
	if err := os.Mkdir("in", 0o755); err != nil {
		t.Fatal(err)
	}
	p, s := beam.NewPipelineWithRoot()
	var status []beam.PCollection
	snapshot := beam.Create(s, sideinput.NewTable().AppendBinary(nil))
	blocks := ReadFiles(s, FileSource{Paths: []string{"in"}, Follow: true}, given(s, snapshot), WithStatus(&status))
	WriteLines(s, LineSink{Folder: "out", Name: "ids"}, beam.ParDo(s, &idsFn{Gated: true}, blocks[0]))
	raws := ReadControl(s, ControlSource{Paths: []string{"control"}, Follow: true}, WithStatus(&status))
	WriteLines(s, LineSink{Folder: "out", Name: "raws"}, beam.ParDo(s, &rawsFn{}, raws))
	WriteLines(s, LineSink{Folder: "out", Name: "status"}, beam.Flatten(s, status...))

	done := make(chan error)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, err := beam.Run(ctx, "prism", p)
		done <- err
	}()
	size := len(event(0))
	for _, step := range []struct{ path, text, want string }{
		{"in/a", event(1), "in/a@0 1"},
		{"control", "{}\n", "control@0 {}"},
		{"in/b", event(2) + event(3)[:4], "in/b@0 2"},
		{"in/b", event(3)[4:], fmt.Sprintf("in/b@%d 3", size)},
		{"in/a", event(4), fmt.Sprintf("in/a@%d 4", size)},
		{"control", "[]\n", "control@3 []"},
	} {
		add(t, step.path, step.text)
		select {
		case got := <-seen:
			if got != step.want {
				t.Errorf("got %q, want %q", got, step.want)
			}
		case err := <-done:
			t.Fatalf("the pipeline has ended: %v", err)
		}
	}
	Stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := CloseLines(); err != nil {
		t.Fatal(err)
	}
	want := []string{"in/a@0 1", fmt.Sprintf("in/a@%d 4", size), "in/b@0 2", fmt.Sprintf("in/b@%d 3", size)}
	slices.Sort(want)
	if got := readBack(t, "out/ids"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := readBack(t, "out/raws"), []string{"control@0 {}", "control@3 []"}; !slices.Equal(got, want) {
		t.Errorf("control: got %q, want %q", got, want)
	}
}

// What is wrong shows at construction.
func TestWrongSources(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	for name, source := range map[string]FileSource{
		"no path":       {},
		"no such file":  {Paths: []string{filepath.Join(t.TempDir(), "none")}},
		"no such kind":  {Paths: []string{"."}, Conversion: Conversion{Kind: "x"}},
		"relative":      {Paths: []string{"."}, Folder: "in"},
		"blocks beyond": {Paths: []string{"."}, BlockBytes: 1 << 31},
	} {
		if _, err := TryReadFiles(s, source); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, name := range []string{"", "a/b", ".."} {
		if err := TryWriteLines(s, LineSink{Folder: t.TempDir(), Name: name}, beam.PCollection{}); err == nil {
			t.Errorf("a file named %q is written", name)
		}
	}
	if _, err := TryReadControl(s, ControlSource{Paths: []string{filepath.Join(t.TempDir(), "none")}}); err == nil {
		t.Error("control that is not there is read")
	}
}
