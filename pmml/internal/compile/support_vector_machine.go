package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

var kernelKinds = map[string]program.KernelKind{
	"linear": program.LinearKernel, "polynomial": program.PolynomialKernel, "radialBasis": program.RadialBasisKernel, "sigmoid": program.SigmoidKernel,
}

// supportVectorMachine compiles a SupportVectorMachineModel (specification, SupportVectorMachine).
func (c *compiler) supportVectorMachine(m *model) program.Scorer {
	d := m.doc.Body.(*document.SupportVectorMachines)
	s := &program.SupportVectorMachines{Single: m.doc.Single, Kind: kernelKinds[d.Kernel.Kind], Gamma: d.Kernel.Gamma, Coef0: d.Kernel.Coef0, Degree: d.Kernel.Degree, MaxWins: d.MaxWins}
	for i := range d.Fields {
		v := &d.Fields[i]
		f := c.use(m.scope, v.Field, v.At)
		if f == nil {
			continue
		}
		p := program.VectorField{Ref: f.ref, Coefficient: v.Coefficient}
		if v.Category != nil {
			p.Category, p.Value = true, c.constant(f.typ, *v.Category)
		} else {
			c.numeric(f, v.At)
			p.Default, _ = c.instead(v.Missing, f.typ, v.At)
		}
		s.Fields = append(s.Fields, p)
	}
	places := c.vectors(d, s, len(d.Fields))
	for i := range d.Machines {
		s.Machines = append(s.Machines, c.machine(d, &d.Machines[i], places))
	}
	switch {
	case m.classes != nil:
		c.machineClasses(m, d, s)
	case m.doc.Function != "regression":
		c.fault(m.doc.At, "functionName of SupportVectorMachineModel is %q", m.doc.Function)
	case len(d.Machines) > 1:
		c.fault(m.doc.At, "a regression has %d SupportVectorMachines", len(d.Machines))
	}
	return s
}

// vectors lays out the support vectors, and returns their places by id.
func (c *compiler) vectors(d *document.SupportVectorMachines, s *program.SupportVectorMachines, n int) map[string]int32 {
	places := map[string]int32{}
	if int64(n)*int64(len(d.Vectors)) > int64(document.MaxCells(c.doc.Size)) {
		c.fault(d.Kernel.At, "%d vectors of %d coordinates are more than %d numbers", len(d.Vectors), n, document.MaxCells(c.doc.Size))
		return places
	}
	for i := range d.Vectors {
		v := &d.Vectors[i]
		if _, twice := places[v.ID]; twice {
			c.fault(v.At, "VectorInstance %q is there twice", v.ID)
		}
		places[v.ID] = int32(i)
		row := make([]float64, n)
		if v.Sparse {
			for j := range row {
				row[j] = v.Array.Default
			}
			for j, place := range v.Array.Places {
				if place >= n {
					c.fault(v.At, "VectorInstance %q has the coordinate %d of %d", v.ID, place+1, n)
					break
				}
				row[place] = v.Array.Numbers[j]
			}
		} else if copy(row, v.Dense) != n || len(v.Dense) != n {
			c.fault(v.At, "VectorInstance %q has %d coordinates of %d", v.ID, len(v.Dense), n)
		}
		s.Vectors = append(s.Vectors, row...)
	}
	return places
}

func (c *compiler) machine(d *document.SupportVectorMachines, m *document.SupportVectorMachine, places map[string]int32) program.Machine {
	p := program.Machine{Threshold: m.Threshold, Constant: m.Constant, Weights: m.Coefficients}
	if math.IsNaN(p.Threshold) {
		p.Threshold = d.Threshold
	}
	if d.Coefficients {
		if len(m.Coefficients) != len(d.Fields) {
			c.fault(m.At, "SupportVectorMachine has %d coefficients for %d fields", len(m.Coefficients), len(d.Fields))
		}
		return p
	}
	if len(m.Coefficients) != len(m.Vectors) {
		c.fault(m.At, "SupportVectorMachine has %d coefficients for %d vectors", len(m.Coefficients), len(m.Vectors))
	}
	p.Vectors = []int32{}
	for _, id := range m.Vectors {
		at, ok := places[id]
		if !ok {
			c.fault(m.VectorsAt, "vectorId %q names no VectorInstance", id)
		}
		p.Vectors = append(p.Vectors, at)
	}
	return p
}

// machineClasses finds out how the machines decide. Without a classificationMethod, machines with an alternateTargetCategory are one against one,
// as R writes them; a lone machine always is.
func (c *compiler) machineClasses(m *model, d *document.SupportVectorMachines, s *program.SupportVectorMachines) {
	s.Votes = d.Method == "OneAgainstOne" || len(d.Machines) == 1
	for i := range d.Machines {
		machine := &d.Machines[i]
		if machine.Category == nil {
			c.fault(machine.At, "SupportVectorMachine has no targetCategory")
			return
		}
		s.Machines[i].Target = int32(c.class(m.classes, *machine.Category))
		if machine.Alternate != nil {
			s.Machines[i].Alternate = int32(c.class(m.classes, *machine.Alternate))
			s.Votes = s.Votes || d.Method == ""
		}
	}
	if s.Votes {
		c.alternates(m, d, s)
	}
	s.Classes = m.classes.values
}

// alternates completes the categories that machines choose from.
func (c *compiler) alternates(m *model, d *document.SupportVectorMachines, s *program.SupportVectorMachines) {
	for i := range d.Machines {
		switch {
		case d.Machines[i].Alternate != nil:
		case len(d.Machines) == 1 && d.Alternate != nil:
			s.Machines[i].Alternate, s.Rounded = int32(c.class(m.classes, *d.Alternate)), true
		case len(m.classes.values) == 2:
			s.Machines[i].Alternate = 1 - s.Machines[i].Target
		default:
			c.fault(d.Machines[i].At, "SupportVectorMachine has no alternateTargetCategory")
		}
	}
}
