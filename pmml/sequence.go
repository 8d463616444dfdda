package pmml

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Sequence is a run of rows in order, of which each is scored with what the model remembers of those before it. It belongs to one goroutine and
// one model.
type Sequence struct {
	model  *Model
	memory *program.Sequence
}

// NewSequence returns a sequence without rows.
func (m *Model) NewSequence() *Sequence { return &Sequence{model: m, memory: program.NewSequence()} }

// Memory says what in the document needs the rows before a row, as "Lag of field amount"; nothing for a model that scores each row alone. Score
// takes a row for a sequence of one.
func (m *Model) Memory() []string { return slices.Clone(m.program.Memory) }

// Score scores the next row. A row that fails is a row of the sequence all the same, with what of it can be read.
func (s *Sequence) Score(in *Input, out *Result) error {
	if in.model != s.model {
		return &RowError{Code: Internal, Message: "the Input is of another model"}
	}
	in.frame.Join(s.memory)
	defer in.frame.Join(nil)
	return s.model.Score(in, out)
}

// Group returns the index of the field whose equal values make one transaction of several rows, and whether the model has one: association rules and
// sequences. See Transactions.
func (m *Model) Group() (field int, ok bool) {
	field, ok = m.byName[m.group]
	return field, ok
}

// Transactions gathers rows that share the value of the model's group field into one row each, in the order of their first appearance. The other
// fields become collections of the rows' values, sorted by the order field where the model has one.
type Transactions struct {
	model  *Model
	group  int
	order  int // -1: none
	places map[string]int
	rows   []transaction
}

type transaction struct {
	group  value.Value
	values [][]value.Value // by field, then row
}

// NewTransactions returns no transactions yet. The model must have a group field.
func (m *Model) NewTransactions() *Transactions {
	t := &Transactions{model: m, order: -1, places: map[string]int{}}
	t.group, _ = m.Group()
	for i, f := range m.fields {
		if f.Usage == "order" {
			t.order = i
		}
	}
	return t
}

// Add adds the row that an input holds. A row without a group is a transaction of its own, and so is one with an array, whose group only names it;
// but where the order field has one value, the members of the array share that time within the group.
func (t *Transactions) Add(in *Input) {
	group := in.frame.Input(t.group)
	length, arrays := 0, false
	for i := range t.model.fields {
		v := in.frame.Input(i)
		if members, ok := v.List(); ok {
			length, arrays = max(length, len(members)), true
		}
	}
	whole := arrays && !t.timed(in)
	if !arrays || whole {
		length = 1
	}
	row := t.row(group, whole)
	for i := range t.model.fields {
		v := in.frame.Input(i)
		if members, ok := v.List(); ok {
			row.values[i] = append(row.values[i], members...)
			continue
		}
		for range length {
			row.values[i] = append(row.values[i], v)
		}
	}
}

// timed says whether a row has one value of the order field.
func (t *Transactions) timed(in *Input) bool {
	if t.order < 0 {
		return false
	}
	v := in.frame.Input(t.order)
	_, isList := v.List()
	return v.IsValid() && !isList
}

// row finds the transaction of a group, or begins one.
func (t *Transactions) row(group value.Value, whole bool) *transaction {
	at := len(t.rows)
	if group.IsValid() && !whole {
		if known, ok := t.places[group.String()]; ok {
			return &t.rows[known]
		}
		t.places[group.String()] = at
	}
	t.rows = append(t.rows, transaction{group: group, values: make([][]value.Value, len(t.model.fields))})
	return &t.rows[at]
}

// Len returns the number of transactions.
func (t *Transactions) Len() int { return len(t.rows) }

// Fill gives an input the i-th transaction.
func (t *Transactions) Fill(i int, in *Input) {
	row := &t.rows[i]
	in.Clear()
	places := make([]int, len(row.values[t.group]))
	for j := range places {
		places[j] = j
	}
	if t.order >= 0 {
		order := row.values[t.order]
		slices.SortStableFunc(places, func(a, b int) int {
			if a >= len(order) || b >= len(order) {
				return 0
			}
			c, _ := value.Compare(order[a], order[b])
			return c
		})
	}
	for field, values := range row.values {
		switch {
		case field == t.group:
			in.SetValue(field, row.group)
		case len(values) != len(places): // arrays inside rows
			in.SetValues(field, values)
		default:
			sorted := make([]value.Value, len(places))
			for j, p := range places {
				sorted[j] = values[p]
			}
			in.SetValues(field, sorted)
		}
	}
}
