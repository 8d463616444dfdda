package pmml_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
)

// verification is y = 2x + 1, or 2x + 11 where c is a, with rows to verify.
func verification(field, rows string) string {
	return document(`<RegressionModel functionName="regression">` + schema + `<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/><CategoricalPredictor name="c" value="a" coefficient="10"/></RegressionTable>
<ModelVerification recordCount="1"><VerificationFields><VerificationField field="x" column="data:x"/><VerificationField field="c"/><VerificationField field="n"/><VerificationField field="y" ` + field + `/></VerificationFields>
<InlineTable>` + rows + `</InlineTable></ModelVerification></RegressionModel>`)
}

// The bounds are those of the specification: expected·(1 ± precision), or both within zeroThreshold.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		name, field, row string
		differences      int
	}{
		{"exact", "", `<x>2</x><y>5</y>`, 0},
		{"a category", "", `<x>2</x><c>a</c><y>15</y>`, 0},
		{"within the default of 1e-6", "", `<x>2</x><y>5.0000049</y>`, 0},
		{"beyond the default", "", `<x>2</x><y>5.0000051</y>`, 1},
		{"within the precision", `precision="1e-3"`, `<x>2</x><y>5.004</y>`, 0},
		{"beyond the precision", `precision="1e-3"`, `<x>2</x><y>5.1</y>`, 1},
		{"a negative number, within", `precision="0.1"`, `<x>-3</x><y>-5.5</y>`, 0}, // -6.05 … -4.95
		{"a negative number, beyond", `precision="0.1"`, `<x>-3</x><y>-4.5</y>`, 1}, // -4.95 … -4.05
		{"both within the zeroThreshold", `zeroThreshold="0.01"`, `<x>-0.4975</x><y>0.001</y>`, 0},
		{"one beyond the zeroThreshold", `zeroThreshold="0.01"`, `<x>-0.49</x><y>0.001</y>`, 1},
		{"empty cells of numbers and of listed texts are missing", "", `<x>2</x><c/><n></n><y>5</y>`, 0},
		{"a result that must be missing", "", `<x/><c>a</c><y/>`, 0},
		{"a result that must not be missing", "", `<c>a</c><y>11</y>`, 1},
		{"an invalid value", "", `<x>2</x><c>z</c><y>5</y>`, 1},
		{"infinite", "", `<x>INF</x><y>INF</y>`, 0},
		{"no number", "", `<x>1</x><y>NaN</y>`, 1},
		{"nothing expected", "", `<x>2</x>`, 0},
	} {
		m := load(t, verification(c.field, `<row>`+c.row+`</row>`))
		differences, err := m.Verify()
		if err != nil || len(differences) != c.differences || !m.HasVerification() {
			t.Errorf("%s: %v, %v", c.name, differences, err)
		}
	}
}

func TestVerifyNaN(t *testing.T) {
	undefined := strings.Replace(verification("", `<row><x>INF</x><y>NaN</y></row><row><x>INF</x><y>1</y></row>`), `coefficient="2"`, `coefficient="0"`, 1) // ∞·0
	if differences, err := load(t, undefined).Verify(); err != nil || len(differences) != 1 || differences[0].Row != 2 {
		t.Errorf("%v, %v", differences, err)
	}
}

func TestVerifyTellsThePlace(t *testing.T) {
	m := load(t, verification("", `<row><x>2</x><y>5</y></row><row><x>2</x><y>6</y></row>`))
	differences, err := m.Verify()
	if err != nil || len(differences) != 1 {
		t.Fatalf("%v, %v", differences, err)
	}
	d := differences[0]
	if actual, err := strconv.ParseFloat(d.Actual, 64); d.Row != 2 || d.Field != "y" || d.Expected != "6" || err != nil || actual != 5 {
		t.Errorf("%+v", d)
	}
}

func TestVerifyRowsStopsAtItsBound(t *testing.T) {
	m := load(t, document(`<RegressionModel functionName="regression">`+schema+`<RegressionTable intercept="1"/>
<ModelVerification recordCount="3"><VerificationFields><VerificationField field="x"/><VerificationField field="y"/></VerificationFields>
<InlineTable><row><x>1</x><y>1</y></row><row><x>1</x><y>2</y></row><row><x>1</x><y>3</y></row></InlineTable></ModelVerification></RegressionModel>`))
	for most, want := range []int{0, 0, 1, 2, 2} {
		differences, err := m.VerifyRows(context.Background(), most)
		if err != nil || len(differences) != want {
			t.Errorf("%d rows: %v, %v; want %d differences", most, differences, err, want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if differences, err := m.VerifyRows(ended, 3); !errors.Is(err, context.Canceled) || len(differences) != 0 {
		t.Errorf("after the end: %v, %v", differences, err)
	}
}
