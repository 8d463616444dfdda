package compile

import (
	"gonum.org/v1/gonum/mat"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// maxProcess is how many training rows a Gaussian process may have: they are joined by a matrix of the square of that.
const maxProcess = 3000

// gaussianProcess compiles a GaussianProcessModel (specification, GaussianProcess). Its inputs are the InstanceFields but the target.
func (c *compiler) gaussianProcess(m *model) program.Scorer {
	d := m.doc.Body.(*document.GaussianProcess)
	g := &program.GaussianProcess{Kernel: program.ProcessKernel{Kind: d.Kernel, Gamma: d.Gamma, Degree: d.Degree}}
	if d.Noisy {
		g.Noise = d.Noise
	}
	switch {
	case m.doc.Function != "regression":
		c.fault(m.doc.At, "functionName of GaussianProcessModel is %q", m.doc.Function)
	case m.target == nil:
		c.fault(m.doc.At, "GaussianProcessModel needs a target, which TrainingInstances holds")
	}
	n := 0
	if d.Training != nil {
		n = len(d.Training.Rows)
	}
	if n < 1 || n > maxProcess || m.target == nil {
		c.fault(m.doc.At, "TrainingInstances has %d rows; 1 to %d can be used", n, maxProcess)
		return g
	}
	t := c.training(m, d.Training)
	columns := c.processInputs(g, m, d, t)
	target := *m.target
	target.ref = program.NoRef
	y := t.numbers(&target, d.Training.At)
	if len(c.faults) > 0 {
		return g
	}
	for row := range n {
		for _, column := range columns {
			g.Points = append(g.Points, column[row])
		}
	}
	c.factor(g, d, y)
	return g
}

func (c *compiler) processInputs(g *program.GaussianProcess, m *model, d *document.GaussianProcess, t *training) (columns [][]float64) {
	for _, field := range d.Training.Fields {
		if field.Field == m.target.name {
			continue
		}
		f := c.use(m.scope, field.Field, field.At)
		if f == nil {
			continue
		}
		c.numeric(f, field.At)
		g.Refs = append(g.Refs, f.ref)
		columns = append(columns, t.numbers(f, field.At))
	}
	switch width := len(g.Refs); {
	case width == 0:
		c.fault(d.Training.At, "TrainingInstances has no field besides the target")
	case len(d.Lambda) == width:
		g.Kernel.Lambda = d.Lambda
	case len(d.Lambda) == 1:
		for range width {
			g.Kernel.Lambda = append(g.Kernel.Lambda, d.Lambda[0])
		}
	default:
		c.fault(m.doc.At, "Lambda holds %d numbers for %d fields", len(d.Lambda), width)
	}
	return columns
}

// factor solves (K + σ²I)w = y.
func (c *compiler) factor(g *program.GaussianProcess, d *document.GaussianProcess, y []float64) {
	n, width := len(y), len(g.Refs)
	k := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			x := g.Kernel.Between(g.Points[i*width:i*width+width], g.Points[j*width:j*width+width])
			if i == j {
				x += d.Noise
			}
			k.SetSym(i, j, x)
		}
	}
	var factor mat.Cholesky
	weights := mat.NewVecDense(n, nil)
	if !factor.Factorize(k) || factor.SolveVecTo(weights, mat.NewVecDense(n, y)) != nil {
		c.fault(d.Training.At, "the covariances of the training rows are not positive definite")
		return
	}
	g.Factor, g.Weights = &factor, weights.RawVector().Data
}
