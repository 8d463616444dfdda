package pmml_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// forecasts is a TimeSeriesModel of y over h steps, with further fields u and x.
func forecasts(bestFit, schema, inside string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="y" optype="continuous" dataType="double"/>
<DataField name="y2" optype="continuous" dataType="double"/><DataField name="h" optype="continuous" dataType="integer"/>
<DataField name="u" optype="continuous" dataType="double"/><DataField name="c" optype="categorical" dataType="string"/></DataDictionary>
<TimeSeriesModel functionName="timeSeries" bestFit="` + bestFit + `"><MiningSchema><MiningField name="y" usageType="target"/>` + schema + `<MiningField name="h" usageType="supplementary"/></MiningSchema>
<Output><OutputField name="se" optype="continuous" dataType="double" feature="standardError"/><OutputField name="low" optype="continuous" dataType="double" feature="confidenceIntervalLower" value="50"/></Output>
` + inside + `</TimeSeriesModel></PMML>`
}

// history is a TimeSeries of y.
const history = `<TimeSeries usage="original" field="y"><TimeValue index="1" value="4"/><TimeValue index="2" value="6"/><TimeValue index="3" value="10"/></TimeSeries>`

func real(numbers string) string { return `<Array type="real">` + numbers + `</Array>` }

func square(rows ...string) string {
	text := `<Matrix>`
	for _, r := range rows {
		text += real(r)
	}
	return text + `</Matrix>`
}

func arima(attributes, inside string) string {
	return forecasts("ARIMA", `<MiningField name="u"/>`, history+`<ARIMA RMSE="2" `+attributes+`>`+inside+`</ARIMA>`)
}

// ar1 is z_t = 0.5 z_{t-1}.
var ar1 = `<NonseasonalComponent p="1"><AR>` + real("0.5") + `</AR></NonseasonalComponent>`

// untimed leaves out the indices of the points.
func untimed(text, attributes string) string {
	for _, index := range []string{` index="1"`, ` index="2"`, ` index="3"`} {
		text = strings.Replace(text, index, "", 1)
	}
	return strings.Replace(text, `<TimeSeries `, `<TimeSeries `+attributes+` `, 1)
}

// By hand: y = 10 at the end, so that 5, 2.5, 1.25 follow, plus what regressors add.
func TestForecastsByHand(t *testing.T) {
	regressor := func(attributes, inside string) string {
		return arima("", ar1+`<DynamicRegressor field="u" `+attributes+`>`+inside+`</DynamicRegressor>`)
	}
	past := `<RegressorValues><TimeSeries><TimeValue value="1"/><TimeValue value="2"/><TimeValue value="3"/></TimeSeries></RegressorValues>`
	for _, c := range []struct {
		name, text string
		row        map[string]string
		want       map[string]any
	}{
		{"one step where none are given", arima("", ar1), nil, map[string]any{"y": 5.0, "se": 2.0, "low": 5 - 0.6744897501960817*2}},
		{"three steps", arima("", ar1), map[string]string{"h": "3"}, map[string]any{"y": 1.25, "se": 2 * math.Sqrt(1+0.25+0.0625)}},
		{"half a step", arima("", ar1), map[string]string{"h": "0.5"}, map[string]any{"$error": "invalid_input"}},
		{"no step", arima("", ar1), map[string]string{"h": "0"}, map[string]any{"$error": "invalid_input"}},
		{"too many", arima("", ar1), map[string]string{"h": "10001"}, map[string]any{"$error": "invalid_input"}},
		{"points out of order", strings.Replace(arima("", ar1), `<TimeValue index="2" value="6"/><TimeValue index="3" value="10"/>`, `<TimeValue index="3" value="10"/><TimeValue index="2" value="6"/>`, 1), nil, map[string]any{"y": 5.0}},
		{"the points of another field", strings.Replace(arima("", ar1), `<ARIMA`, `<TimeSeries field="u"><TimeValue value="7"/></TimeSeries><ARIMA`, 1), nil, map[string]any{"y": 5.0}},
		{"values of another usage", strings.Replace(arima("", ar1), `<ARIMA`, `<TimeSeries usage="prediction"><TimeValue value="7"/></TimeSeries><ARIMA`, 1), nil, map[string]any{"y": 5.0}},
		// v = u: the noise at the end is 10 - 3 = 7, and u stays 3.
		{"constant", regressor("", past), map[string]string{"h": "2"}, map[string]any{"y": 7*0.25 + 3}},
		{"constant, of the model's own TimeSeries", strings.Replace(regressor("", ""), `<ARIMA`, `<TimeSeries field="u"><TimeValue value="2"/><TimeValue value="3"/></TimeSeries><ARIMA`, 1), nil, map[string]any{"y": 7*0.5 + 3}},
		{"user supplied", regressor(`futureValuesMethod="userSupplied"`, past), map[string]string{"h": "2", "u": "20"}, map[string]any{"y": 7*0.25 + 20}},
		{"user supplied, and not listed", strings.Replace(regressor(`futureValuesMethod="userSupplied"`, past), `<MiningField name="u"/>`, ``, 1), map[string]string{"h": "2", "u": "20"}, map[string]any{"y": 7*0.25 + 20}},
		{"user supplied, and missing", regressor(`futureValuesMethod="userSupplied"`, past), map[string]string{"h": "2"}, map[string]any{"y": nil}},
		{"user supplied, with no logarithm", regressor(`futureValuesMethod="userSupplied" transformation="logarithmic"`, past), map[string]string{"h": "2", "u": "-1"}, map[string]any{"$error": "invalid_input"}},
		{"a delay, for which the past is enough", regressor(`futureValuesMethod="userSupplied" delay="1"`, past), nil, map[string]any{"y": (10-2)*0.5 + 3}},
		{"a delay, for which one value is not", regressor(`futureValuesMethod="userSupplied" delay="1"`, past), map[string]string{"h": "2", "u": "5"}, map[string]any{"$error": "invalid_input"}},
		{"stored too few", regressor(`futureValuesMethod="stored"`, past), nil, map[string]any{"$error": "invalid_input"}},
		// v_t = 0.25 v_{t-1} + u_t, of which the last is said to be 8: then 5 and 4.25; the noise at the end is 2.
		{"transfer function values", regressor("", `<Denominator><NonseasonalFactor maximumOrder="1">`+real("0.25")+`</NonseasonalFactor></Denominator>`+strings.Replace(past, `</TimeSeries>`, `</TimeSeries><TransferFunctionValues>`+real("8")+`</TransferFunctionValues>`, 1)),
			map[string]string{"h": "2"}, map[string]any{"y": 2*0.25 + 4.25}},
		// Without them from 0: 1, 2.25, 3.5625, then 3.890625.
		{"a recursion from its first value", regressor("", `<Denominator><NonseasonalFactor>`+real("0.25")+`</NonseasonalFactor></Denominator>`+past), nil, map[string]any{"y": (10-3.5625)*0.5 + 3.890625}},
		// 1/(1-B): the sum of u.
		// Points without an index count from 1, or from startTime: the effect is on the last one.
		{"an outlier at the third point", untimed(arima("", ar1+`<OutlierEffect type="additive" startTime="3" magnitude="4"/>`), ""), nil, map[string]any{"y": 3.0}},
		{"an outlier at the time 12", untimed(arima("", ar1+`<OutlierEffect type="additive" startTime="12" magnitude="4"/>`), `startTime="10"`), nil, map[string]any{"y": 3.0}},
		{"a difference in the denominator", regressor("", `<Denominator><NonseasonalFactor difference="1"/></Denominator>`+past), nil, map[string]any{"y": (10-6)*0.5 + 9.0}},
	} {
		check(t, c.name, score(t, load(t, c.text), c.row), c.want)
	}
}

// A collection gives the regressor at each step: v_t = u_t + 0.5 u_{t-1}.
func TestRegressorsOfEachStep(t *testing.T) {
	m := load(t, arima("", ar1+`<DynamicRegressor field="u" futureValuesMethod="userSupplied"><Numerator><NonseasonalFactor>`+real("1 0.5")+`</NonseasonalFactor></Numerator>
<RegressorValues><TimeSeries><TimeValue value="2"/><TimeValue value="4"/></TimeSeries></RegressorValues></DynamicRegressor>`))
	in, out := m.NewInput(), m.NewResult()
	u, _ := m.FieldIndex("u")
	h, _ := m.FieldIndex("h")
	in.SetValues(u, []value.Value{value.OfFloat(6), value.OfFloat(10)})
	for step, want := range []float64{5*0.5 + 6 + 2, 5*0.25 + 10 + 3} { // the noise at the end is 10 - 4 - 1 = 5
		in.SetText(h, []byte{byte('1' + step)})
		if err := m.Score(in, out); err != nil || math.Abs(out.Map()["y"].(float64)-want) > 1e-14 {
			t.Errorf("step %d: %v, want %v (%v)", step+1, out.Map()["y"], want, err)
		}
	}
	in.SetText(h, []byte("3"))
	if err := m.Score(in, out); err == nil {
		t.Error("three steps from two values of the regressor")
	}
}

// The state as R's exporter writes it: with its own matrices, y₁ = 3 + 1, then state (0.5·3+1, 0.2·1).
func TestKalmanStateWithMatrices(t *testing.T) {
	text := arima(`predictionMethod="exactLeastSquares"`, ar1+`<MaximumLikelihoodStat method="kalman" periodDeficit="0"><KalmanState><FinalOmega><Matrix kind="symmetric" nbRows="1" nbCols="1">`+real("0")+`</Matrix></FinalOmega>
<FinalStateVector>`+real("3 1")+`</FinalStateVector><TransitionMatrix>`+square("0.5 1", "0 0.2")+`</TransitionMatrix><MeasurementMatrix>`+square("1 1")+`</MeasurementMatrix></KalmanState></MaximumLikelihoodStat>`)
	m := load(t, text)
	check(t, "one step", score(t, m, nil), map[string]any{"y": 4.0, "se": 2.0})
	check(t, "two steps", score(t, m, map[string]string{"h": "2"}), map[string]any{"y": 2.7, "se": 2 * math.Sqrt(1.25)})
	refused(t, strings.Replace(text, `RMSE="2"`, `RMSE="2" constantTerm="1"`, 1), `<KalmanState>`, "beside a constantTerm")
}

// By hand: y₁ = 2·3 + 7 + 10, of variance 2(2·4·2 + 0.5); y₂ = 2·1.5 + 17, of variance 2(1·4·1 + 2·1·2 + 0.5).
func TestSpreadOfState(t *testing.T) {
	m := load(t, forecasts("StateSpaceModel", "", `<StateSpaceModel variance="2" intercept="7"><StateVector>`+real("3")+`</StateVector><TransitionMatrix>`+square("0.5")+`</TransitionMatrix>
<MeasurementMatrix>`+square("2")+`</MeasurementMatrix><InterceptVector type="observation">`+real("10")+`</InterceptVector><PredictedStateCovarianceMatrix>`+square("4")+`</PredictedStateCovarianceMatrix>
<SelectedStateCovarianceMatrix>`+square("1")+`</SelectedStateCovarianceMatrix><ObservationVarianceMatrix>`+square("0.5")+`</ObservationVarianceMatrix></StateSpaceModel>`))
	check(t, "one step", score(t, m, nil), map[string]any{"y": 23.0, "se": math.Sqrt(33)})
	check(t, "two steps", score(t, m, map[string]string{"h": "2"}), map[string]any{"y": 20.0, "se": math.Sqrt(17)})
}

// Residuals of the variance may stand with the mean: h = 0.1 + 0.2·0.5² + 0.6·0.3.
func TestResidualsOfTheMean(t *testing.T) {
	m := load(t, forecasts("GARCH", "", history+`<GARCH><ARMAPart constant="1" p="1" q="1"><AR>`+real("0.5")+`</AR><MA><MACoefficients>`+real("0.4")+`</MACoefficients><Residuals>`+real("0.5")+`</Residuals></MA></ARMAPart>
<GARCHPart constant="0.1" gp="1" gq="1"><ResidualSquareCoefficients><MACoefficients>`+real("0.2")+`</MACoefficients></ResidualSquareCoefficients>
<VarianceCoefficients><PastVariances>`+real("0.3")+`</PastVariances><MACoefficients>`+real("0.6")+`</MACoefficients></VarianceCoefficients></GARCHPart></GARCH>`))
	check(t, "one step", score(t, m, nil), map[string]any{"y": 1 + 5 + 0.2, "se": math.Sqrt(0.1 + 0.05 + 0.18)})
}

// What a root says of an interval below 0: nothing is less than 0.
func TestIntervalOfRoots(t *testing.T) {
	m := load(t, forecasts("ExponentialSmoothing", "", `<ExponentialSmoothing RMSE="2" transformation="squareroot"><Level smoothedValue="1"/></ExponentialSmoothing>`))
	check(t, "low", score(t, m, nil), map[string]any{"y": 1.0, "se": nil, "low": 0.0})
}

func TestRefusedTimeSeries(t *testing.T) {
	kalman := func(inside string) string {
		return arima(`predictionMethod="exactLeastSquares"`, ar1+`<MaximumLikelihoodStat method="kalman"><KalmanState>`+inside+`</KalmanState></MaximumLikelihoodStat>`)
	}
	theta := func(inside string) string {
		return arima(`predictionMethod="exactLeastSquares"`, `<NonseasonalComponent q="2"><MA><MACoefficients>`+real("0.5 0.2")+`</MACoefficients></MA></NonseasonalComponent><MaximumLikelihoodStat method="thetaRecursion"><ThetaRecursionState>`+inside+`</ThetaRecursionState></MaximumLikelihoodStat>`)
	}
	noise := `<FinalNoise>` + real("1 2") + `</FinalNoise><FinalPredictedNoise>` + real("0.5 1") + `</FinalPredictedNoise>`
	regressor := func(attributes, inside string) string {
		return arima("", ar1+`<DynamicRegressor field="u" `+attributes+`>`+inside+`</DynamicRegressor>`)
	}
	outlier := func(attributes string) string { return arima("", ar1+`<OutlierEffect `+attributes+`/>`) }
	smoothing := func(inside string) string {
		return forecasts("ExponentialSmoothing", "", `<ExponentialSmoothing><Level smoothedValue="1"/>`+inside+`</ExponentialSmoothing>`)
	}
	space := func(attributes, inside string) string {
		return forecasts("StateSpaceModel", "", `<StateSpaceModel `+attributes+`><StateVector>`+real("1 2")+`</StateVector><TransitionMatrix>`+square("1 0", "0 1")+`</TransitionMatrix><MeasurementMatrix>`+square("1 0")+`</MeasurementMatrix>`+inside+`</StateSpaceModel>`)
	}
	const dynamic, model = `<DynamicRegressor `, `<ARIMA `
	past := `<RegressorValues><TimeSeries><TimeValue value="1"/><TimeValue value="2"/></TimeSeries></RegressorValues>`
	for _, c := range []struct{ text, marker, part string }{
		{arima(`predictionMethod="exactLeastSquares"`, ar1), model, "exactLeastSquares needs a MaximumLikelihoodStat"},
		{strings.Replace(kalman(`<FinalStateVector>`+real("1")+`</FinalStateVector>`), `method="kalman"`, `method="kalman" periodDeficit="2"`, 1), `<MaximumLikelihoodStat`, "periodDeficit"},
		{strings.Replace(kalman(`<FinalStateVector>`+real("1")+`</FinalStateVector>`), `method="kalman"`, `method="thetaRecursion"`, 1), `<KalmanState>`, "KalmanState cannot stand"},
		{kalman(``), `<KalmanState>`, "no FinalStateVector"},
		{kalman(`<FinalStateVector>` + real("1 2 3") + `</FinalStateVector>`), `<KalmanState>`, "FinalStateVector has 3 numbers"},
		{kalman(`<FinalStateVector>` + real("1") + `</FinalStateVector><HVector>` + real("7") + `</HVector>`), `<KalmanState>`, "HVector is that of no form"},
		{kalman(`<FinalStateVector>` + real("1") + `</FinalStateVector><TransitionMatrix>` + square("1") + `</TransitionMatrix>`), `<KalmanState>`, "one of TransitionMatrix and MeasurementMatrix"},
		{strings.Replace(arima(`constantTerm="1" predictionMethod="exactLeastSquares"`, `<MaximumLikelihoodStat method="kalman"><KalmanState><FinalStateVector>`+real("1")+`</FinalStateVector></KalmanState></MaximumLikelihoodStat>`), `<MaximumLikelihoodStat`, strings.Replace(ar1, "0.5", "1", 1)+`<MaximumLikelihoodStat`, 1), `<KalmanState>`, "has no mean"},
		{theta(`<FinalNoise>` + real("1 2") + `</FinalNoise>`), `<ThetaRecursionState>`, "has 2, 0 and 0"},
		{theta(noise + `<FinalNu>` + real("1 1") + `</FinalNu>`), `<ThetaRecursionState>`, "FinalTheta has 0 rows"},
		{theta(noise + `<FinalNu>` + real("1 1") + `</FinalNu><FinalTheta><Theta i="4" j="2" theta="0.1"/></FinalTheta>`), `<ThetaRecursionState>`, "lacks a number of row 4"},
		{theta(noise + `<FinalNu>` + real("1 0") + `</FinalNu><FinalTheta><Theta i="4" j="1" theta="0.1"/></FinalTheta>`), `<ThetaRecursionState>`, "not greater than 0"},
		{regressor(`futureValuesMethod="otherModel"`, past), dynamic, "otherModel"},
		{regressor(`futureValuesMethod="trend"`, past), dynamic, "needs TrendCoefficients"},
		{regressor(`futureValuesMethod="stored"`, ""), dynamic, "needs the TimeSeries of the regressor"},
		{regressor(``, ""), dynamic, "needs the last 1 values of the regressor"},
		{regressor(`targetField="c"`, past), dynamic, `targetField "c"`},
		{regressor(`delay="-1"`, past), dynamic, "delay"},
		{regressor(`delay="2"`, past), dynamic, "effect on the last 1 points"},
		{regressor(`transformation="logarithmic"`, strings.Replace(past, `"1"`, `"-1"`, 1)), `<TimeSeries>`, "no logarithmic value"},
		{regressor(``, `<Numerator><NonseasonalFactor maximumOrder="2">`+real("1 2")+`</NonseasonalFactor></Numerator>`+past), `<NonseasonalFactor `, "a factor of order 2 holds 2 coefficients"},
		{regressor(``, `<Denominator><NonseasonalFactor maximumOrder="1">`+real("1 2")+`</NonseasonalFactor></Denominator>`+past), `<NonseasonalFactor `, "a factor of order 1 holds 2 coefficients"},
		{regressor(``, `<Numerator><SeasonalFactor>`+real("1")+`</SeasonalFactor></Numerator>`+past), `<SeasonalFactor>`, "needs the period"},
		{outlier(`type="level" startTime="2"`), `<OutlierEffect`, "magnitude"},
		{outlier(`type="shift" startTime="2" magnitude="1"`), `<OutlierEffect`, `"shift"`},
		{outlier(`type="level" startTime="2.5" magnitude="1"`), `<OutlierEffect`, "between the points"},
		{outlier(`type="transient" startTime="2" magnitude="1"`), `<OutlierEffect`, "no dampingCoefficient"},
		{outlier(`type="seasonalAdditive" startTime="2" magnitude="1"`), `<OutlierEffect`, "needs the period"},
		{outlier(`type="innovational" startTime="-99999" magnitude="1"`), `<OutlierEffect`, "from the end"},
		{strings.Replace(arima("", ar1), `index="2"`, `index="1.5"`, 1), `<TimeSeries `, "not one step apart"},
		{strings.Replace(arima("", strings.Replace(ar1, `p="1"`, `p="1" d="1"`, 1)), `index="2"`, `index="1.5"`, 1), `<TimeSeries `, "not one step apart"},
		{strings.Replace(arima(`transformation="logarithmic"`, ar1), `value="10"`, `value="0"`, 1), `<TimeSeries `, "no logarithmic value"},
		{strings.Replace(arima("", ar1), model, `<TimeSeries><TimeValue value="1"/></TimeSeries>`+model, 1), `<TimeSeries>`, "a second TimeSeries"},
		{strings.Replace(arima("", ar1), `<MiningField name="u"/>`, `<MiningField name="y2" usageType="target"/>`, 1), `<TimeSeriesModel `, "ARIMA forecasts one series"},
		{smoothing(`<Trend_ExpoSmooth trend="multiplicative"/>`), `<Trend_ExpoSmooth`, "smoothedValue"},
		{smoothing(`<Trend_ExpoSmooth trend="polynomial_exponential">` + real("1 2") + `</Trend_ExpoSmooth>`), `<Trend_ExpoSmooth`, "does not say how it goes on"},
		{smoothing(`<Trend_ExpoSmooth smoothedValue="1">` + real("1 2") + `</Trend_ExpoSmooth>`), `<Array`, "an Array of a trend that is additive"},
		{smoothing(`<Seasonality_ExpoSmooth type="additive" period="2" phase="-1">` + real("1 2") + `</Seasonality_ExpoSmooth>`), `<Seasonality_ExpoSmooth`, "phase"},
		{smoothing(`<Seasonality_ExpoSmooth period="2">` + real("1 2") + `</Seasonality_ExpoSmooth>`), `<Seasonality_ExpoSmooth`, "type"},
		{strings.Replace(smoothing(""), `<Level `, `<Level quadraticSmoothedValue="2" `, 1), `<Level `, "quadraticSmoothedValue"},
		{space(`period="0"`, ""), `<StateSpaceModel`, "period"},
		{space("", `<PsiVector>`+real("1")+`</PsiVector>`), `<PsiVector>`, "does not fit a state of 2"},
		{space("", `<PsiVector variance="much">`+real("1 2")+`</PsiVector>`), `<PsiVector `, "not a number"},
		{space("", `<PsiVector targetField="c">`+real("1 2")+`</PsiVector>`), `<PsiVector `, `"c" is no target`},
		{space("", `<PsiVector variance="-1">`+real("1 2")+`</PsiVector>`), `<PsiVector `, "a negative variance"},
		{space("", `<PsiVector>`+real("1 2")+`</PsiVector><SelectedStateCovarianceMatrix>`+square("1 0", "0 1")+`</SelectedStateCovarianceMatrix>`), `<PsiVector>`, "both say"},
		{space("", `<ObservationVarianceMatrix>`+square("1 0", "0 1")+`</ObservationVarianceMatrix>`), `<StateSpaceModel`, "the covariances of StateSpaceModel do not fit"},
		{strings.Replace(space("", ""), square("1 0"), square("1 0", "0 1"), 1), `<StateSpaceModel`, "MeasurementMatrix has 2 rows for 1 targets"},
		{forecasts("GARCH", "", history+`<GARCH><ARMAPart><AR/><MA/></ARMAPart></GARCH>`), `<GARCH>`, "GARCH has no GARCHPart"},
		{forecasts("GARCH", "", history+`<GARCH><GARCHPart constant="1" gp="0" gq="0"/></GARCH>`), `<GARCH>`, "GARCH has no ARMAPart"},
		{forecasts("SpectralAnalysis", "", "<SpectralAnalysis/>"), `<SpectralAnalysis/>`, "no content to score with"},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}

// Scoring a forecast allocates nothing once it is warm.
func TestForecastsAllocateNothing(t *testing.T) {
	for _, name := range []string{"arima_seasonal", "ts_arima_regressors", "ts_space_regressor", "ts_smoothing_additive"} {
		m, err := pmml.LoadFile(filepath.Join("..", "testdata", "engine", name, "model.pmml"))
		if err != nil {
			t.Fatal(err)
		}
		in, out := m.NewInput(), m.NewResult()
		for field, text := range map[string]string{"h": "5", "u": "1"} {
			if i, ok := m.FieldIndex(field); ok {
				in.SetText(i, []byte(text))
			}
		}
		if n := testing.AllocsPerRun(20, func() {
			if err := m.Score(in, out); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations a row", name, n)
		}
	}
}
