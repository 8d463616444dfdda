package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// designCell is a PPCell compiled; bad: with a fault.
type designCell struct {
	program.DesignCell
	category *string
	bad      bool
}

// generalPredictor is a Predictor of FactorList or CovariateList.
type generalPredictor struct {
	doc    *document.Predictor
	field  *field
	factor bool
	levels []value.Value
	places map[string]int    // of levels
	column map[int][]float64 // of the contrast matrix, by level
}

func (b *generalBuilder) addPredictors(list []document.Predictor, factor bool) {
	for i := range list {
		p := &generalPredictor{doc: &list[i], factor: factor}
		if p.field = b.c.use(b.m.scope, p.doc.Name, p.doc.At); p.field == nil {
			continue
		}
		if b.predictors[p.doc.Name] != nil {
			b.c.fault(p.doc.At, "Predictor %q is declared twice", p.doc.Name)
		}
		if !factor {
			b.c.numeric(p.field, p.doc.At)
		}
		p.levels = p.field.values
		if len(p.doc.Categories) > 0 {
			p.levels = nil
			for _, text := range p.doc.Categories {
				p.levels = append(p.levels, b.c.constant(p.field.typ, text))
			}
		}
		p.places, p.column = map[string]int{}, map[int][]float64{}
		for place, level := range p.levels {
			p.places[level.String()] = place
		}
		if p.doc.Matrix != nil && p.doc.Matrix.Rows < len(p.levels) {
			b.c.fault(p.doc.At, "the contrast matrix of Predictor %q has %d rows for %d categories", p.doc.Name, p.doc.Matrix.Rows, len(p.levels))
		}
		b.predictors[p.doc.Name] = p
	}
}

// arrange sorts cells by what asks for them, so that a document with many of each is read in one pass.
func (b *generalBuilder) arrange() {
	b.design, b.own = map[string][]designCell{}, map[string][]int{}
	b.special, b.shared = map[string]bool{}, map[[2]string][]program.DesignCell{}
	for i := range b.d.PPCells {
		pp := &b.d.PPCells[i]
		c, ok := b.cell(pp)
		b.special[pp.Parameter] = b.special[pp.Parameter] || pp.Category != nil
		b.design[pp.Parameter] = append(b.design[pp.Parameter], designCell{c, pp.Category, !ok})
	}
	for i := range b.d.Cells {
		cell := &b.d.Cells[i]
		switch {
		case b.parameters[cell.Parameter] == nil:
			b.c.fault(cell.At, "PCell names the Parameter %q, which is not declared", cell.Parameter)
		case cell.Category == nil || b.m.classes == nil:
			b.common = append(b.common, i)
		default:
			b.own[*cell.Category] = append(b.own[*cell.Category], i)
		}
	}
}

// terms are the coefficients of a category after those that name none; category nil: of a number.
func (b *generalBuilder) terms(category *string) (terms []program.DesignTerm) {
	terms = b.append(terms, b.common, category)
	if category != nil {
		terms = b.append(terms, b.own[*category], category)
	}
	return terms
}

// append adds coefficients with what they are multiplied with. A short document may ask for many times its size; that is refused.
func (b *generalBuilder) append(terms []program.DesignTerm, cells []int, category *string) []program.DesignTerm {
	most := document.MaxCells(b.c.doc.Size)
	for _, i := range cells {
		cell := &b.d.Cells[i]
		size := 8 + len(b.design[cell.Parameter])
		if b.special[cell.Parameter] {
			size *= 16 // they are copied
		}
		if b.size += size; b.size > most {
			if !b.much {
				b.c.fault(cell.At, "the coefficients have more than %d design values", most)
			}
			b.much = true
			return terms
		}
		terms = append(terms, program.DesignTerm{Beta: cell.Beta, Place: i, Cells: b.cells(cell.Parameter, category)})
	}
	return terms
}

// cells are what a parameter stands for in the equation of a category. Coefficients of the same parameter share them.
func (b *generalBuilder) cells(parameter string, category *string) []program.DesignCell {
	key := [2]string{parameter}
	if category != nil && b.special[parameter] {
		key[1] = *category
	}
	if cells, ok := b.shared[key]; ok {
		return cells
	}
	var cells []program.DesignCell
	for _, d := range b.design[parameter] {
		if !d.bad && (d.category == nil || category == nil || *d.category == *category) {
			cells = append(cells, d.DesignCell)
		}
	}
	b.shared[key] = cells
	return cells
}

func (b *generalBuilder) cell(pp *document.PPCell) (c program.DesignCell, ok bool) {
	p := b.predictors[pp.Predictor]
	if p == nil {
		b.c.fault(pp.At, "PPCell names the Predictor %q, which is not declared", pp.Predictor)
		return c, false
	}
	c = program.DesignCell{Ref: p.field.ref, Factor: p.factor, Exponent: 1}
	if !p.factor {
		exponent, isNumber := number(pp.Value)
		if !isNumber {
			b.c.fault(pp.At, "value %q of PPCell is not a number", pp.Value)
		}
		c.Exponent = exponent
		return c, true
	}
	c.Value = b.c.constant(p.field.typ, pp.Value)
	if p.doc.Matrix == nil {
		return c, true
	}
	place, known := p.places[c.Value.String()]
	if !known || place >= p.doc.Matrix.Cols {
		b.c.fault(pp.At, "the contrast matrix of Predictor %q has no column for %q", pp.Predictor, pp.Value)
		return c, false
	}
	c.Levels, c.Contrast = p.levels, p.contrast(place)
	return c, len(c.Contrast) == len(c.Levels)
}

// contrast is a column of the contrast matrix: what each level counts.
func (p *generalPredictor) contrast(place int) []float64 {
	if column, ok := p.column[place]; ok {
		return column
	}
	var column []float64
	for row := range min(len(p.levels), p.doc.Matrix.Rows) {
		column = append(column, p.doc.Matrix.Cell(row, place))
	}
	p.column[place] = column
	return column
}
