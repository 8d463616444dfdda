package document

// Scorecard is the content of a Scorecard.
type Scorecard struct {
	Initial         float64
	UseReasonCodes  bool
	Algorithm       string  // pointsAbove, pointsBelow
	Baseline        float64 // NaN: not given
	Characteristics []Characteristic
}

// Characteristic of a Scorecard.
type Characteristic struct {
	At         Offset
	Name       string
	ReasonCode *string
	Baseline   float64 // NaN: not given
	Attributes []Attribute
}

// Attribute of a Characteristic.
type Attribute struct {
	At         Offset
	ReasonCode *string
	Partial    float64 // NaN: not given
	Complex    Expression
	Predicate  Predicate
}

// scorecard decodes a Scorecard.
func (d *decoder) scorecard(m *Model) body {
	a := d.attributes()
	c := &Scorecard{Initial: a.number("initialScore", 0), UseReasonCodes: a.boolean("useReasonCodes", true), Baseline: a.number("baselineScore", Absent)}
	c.Algorithm = a.choice("reasonCodeAlgorithm", "pointsBelow", "pointsAbove")
	m.Body = c
	return body{
		child: func(name []byte) bool {
			if string(name) != "Characteristics" {
				return false
			}
			d.each(func(name []byte) {
				if string(name) != "Characteristic" {
					d.fault(d.at(), "%s cannot stand in Characteristics", clip(name))
					return
				}
				c.Characteristics = append(c.Characteristics, d.characteristic())
			})
			return true
		},
		finish: func() {
			if len(c.Characteristics) == 0 {
				d.fault(m.At, "Scorecard has no Characteristic")
			}
		},
	}
}

func (d *decoder) characteristic() Characteristic {
	a := d.attributes()
	c := Characteristic{At: a.at, Name: a.optional("name"), ReasonCode: a.maybe("reasonCode"), Baseline: a.number("baselineScore", Absent)}
	d.each(func(name []byte) {
		if string(name) != "Attribute" {
			d.fault(d.at(), "%s cannot stand in Characteristic", clip(name))
			return
		}
		c.Attributes = append(c.Attributes, d.scorecardAttribute())
	})
	if len(c.Attributes) == 0 {
		d.fault(c.At, "Characteristic has no Attribute")
	}
	return c
}

func (d *decoder) scorecardAttribute() Attribute {
	a := d.attributes()
	at := Attribute{At: a.at, ReasonCode: a.maybe("reasonCode"), Partial: a.number("partialScore", Absent)}
	d.each(func(name []byte) {
		switch {
		case string(name) == "ComplexPartialScore":
			from := d.at()
			d.each(func(name []byte) { d.onlyExpression(&at.Complex, "ComplexPartialScore", name) })
			if at.Complex == nil {
				d.fault(from, "ComplexPartialScore has no expression")
			}
		case d.onlyPredicate(name, &at.Predicate, "Attribute"):
		default:
			d.fault(d.at(), "%s cannot stand in Attribute", clip(name))
			d.skip()
		}
	})
	if at.Predicate.Kind == NoPredicate {
		d.fault(at.At, "Attribute has no predicate")
	}
	return at
}
