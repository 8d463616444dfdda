package document

// GARCH of a TimeSeriesModel.
type GARCH struct {
	At                 Offset
	Constant           float64 // of the mean
	Mean               LagPolynomial
	Omega              float64
	P, Q               int
	Alpha, Beta        []float64
	Squares, Variances []float64 // residuals and past variances, the newest last
}

func (d *decoder) garch() *GARCH {
	g := &GARCH{At: d.at()}
	parts := map[string]bool{}
	d.each(func(name []byte) {
		p := d.attributes()
		parts[string(name)] = true
		switch string(name) {
		case "ARMAPart":
			g.Constant = p.number("constant", 0)
			g.Mean = d.lagPolynomial(p, d.order(p, "p"), d.order(p, "q"))
		case "GARCHPart":
			d.garchPart(g, p)
		default:
			d.fault(p.at, "%s cannot stand in GARCH", clip(name))
			d.skip()
		}
	})
	for _, part := range []string{"ARMAPart", "GARCHPart"} {
		if !parts[part] {
			d.fault(g.At, "GARCH has no %s", part)
		}
	}
	if g.Squares == nil { // Residuals may stand in one of the parts alone
		g.Squares = g.Mean.Residuals
	}
	if len(g.Alpha) != g.Q || len(g.Beta) != g.P || len(g.Squares) < g.Q || len(g.Variances) < g.P {
		d.fault(g.At, "GARCHPart of gp=%d and gq=%d holds %d and %d coefficients, %d residuals and %d variances", g.P, g.Q, len(g.Beta), len(g.Alpha), len(g.Squares), len(g.Variances))
	}
	return g
}

func (d *decoder) garchPart(g *GARCH, p attributes) {
	g.Omega = p.number("constant", 0)
	g.P, g.Q = d.order(p, "gp"), d.order(p, "gq")
	d.each(func(name []byte) {
		squares := string(name) == "ResidualSquareCoefficients"
		if !squares && string(name) != "VarianceCoefficients" {
			d.fault(d.at(), "%s cannot stand in GARCHPart", clip(name))
			d.skip()
			return
		}
		d.each(func(name []byte) {
			switch {
			case string(name) == "MACoefficients" && squares:
				g.Alpha = d.oneArray()
			case string(name) == "MACoefficients":
				g.Beta = d.oneArray()
			case string(name) == "Residuals" && squares:
				g.Squares = d.oneArray()
			case string(name) == "PastVariances" && !squares:
				g.Variances = d.oneArray()
			default:
				d.fault(d.at(), "%s cannot stand in GARCHPart", clip(name))
				d.skip()
			}
		})
	})
}
