package program

// Sequence is what scoring keeps from row to row: of Lag, Aggregate over rows, and models with a memory. It belongs to one goroutine.
type Sequence struct{ kept map[any]any }

// NewSequence returns a sequence without rows.
func NewSequence() *Sequence { return &Sequence{kept: map[any]any{}} }

// Join makes the rows that follow a part of a sequence, in the order in which they are scored; nil: each row stands alone.
func (f *Frame) Join(s *Sequence) { f.sequence = s }

// Kept returns what key has kept from the rows before, made by fresh at first; for a row that stands alone, always fresh.
func Kept[T any](f *Frame, key any, fresh func() *T) *T {
	if f.sequence == nil {
		return fresh()
	}
	if k, ok := f.sequence.kept[key]; ok {
		return k.(*T)
	}
	k := fresh()
	f.sequence.kept[key] = k
	return k
}
