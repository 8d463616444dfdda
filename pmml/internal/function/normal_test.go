package function

import (
	"math"
	"testing"
)

// Reference values by mpmath with 60 digits.
func TestNormal(t *testing.T) {
	run(t, []test{
		{"stdNormalCDF", args(0.0), 0.5}, {"stdNormalCDF", args(1.0), 0.84134474606854294859}, {"stdNormalCDF", args(-1.0), 0.15865525393145705141},
		{"stdNormalCDF", args(1.96), 0.97500210485177956586}, {"stdNormalCDF", args(3.5), 0.99976737092096447496}, {"stdNormalCDF", args(8.0), 0.9999999999999993779},
		{"stdNormalPDF", args(0.0), 0.39894228040143267794}, {"stdNormalPDF", args(1.0), 0.2419707245191433498}, {"stdNormalPDF", args(-2.5), 0.017528300493568537362},
		{"stdNormalIDF", args(0.5), 0.0}, {"stdNormalIDF", args(0.25), -0.6744897501960817432}, {"stdNormalIDF", args(0.025), -1.9599639845400542355}, {"stdNormalIDF", args(0.975), 1.9599639845400542355},
		{"stdNormalIDF", args(0.1), -1.281551565544600467}, {"stdNormalIDF", args(0.001), -3.0902323061678135415}, {"stdNormalIDF", args(1e-10), -6.3613409024040562047},
		{"stdNormalIDF", args(1e-100), -21.273453560965324295}, {"stdNormalIDF", args(1e-300), -37.047096299361199237},
		{"normalCDF", args(3, 1, 2), 0.84134474606854294859}, {"normalPDF", args(3.0, 1, 2), 0.1209853622595716749}, {"normalIDF", args(0.9, 10, 3), 13.844654696633801401},
		{"erf", args(0.5), 0.52049987781304653768}, {"erf", args(-2), -0.99532226501895273416}, {"erf", args(inf), 1.0},

		{"stdNormalIDF", args(0.0), bad{}}, {"stdNormalIDF", args(1.0), bad{}}, {"stdNormalIDF", args(-0.1), bad{}}, {"normalIDF", args(1.5, 0, 1), bad{}},
		{"normalCDF", args(1, 0, 0), bad{}}, {"normalPDF", args(1, 0, -1), bad{}}, {"normalCDF", args(1, 0, nan), bad{}},
		{"normalCDF", args(nil, 0, 1), nil}, {"normalCDF", args(1, 0, nil), nil}, {"stdNormalPDF", args(nil), nil}, {"erf", args("x"), bad{}}, {"normalCDF", args(1, "x", 1), bad{}},
	})
}

// In the lower tail an error of the argument by one unit in its last place grows by a factor of x², so the tolerance does.
func TestNormalTail(t *testing.T) {
	for _, test := range []struct{ z, want float64 }{
		{-5, 2.8665157187919391167e-7}, {-10, 7.619853024160526066e-24}, {-37, 5.7255712225245768227e-300},
	} {
		if got := stdNormalCDF(test.z); math.Abs(got/test.want-1) > 4e-16*test.z*test.z {
			t.Errorf("stdNormalCDF(%v) = %v, want %v", test.z, got, test.want)
		}
	}
}

func TestNormalInverse(t *testing.T) {
	for z := -8.0; z <= 5; z += 0.0625 {
		if got := stdNormalIDF(stdNormalCDF(z)); math.Abs(got-z) > 1e-9 {
			t.Errorf("stdNormalIDF(stdNormalCDF(%v)) = %v", z, got)
		}
	}
}
