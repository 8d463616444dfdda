package document

// GaussianProcess is the content of a GaussianProcessModel.
type GaussianProcess struct {
	Kernel               string // the element's name without Kernel
	Gamma, Noise, Degree float64
	Lambda               []float64 // one for all fields, or one each
	Training             *TrainingInstances
	Noisy                bool // until 4.3: the variance of a prediction holds that of the noise
}

// gaussianProcess decodes a GaussianProcessModel.
func (d *decoder) gaussianProcess(m *Model) body {
	g := &GaussianProcess{Noisy: d.version < 44}
	m.Body = g
	return body{
		child: func(name []byte) bool {
			switch string(name) {
			case "RadialBasisKernel", "ARDSquaredExponentialKernel", "AbsoluteExponentialKernel", "GeneralizedExponentialKernel":
				if g.Kernel != "" {
					d.fault(d.at(), "GaussianProcessModel has a second kernel, %s", clip(name))
				}
				d.processKernel(g, name)
			case "TrainingInstances":
				g.Training = d.trainingInstances()
			default:
				return false
			}
			return true
		},
		extended: func(name, value string) { g.Noisy = g.Noisy || name == "x-noisyVariance" && value == "true" },
		finish: func() {
			switch {
			case g.Kernel == "":
				d.fault(m.At, "GaussianProcessModel has no kernel")
			case g.Training == nil:
				d.fault(m.At, "GaussianProcessModel has no TrainingInstances")
			}
		},
	}
}

func (d *decoder) processKernel(g *GaussianProcess, name []byte) {
	a := d.attributes()
	g.Kernel = string(name[:len(name)-len("Kernel")])
	g.Gamma, g.Noise, g.Degree = a.number("gamma", 1), a.number("noiseVariance", 1), a.number("degree", 1)
	if g.Kernel == "RadialBasis" {
		g.Lambda = []float64{a.number("lambda", 1)}
	}
	d.each(func(name []byte) {
		if string(name) != "Lambda" || g.Kernel == "RadialBasis" {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
			return
		}
		g.Lambda = append(g.Lambda, d.oneArray()...)
	})
	if len(g.Lambda) == 0 {
		g.Lambda = []float64{1}
	}
	for _, l := range g.Lambda {
		if !(l > 0) {
			d.fault(a.at, "lambda of %s is not positive", a.element)
			return
		}
	}
}
