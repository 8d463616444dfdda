package document

import "slices"

// Baseline is the content of a BaselineModel: its TestDistributions.
type Baseline struct {
	At            Offset
	Has           bool
	Field         string
	Statistic     string // zValue, chiSquareIndependence, chiSquareDistribution, CUSUM, scalarProduct
	Reset         float64
	Window        int
	WeightField   string
	Normalization string // of scalarProduct
	Baseline      *Distribution
	Counts        []FieldValueCount
	Sample        float64 // of a NormalizedCountTable, NaN: counts are counts
	Normalized    bool
	Fields        []FieldRef // of chiSquareIndependence
	Alternate     *Distribution
}

// FieldValueCount is how often a combination of values was met: values by field, from the outside.
type FieldValueCount struct {
	At     Offset
	Fields []string
	Values []string
	Count  float64
}

// MaxWindow is how many rows a baseline test may look back.
const MaxWindow = 1 << 20

// baseline decodes a BaselineModel.
func (d *decoder) baseline(m *Model) body {
	b := &Baseline{}
	m.Body = b
	return body{
		child: func(name []byte) bool {
			if string(name) != "TestDistributions" {
				return false
			}
			d.testDistributions(b)
			return true
		},
		finish: func() {
			if !b.Has {
				d.fault(m.At, "BaselineModel has no TestDistributions")
			}
		},
	}
}

func (d *decoder) testDistributions(b *Baseline) {
	a := d.attributes()
	b.At, b.Has, b.Field, b.Reset, b.Window = a.at, true, a.required("field"), a.number("resetValue", 0), a.whole("windowSize", 0)
	b.WeightField, b.Sample = a.optional("weightField"), Absent
	b.Normalization = a.choice("normalizationScheme", "", "Independent", "SizeWeighted")
	if a.required("testStatistic") != "" {
		b.Statistic = a.choice("testStatistic", "zValue", "chiSquareIndependence", "chiSquareDistribution", "CUSUM", "scalarProduct")
	}
	if b.Window < 0 || b.Window > MaxWindow {
		d.fault(a.at, "windowSize is not within 0 and %d", MaxWindow)
		b.Window = 0
	}
	has := false
	d.each(func(name []byte) {
		switch string(name) {
		case "Baseline":
			has = true
			d.each(func(name []byte) { d.baselinePart(b, name) })
		case "Alternate":
			d.each(func(name []byte) { b.Alternate = d.distribution(name, b.Alternate) })
		default:
			d.fault(d.at(), "%s cannot stand in TestDistributions", clip(name))
			d.skip()
		}
	})
	if !has {
		d.fault(a.at, "TestDistributions has no Baseline")
	}
}

func (d *decoder) baselinePart(b *Baseline, name []byte) {
	switch string(name) {
	case "FieldRef":
		b.Fields = append(b.Fields, d.fieldRef())
	case "CountTable", "NormalizedCountTable":
		a := d.attributes()
		b.Normalized, b.Sample = a.element == "NormalizedCountTable", a.number("sample", Absent)
		d.fieldValues(b, nil, nil)
	default:
		b.Baseline = d.distribution(name, b.Baseline)
	}
}

// fieldValues reads the counts below a table or a FieldValue.
func (d *decoder) fieldValues(b *Baseline, fields, values []string) {
	d.each(func(name []byte) {
		a := d.attributes()
		switch string(name) {
		case "FieldValue", "FieldValueCount":
			f, v := slices.Concat(fields, []string{a.required("field")}), slices.Concat(values, []string{a.required("value")})
			if a.element == "FieldValue" {
				d.fieldValues(b, f, v)
				return
			}
			b.Counts = append(b.Counts, FieldValueCount{At: a.at, Fields: f, Values: v, Count: a.requiredNumber("count")})
		default:
			d.fault(a.at, "%s cannot stand in a table of counts", clip(name))
			d.skip()
		}
	})
}
