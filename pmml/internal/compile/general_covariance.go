package compile

import "github.com/beam-pmml/beam-pmml/pmml/internal/document"

// maxCovariance is how many coefficients may have covariances: a row then costs the square of it.
const maxCovariance = 2000

// covariance lays out PCovMatrix by the coefficients; cells that are not given are their mirror's, or 0. A PCovCell without a category is that of
// the parameter's only coefficient.
func (b *generalBuilder) covariance() {
	if len(b.d.Covariances) == 0 || !b.m.asksForSpread() {
		return
	}
	n := len(b.d.Cells)
	if n > maxCovariance {
		b.c.fault(b.m.doc.At, "PCovMatrix for %d coefficients, more than %d", n, maxCovariance)
		return
	}
	type coefficient struct{ parameter, category string }
	places, only := map[coefficient]int{}, map[string]int{}
	for i := range b.d.Cells {
		cell, category := &b.d.Cells[i], ""
		if cell.Category != nil {
			category = *cell.Category
		}
		places[coefficient{cell.Parameter, category}] = i
		if _, another := only[cell.Parameter]; another {
			i = -1
		}
		only[cell.Parameter] = i
	}
	find := func(cell *document.CovarianceCell, parameter string, category *string) (place int, ok bool) {
		if category != nil {
			if place, ok = places[coefficient{parameter, *category}]; ok {
				return place, true
			}
		}
		if place, ok = places[coefficient{parameter, ""}]; !ok {
			place, ok = only[parameter]
		}
		switch {
		case b.parameters[parameter] == nil:
			b.c.fault(cell.At, "PCovCell names the Parameter %q, which is not declared", parameter)
			return 0, false
		case place < 0 && category == nil:
			b.c.fault(cell.At, "PCovCell names no category of the Parameter %q, which has several coefficients", parameter)
		}
		return place, ok && place >= 0 // a parameter without a coefficient has no part in the result
	}
	b.g.Covariance = make([]float64, n*n)
	for i := range b.d.Covariances {
		cell := &b.d.Covariances[i]
		row, ok1 := find(cell, cell.Row, cell.TargetRow)
		col, ok2 := find(cell, cell.Col, cell.TargetC)
		if ok1 && ok2 {
			b.g.Covariance[row*n+col], b.g.Covariance[col*n+row] = cell.Value, cell.Value
		}
	}
}
