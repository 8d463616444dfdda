package transforms

import (
	"fmt"
	"slices"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Order says in which order lines leave.
type Order string

const (
	// OrderFree promises nothing: a block's records leave version by version.
	OrderFree Order = "free"
	// OrderPartition lets the results of a block, and its dead letters, leave in the order of its records, and sends the
	// blocks of one file or topic partition one way. Events of a user's own collection have no partition.
	OrderPartition Order = "partition"
)

// ParseOrder reads an order's name.
func ParseOrder(name string) (Order, error) {
	switch o := Order(name); o {
	case OrderFree, OrderPartition:
		return o, nil
	}
	return "", fmt.Errorf("order %q is none of %s, %s", name, OrderFree, OrderPartition)
}

// inOrder gives the lines of a block in the order of their records, which of says of each line.
func inOrder(l records.Lines, of []int32) records.Lines {
	if slices.IsSorted(of) {
		return l
	}
	place := make([]int, len(of))
	for i := range place {
		place[i] = i
	}
	slices.SortFunc(place, func(a, b int) int { return int(of[a]) - int(of[b]) })
	sorted := records.Lines{Buf: make([]byte, 0, len(l.Buf)), Ends: make([]uint32, 0, len(l.Ends))}
	for _, i := range place {
		sorted.Buf = append(sorted.Buf, l.Line(i)...)
		sorted.End()
	}
	return sorted
}

// partition is the part of a block's source that says which file or topic partition it is of: what was read after a
// rotation or truncation counts to the same.
func partition(source string) string {
	digits := len(source)
	for digits > 0 && '0' <= source[digits-1] && source[digits-1] <= '9' {
		digits--
	}
	if digits > 0 && digits < len(source) && source[digits-1] == '~' {
		return source[:digits-1]
	}
	return source
}
