package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
)

func init() {
	beam.RegisterType(reflect.TypeFor[Work]())
	beam.RegisterCoder(reflect.TypeFor[Work](), encodeWork, decodeWork)
	beam.RegisterDoFn(&workFn{})
	beam.RegisterDoFn(&gateFn{})
	register.Emitter1[Work]()
	register.Iter1[[]byte]()
}

// Work is what one call of a source reads: the lines of a file that begin in [From, To), or for a following source
// whatever its configuration names. A source of partitions takes From as the number of its lane, of To lanes, and Path for what
// makes runners spread its lanes. Table is the table that the events are to be scored with, if the source waits for one.
type Work struct {
	Path     string
	From, To int64
	Table    []byte
}

// workForm is the first byte of the byte form of Work; then u length and bytes of the path, From, To, and the table.
const workForm = 1

func encodeWork(w Work) []byte { return w.AppendBinary(nil) }

// AppendBinary appends the byte form.
func (w Work) AppendBinary(dst []byte) []byte {
	dst = byteform.AppendString(append(dst, workForm), w.Path)
	dst = binary.AppendVarint(dst, w.From)
	dst = binary.AppendVarint(dst, w.To)
	return append(dst, w.Table...)
}

var errDamagedWork = errors.New("records: damaged bytes of a source's work")

func decodeWork(data []byte) (Work, error) {
	in := byteform.Reader{Rest: data}
	if form := in.Byte(); form != workForm {
		return Work{}, fmt.Errorf("records: work of form %d; this program reads form %d", form, workForm)
	}
	w := Work{Path: in.String(), From: in.Varint(), To: in.Varint()}
	if in.Failed {
		return Work{}, errDamagedWork
	}
	if len(in.Rest) > 0 {
		w.Table = in.Rest
	}
	return w, nil
}

// workFn emits a source's work.
type workFn struct{ Work []Work }

// ProcessElement takes the Impulse.
func (f *workFn) ProcessElement(_ []byte, emit func(Work)) {
	for _, w := range f.Work {
		emit(w)
	}
}

// gateFn emits a source's work with the table that the snapshots give.
type gateFn struct{ Work []Work }

// ProcessElement takes the Impulse.
func (f *gateFn) ProcessElement(_ []byte, snapshots func(*[]byte) bool, emit func(Work)) error {
	table, err := newest(snapshots)
	if err != nil {
		return err
	}
	encoded := table.AppendBinary(nil)
	for _, w := range f.Work {
		w.Table = encoded
		emit(w)
	}
	return nil
}

// newest is the newest table of snapshots, of which there must be one.
func newest(snapshots func(*[]byte) bool) (*sideinput.Table, error) {
	table, err := sideinput.ReadSnapshot(snapshots)
	if err == nil && table == nil {
		err = errors.New("records: no snapshot of the table; After and Beside take the snapshots of sideinput.Fold")
	}
	return table, err
}

// TableBeside sees to it that the newest table is in the process-wide store, and returns what blocks name it by; for the
// sources that take the option Beside.
func TableBeside(fronts, snapshots func() func(*[]byte) bool) (sideinput.ID, error) {
	table, err := sideinput.ReadFront(fronts())
	if table == nil && err == nil {
		table, err = newest(snapshots())
	}
	if err != nil {
		return sideinput.ID{}, err
	}
	return sideinput.Put(table), nil
}

// TableID puts the table that came with the work into the process-wide store, unless it is there, and returns what
// blocks name it by.
func (w Work) TableID() (sideinput.ID, error) {
	if len(w.Table) == 0 {
		return sideinput.ID{}, nil
	}
	given := true
	table, err := sideinput.ReadSnapshot(func(snapshot *[]byte) bool {
		*snapshot = w.Table
		defer func() { given = false }()
		return given
	})
	if err != nil {
		return sideinput.ID{}, err
	}
	return sideinput.Put(table), nil
}
