package document

// DynamicRegressor is a further series that bears on the one that is forecast, by a ratio of polynomials in the lag.
type DynamicRegressor struct {
	At                     Offset
	Field, Target          string
	Transformation, Future string
	Delay                  int
	Numerator, Denominator Transfer
	Series                 *Series   // nil: not given
	Trend                  []float64 // of the powers 0, 1, … of the time
	Values                 []float64 // of the transfer function, the newest last
}

// Transfer is a numerator or a denominator.
type Transfer struct {
	Nonseasonal, Seasonal *TransferFactor // nil: 1
}

// TransferFactor is a polynomial in the lag, or in the lag of a season.
type TransferFactor struct {
	At           Offset
	Difference   int
	MaximumOrder int // -1: not given
	Coefficients []float64
}

func (d *decoder) dynamicRegressor(a attributes) *DynamicRegressor {
	r := &DynamicRegressor{At: a.at, Field: a.required("field"), Target: a.optional("targetField"), Transformation: a.choice("transformation", seriesTransformations...)}
	r.Future = a.choice("futureValuesMethod", "constant", "trend", "stored", "otherModel", "userSupplied")
	if r.Delay = a.whole("delay", 0); r.Delay < 0 || r.Delay > MaxOrder {
		d.fault(a.at, "delay of DynamicRegressor is not within 0 and %d", MaxOrder)
		r.Delay = 0
	}
	if r.Future == "otherModel" {
		d.unsupported(a.at, "futureValuesMethod otherModel: the document does not name the model that forecasts the regressor")
	}
	d.each(func(name []byte) {
		switch string(name) {
		case "Numerator":
			r.Numerator = d.transfer()
		case "Denominator":
			r.Denominator = d.transfer()
		case "RegressorValues":
			d.regressorValues(r)
		default:
			d.fault(d.at(), "%s cannot stand in DynamicRegressor", clip(name))
			d.skip()
		}
	})
	return r
}

func (d *decoder) transfer() (t Transfer) {
	parent := d.name(d.s.Name())
	d.each(func(name []byte) {
		switch string(name) {
		case "NonseasonalFactor":
			t.Nonseasonal = d.transferFactor()
		case "SeasonalFactor":
			t.Seasonal = d.transferFactor()
		default:
			d.fault(d.at(), "%s cannot stand in %s", clip(name), parent)
			d.skip()
		}
	})
	return t
}

func (d *decoder) transferFactor() *TransferFactor {
	a := d.attributes()
	f := &TransferFactor{At: a.at, Difference: d.order(a, "difference"), MaximumOrder: -1}
	if a.optional("maximumOrder") != "" {
		f.MaximumOrder = d.order(a, "maximumOrder")
	}
	d.each(func(name []byte) {
		if !isNumberArray(name) {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
			return
		}
		f.Coefficients = d.numbers()
	})
	return f
}

func (d *decoder) regressorValues(r *DynamicRegressor) {
	d.each(func(name []byte) {
		switch string(name) {
		case "TimeSeries":
			r.Series = d.series()
		case "TrendCoefficients":
			d.each(func(name []byte) {
				if !isNumberArray(name) {
					d.fault(d.at(), "%s cannot stand in TrendCoefficients", clip(name))
					d.skip()
					return
				}
				r.Trend = d.numbers()
			})
		case "TransferFunctionValues":
			r.Values = d.oneArray()
		default:
			d.fault(d.at(), "%s cannot stand in RegressorValues", clip(name))
			d.skip()
		}
	})
	if len(r.Trend) > 20 {
		d.fault(r.At, "TrendCoefficients of a power of %d", len(r.Trend)-1)
	}
}
