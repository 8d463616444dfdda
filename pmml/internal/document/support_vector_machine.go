package document

// SupportVectorMachines is the content of a SupportVectorMachineModel.
type SupportVectorMachines struct {
	Kernel       Kernel
	HasKernel    bool
	Threshold    float64
	Coefficients bool   // svmRepresentation="Coefficients"
	Method       string // classificationMethod, "": not given
	MaxWins      bool
	Alternate    *string // alternateBinaryTargetCategory of 3.1 and 3.2
	Fields       []VectorField
	Vectors      []VectorInstance
	Machines     []SupportVectorMachine
}

// Kernel of support vector machines.
type Kernel struct {
	At                   Offset
	Kind                 string // linear, polynomial, radialBasis, sigmoid
	Gamma, Coef0, Degree float64
}

// VectorField is a coordinate: a field, or a category of one.
type VectorField struct {
	At          Offset
	Field       string
	Missing     *string // mapMissingTo of a FieldRef
	Category    *string // of a CategoricalPredictor
	Coefficient float64
}

// VectorInstance is a support vector.
type VectorInstance struct {
	At     Offset
	ID     string
	Sparse bool
	Array  Sparse
	Dense  []float64
}

// SupportVectorMachine of the model.
type SupportVectorMachine struct {
	At               Offset
	Category         *string
	Alternate        *string
	Threshold        float64 // NaN: the model's
	Vectors          []string
	Constant         float64 // absoluteValue
	Coefficients     []float64
	HasCoefficients  bool
	HasVectors       bool
	VectorsAt, CoeAt Offset
}

// supportVectorMachine decodes a SupportVectorMachineModel.
func (d *decoder) supportVectorMachine(m *Model) body {
	a := d.attributes()
	s := &SupportVectorMachines{Threshold: a.number("threshold", 0), MaxWins: a.boolean("maxWins", false), Alternate: a.maybe("alternateBinaryTargetCategory")}
	s.Coefficients = a.choice("svmRepresentation", "SupportVectors", "Coefficients") == "Coefficients"
	s.Method = a.choice("classificationMethod", "", "OneAgainstAll", "OneAgainstOne")
	m.Body = s
	var since40 *string // what R's exporter goes on to write in documents of 4.x, with machines that decide as those of 4.x do
	if d.version >= 40 {
		since40, s.Alternate = s.Alternate, nil
	}
	return body{
		child: func(name []byte) bool { return d.supportVectorPart(s, name) },
		extended: func(name, value string) {
			if name == "alternateBinaryTargetCategory" {
				s.Alternate = &value
			}
		},
		finish: func() {
			if len(s.Machines) == 1 && s.Machines[0].Alternate == nil {
				s.Machines[0].Alternate = since40
			}
			switch {
			case !s.HasKernel && !s.Coefficients:
				d.fault(m.At, "SupportVectorMachineModel has no kernel")
			case len(s.Fields) == 0 && d.version < 31:
				d.unsupported(m.At, "SupportVectorMachineModel of PMML 3.0, which does not say what the coordinates of its vectors are")
			case len(s.Fields) == 0:
				d.fault(m.At, "SupportVectorMachineModel has no VectorFields")
			case len(s.Machines) == 0:
				d.fault(m.At, "SupportVectorMachineModel has no SupportVectorMachine")
			}
		},
	}
}

func (d *decoder) supportVectorPart(s *SupportVectorMachines, name []byte) bool {
	a := d.attributes()
	kernel := Kernel{At: a.at}
	switch string(name) {
	case "LinearKernelType":
		kernel.Kind = "linear"
	case "PolynomialKernelType":
		kernel.Kind, kernel.Gamma, kernel.Coef0, kernel.Degree = "polynomial", a.number("gamma", 1), a.number("coef0", 1), a.number("degree", 1)
	case "RadialBasisKernelType":
		kernel.Kind, kernel.Gamma = "radialBasis", a.number("gamma", 1)
	case "SigmoidKernelType":
		kernel.Kind, kernel.Gamma, kernel.Coef0 = "sigmoid", a.number("gamma", 1), a.number("coef0", 1)
	case "VectorDictionary":
		d.vectorDictionary(s)
		return true
	case "SupportVectorMachine":
		s.Machines = append(s.Machines, d.machine())
		return true
	default:
		return false
	}
	if s.HasKernel {
		d.fault(a.at, "a second kernel, %s", clip(name))
	}
	s.Kernel, s.HasKernel = kernel, true
	return true
}

func (d *decoder) vectorDictionary(s *SupportVectorMachines) {
	a := d.attributes()
	a.tally("numberOfVectors")
	d.each(func(name []byte) {
		switch string(name) {
		case "VectorFields":
			d.vectorFields(s)
		case "VectorInstance":
			s.Vectors = append(s.Vectors, d.vectorInstance())
		default:
			d.fault(d.at(), "%s cannot stand in VectorDictionary", clip(name))
			d.skip()
		}
	})
}

func (d *decoder) vectorFields(s *SupportVectorMachines) {
	a := d.attributes()
	a.tally("numberOfFields")
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "FieldRef":
			s.Fields = append(s.Fields, VectorField{At: p.at, Field: p.required("field"), Missing: p.maybe("mapMissingTo")})
		case "CategoricalPredictor":
			text := p.required("value")
			s.Fields = append(s.Fields, VectorField{At: p.at, Field: p.required("name"), Category: &text, Coefficient: p.number("coefficient", 1)})
		default:
			d.fault(p.at, "%s cannot stand in VectorFields", clip(name))
			d.skip()
		}
	})
}

func (d *decoder) vectorInstance() VectorInstance {
	a := d.attributes()
	v := VectorInstance{At: a.at, ID: a.required("id")}
	has := false
	d.each(func(name []byte) {
		if !isNumberArray(name) || has {
			d.fault(d.at(), "%s cannot stand in VectorInstance", clip(name))
			d.skip()
			return
		}
		has = true
		if string(name) == "Array" {
			v.Dense = d.numbers()
			return
		}
		v.Sparse, v.Array = true, d.sparse()
	})
	if !has {
		d.fault(a.at, "VectorInstance has no array")
	}
	return v
}

func (d *decoder) machine() SupportVectorMachine {
	a := d.attributes()
	m := SupportVectorMachine{At: a.at, Category: a.maybe("targetCategory"), Alternate: a.maybe("alternateTargetCategory"), Threshold: a.number("threshold", Absent)}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "SupportVectors":
			m.HasVectors, m.VectorsAt = true, p.at
			p.tally("numberOfSupportVectors")
			d.only("SupportVector", func(v attributes) { m.Vectors = append(m.Vectors, v.required("vectorId")) })
		case "Coefficients":
			m.HasCoefficients, m.CoeAt, m.Constant = true, p.at, p.number("absoluteValue", 0)
			p.tally("numberOfCoefficients")
			d.only("Coefficient", func(c attributes) { m.Coefficients = append(m.Coefficients, c.number("value", 0)) })
		default:
			d.fault(p.at, "%s cannot stand in SupportVectorMachine", clip(name))
			d.skip()
		}
	})
	if !m.HasCoefficients {
		d.fault(m.At, "SupportVectorMachine has no Coefficients")
	}
	return m
}
