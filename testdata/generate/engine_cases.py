"""Writes testdata/engine: small documents of what no public case exercises, with expected values by statsmodels, scipy and numpy.

    python engine_cases.py            # from this folder

Each folder holds model.pmml, rows.csv and expected.jsonl (one object a row). Expected values are never taken from this project's engine.
"""
import json
import pathlib

import numpy as np
from scipy import stats
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX

OUT = pathlib.Path(__file__).parent.parent / "engine"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n  <Header/>\n'


def write(name, dictionary, model, rows, expected):
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    fields = "\n".join(f"    {d}" for d in dictionary)
    (folder / "model.pmml").write_text(f"{HEAD}  <DataDictionary>\n{fields}\n  </DataDictionary>\n{model.strip(chr(10))}\n</PMML>\n")
    names = list(rows[0])
    lines = [",".join(names)] + [",".join("" if r[n] is None else str(r[n]) for n in names) for r in rows]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    (folder / "expected.jsonl").write_text("".join(json.dumps(e) + "\n" for e in expected))


def double(name, optype="continuous", kind="double"):
    return f'<DataField name="{name}" optype="{optype}" dataType="{kind}"/>'


def array(x):
    return f'<Array n="{len(x)}" type="real">{" ".join(repr(float(v)) for v in x)}</Array>'


OUTPUTS = """    <Output>
      <OutputField name="se" optype="continuous" dataType="double" feature="standardError"/>
      <OutputField name="low" optype="continuous" dataType="double" feature="confidenceIntervalLower" value="90"/>
      <OutputField name="high" optype="continuous" dataType="double" feature="confidenceIntervalUpper" value="90"/>
    </Output>"""


def series_model(best_fit, history, body, outputs=OUTPUTS):
    values = "\n".join(f'      <TimeValue index="{i + 1}" value="{float(v)!r}"/>' for i, v in enumerate(history))
    return f"""  <TimeSeriesModel functionName="timeSeries" bestFit="{best_fit}">
    <MiningSchema>
      <MiningField name="y" usageType="target"/>
      <MiningField name="h" usageType="supplementary"/>
    </MiningSchema>
{outputs}
    <TimeSeries usage="original">
{values}
    </TimeSeries>
{body}
  </TimeSeriesModel>"""


def seasonal_arima():
    """SARIMA(1,1,1)(1,1,1)4 with fixed parameters: statsmodels filters the series and forecasts. Residuals are its own, far from the start."""
    rng = np.random.default_rng(7)
    n, s = 160, 4
    y = 50 + np.cumsum(rng.normal(0.2, 1, n)) + np.tile([3, -1, -4, 2], n // s)
    ar, ma, sar, sma, sigma2 = 0.4, 0.3, 0.2, -0.5, 1.3
    model = SARIMAX(y, order=(1, 1, 1), seasonal_order=(1, 1, 1, s), simple_differencing=False, hamilton_representation=False)
    result = model.filter([ar, ma, sar, sma, sigma2])
    horizon = 9
    forecast = result.get_forecast(horizon)
    interval = np.asarray(forecast.conf_int(alpha=0.1))
    residuals = result.resid[-(s + 1):]
    body = f"""    <ARIMA RMSE="{float(np.sqrt(sigma2))!r}" transformation="none" constantTerm="0" predictionMethod="conditionalLeastSquares">
      <NonseasonalComponent p="1" d="1" q="1">
        <AR>
          {array([ar])}
        </AR>
        <MA>
          <MACoefficients>
            {array([ma])}
          </MACoefficients>
          <Residuals>
            {array(residuals[-1:])}
          </Residuals>
        </MA>
      </NonseasonalComponent>
      <SeasonalComponent P="1" D="1" Q="1" period="{s}">
        <AR>
          {array([sar])}
        </AR>
        <MA>
          <MACoefficients>
            {array([sma])}
          </MACoefficients>
          <Residuals>
            {array(residuals)}
          </Residuals>
        </MA>
      </SeasonalComponent>
    </ARIMA>"""
    rows = [{"h": h + 1} for h in range(horizon)]
    expected = [{"y": forecast.predicted_mean[h], "se": forecast.se_mean[h], "low": interval[h, 0], "high": interval[h, 1]} for h in range(horizon)]
    write("arima_seasonal", [double("y"), double("h", kind="integer")], series_model("ARIMA", y[-40:], body), rows, expected)


def garch():
    """AR(1)-GARCH(1,2) ahead, by the recursion of Bollerslev (1986): squares to come are their expectations."""
    c, phi, omega, alpha, beta = 0.5, 0.6, 0.2, [0.3, 0.1], [0.4]
    y, squares, variances = [1.0, 2.0, 1.5], [0.7, -1.1], [0.9]
    horizon = 6
    mean, out = y[-1], []
    e2 = [v * v for v in squares]
    h2 = list(variances)
    ahead = []
    for h in range(horizon):
        mean = c + phi * mean
        past_e = e2 + ahead
        past_h = h2 + ahead
        ahead.append(omega + sum(a * past_e[-1 - i] for i, a in enumerate(alpha)) + sum(b * past_h[-1 - j] for j, b in enumerate(beta)))
        variance = sum((phi ** k) ** 2 * ahead[h - k] for k in range(h + 1))
        z = stats.norm.ppf(0.95) * np.sqrt(variance)
        out.append({"y": mean, "se": np.sqrt(variance), "low": mean - z, "high": mean + z})
    body = f"""    <GARCH>
      <ARMAPart constant="{c}" p="1" q="0">
        <AR>
          {array([phi])}
        </AR>
        <MA/>
      </ARMAPart>
      <GARCHPart constant="{omega}" gp="1" gq="2">
        <ResidualSquareCoefficients>
          <Residuals>
            {array(squares)}
          </Residuals>
          <MACoefficients>
            {array(alpha)}
          </MACoefficients>
        </ResidualSquareCoefficients>
        <VarianceCoefficients>
          <PastVariances>
            {array(variances)}
          </PastVariances>
          <MACoefficients>
            {array(beta)}
          </MACoefficients>
        </VarianceCoefficients>
      </GARCHPart>
    </GARCH>"""
    write("garch", [double("y"), double("h", kind="integer")], series_model("GARCH", y, body), [{"h": h + 1} for h in range(horizon)], out)


def bayes_mixed():
    """A hybrid network: class -> x (normal whose mean depends on z), class -> hidden b -> c. Posterior by the definition."""
    prior = {"yes": 0.3, "no": 0.7}
    b_given = {"yes": 0.8, "no": 0.1}
    c_given = {"t": 0.9, "f": 0.25}

    def posterior(x, z, c):
        weight = {}
        for k in prior:
            p = prior[k]
            if x is not None:
                p *= stats.norm.pdf(x, (2.0 if k == "yes" else -1.0) + 0.5 * z, np.sqrt(1.5))
            if c is not None:
                p *= sum((b_given[k] if b == "t" else 1 - b_given[k]) * (c_given[b] if c == "u" else 1 - c_given[b]) for b in "tf")
            weight[k] = p
        return weight["yes"] / (weight["yes"] + weight["no"])

    def node(value, constant):
        return f"""        <ContinuousConditionalProbability>
          <ParentValue parent="k" value="{value}"/>
          <ContinuousDistribution>
            <NormalDistributionForBN>
              <Mean>
                <Apply function="+">
                  <Constant dataType="double">{constant}</Constant>
                  <Apply function="*">
                    <Constant dataType="double">0.5</Constant>
                    <FieldRef field="z"/>
                  </Apply>
                </Apply>
              </Mean>
              <Variance>
                <Constant dataType="double">1.5</Constant>
              </Variance>
            </NormalDistributionForBN>
          </ContinuousDistribution>
        </ContinuousConditionalProbability>"""

    def table(name, parent, rows):
        out = f'      <DiscreteNode name="{name}">\n'
        for value, (first, p) in rows.items():
            second = {"t": "f", "u": "v"}[first]
            out += f'        <DiscreteConditionalProbability>\n          <ParentValue parent="{parent}" value="{value}"/>\n'
            out += f'          <ValueProbability value="{first}" probability="{p}"/>\n          <ValueProbability value="{second}" probability="{1 - p!r}"/>\n        </DiscreteConditionalProbability>\n'
        return out + "      </DiscreteNode>"

    model = f"""  <BayesianNetworkModel functionName="classification">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="z"/>
      <MiningField name="c"/>
      <MiningField name="k" usageType="target"/>
    </MiningSchema>
    <BayesianNetworkNodes>
{table("c", "b", {"t": ("u", 0.9), "f": ("u", 0.25)})}
{table("b", "k", {"yes": ("t", 0.8), "no": ("t", 0.1)})}
      <ContinuousNode name="x">
{node("yes", 2.0)}
{node("no", -1.0)}
      </ContinuousNode>
      <DiscreteNode name="k">
        <ValueProbability value="yes" probability="0.3"/>
        <ValueProbability value="no" probability="0.7"/>
      </DiscreteNode>
    </BayesianNetworkNodes>
  </BayesianNetworkModel>"""
    rows = [{"x": x, "z": z, "c": c} for x in (-1.0, 0.5, 2.25, None) for z in (0.0, 1.5) for c in ("u", "v", None)]
    expected = [{"probability(yes)": posterior(r["x"], r["z"], r["c"])} for r in rows]
    write("bayes_mixed", [double("x"), double("z"), '<DataField name="c" optype="categorical" dataType="string"/>', '<DataField name="k" optype="categorical" dataType="string"/>'], model, rows, expected)


def baselines():
    """Chi-square of the rows so far against counts, over a window; CUSUM; independence of two fields."""
    rng = np.random.default_rng(3)
    values, counts = ["a", "b", "c"], [50.0, 30.0, 20.0]
    drawn = rng.choice(values, 25, p=[0.2, 0.3, 0.5])
    window = 10
    expected = []
    for i in range(len(drawn)):
        seen = drawn[max(0, i - window + 1): i + 1]
        observed = np.array([(seen == v).sum() for v in values], float)
        e = np.array(counts) / sum(counts) * len(seen)
        expected.append({"_target": stats.chi2.cdf(((observed - e) ** 2 / e).sum(), 2)})
    table = "\n".join(f'          <FieldValueCount field="c" value="{v}" count="{n}"/>' for v, n in zip(values, counts))
    model = f"""  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="c"/>
    </MiningSchema>
    <TestDistributions field="c" testStatistic="chiSquareDistribution" windowSize="{window}">
      <Baseline>
        <CountTable sample="100">
{table}
        </CountTable>
      </Baseline>
    </TestDistributions>
  </BaselineModel>"""
    write("baseline_chi_square", ['<DataField name="c" optype="categorical" dataType="string"/>'], model, [{"c": c} for c in drawn], expected)

    x = np.concatenate([rng.normal(0, 1, 8), rng.normal(1.2, 1, 8)])
    total, expected = 0.0, []
    for v in x:
        total = max(0.0, total + stats.norm.logpdf(v, 1, 1.1) - stats.norm.logpdf(v, 0, 1))
        expected.append({"_target": total})
    model = """  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="x"/>
    </MiningSchema>
    <TestDistributions field="x" testStatistic="CUSUM" resetValue="0">
      <Baseline>
        <GaussianDistribution mean="0" variance="1"/>
      </Baseline>
      <Alternate>
        <GaussianDistribution mean="1" variance="1.2100000000000002"/>
      </Alternate>
    </TestDistributions>
  </BaselineModel>"""
    write("baseline_cusum", [double("x")], model, [{"x": v} for v in x], expected)

    a, b = rng.choice(["p", "q"], 30), rng.choice(["u", "v", "w"], 30)
    expected = []
    for i in range(30):
        levels = [sorted(set(s[: i + 1])) for s in (a, b)]
        observed = np.array([[((a[: i + 1] == s) & (b[: i + 1] == t)).sum() for t in levels[1]] for s in levels[0]], float)
        if min(observed.shape) < 2:
            expected.append({"_target": None})
            continue
        result = stats.chi2_contingency(observed, correction=False)
        expected.append({"_target": 1 - result.pvalue})
    model = """  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="a"/>
      <MiningField name="b"/>
    </MiningSchema>
    <TestDistributions field="a" testStatistic="chiSquareIndependence">
      <Baseline>
        <FieldRef field="a"/>
        <FieldRef field="b"/>
      </Baseline>
    </TestDistributions>
  </BaselineModel>"""
    write("baseline_independence", ['<DataField name="a" optype="categorical" dataType="string"/>', '<DataField name="b" optype="categorical" dataType="string"/>'], model,
          [{"a": s, "b": t} for s, t in zip(a, b)], expected)


def baseline_values():
    """z values of all four distributions; a missing value has none. CUSUM of counts, with a reset value below 0, which a missing value leaves."""
    def model(statistic, inside, attributes=""):
        return f"""  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="g"/>
    </MiningSchema>
    <TestDistributions field="x" testStatistic="{statistic}"{attributes}>
{inside}
    </TestDistributions>
  </BaselineModel>"""

    x = [3.0, None, 7.0, 0.0, 12.0, None, 1.0]
    rows = [{"x": v, "g": 1.0} for v in x]
    distributions = {
        "normal": ('<GaussianDistribution mean="2.5" variance="6.25"/>', stats.norm(2.5, 2.5)),
        "poisson": ('<PoissonDistribution mean="4"/>', stats.poisson(4)),
        "uniform": ('<UniformDistribution lower="-2" upper="14"/>', stats.uniform(-2, 16)),
        "any": ('<AnyDistribution mean="1" variance="9"/>', stats.norm(1, 3)),
    }
    for name, (element, law) in distributions.items():
        expected = [{"_target": None if v is None else float((v - law.mean()) / law.std())} for v in x]
        write(f"baseline_z_{name}", [double("x"), double("g")], model("zValue", f"      <Baseline>\n        {element}\n      </Baseline>"), rows, expected)
    total, expected = 0.0, []
    for v in x:
        if v is not None:
            total = max(-1.5, total + float(stats.poisson.logpmf(v, 6) - stats.poisson.logpmf(v, 4)))
        expected.append({"_target": total})
    inside = "\n".join(f'      <{part}>\n        <PoissonDistribution mean="{mean}"/>\n      </{part}>' for part, mean in (("Baseline", 4), ("Alternate", 6)))
    write("baseline_cusum_poisson", [double("x"), double("g")], model("CUSUM", inside, ' resetValue="-1.5"'), rows, expected)


def baseline_counts():
    """Scalar products of counts under each normalization, by numpy; chi-square of two fields' shares, weighted by a third field."""
    rng = np.random.default_rng(17)
    category = '<DataField name="{}" optype="categorical" dataType="string"/>'
    drawn = rng.choice(["a", "b", "c", "z"], 16, p=[0.4, 0.3, 0.2, 0.1])  # the baseline does not know z
    counts = np.array([5.0, 3.0, 2.0, 0.0])
    table = "\n".join(f'          <FieldValueCount field="c" value="{v}" count="{n}"/>' for v, n in zip("abc", counts))
    for scheme in ("", "Independent", "SizeWeighted"):
        for window in (0, 5):
            expected = []
            for i in range(len(drawn)):
                seen = drawn[max(0, i - window + 1) if window else 0: i + 1]
                observed = np.array([(seen == v).sum() for v in "abcz"], float)
                product = counts @ observed
                if scheme == "Independent":
                    product /= np.linalg.norm(counts) * np.linalg.norm(observed)
                if scheme == "SizeWeighted":
                    product *= 2 / (counts @ counts + observed @ observed)
                expected.append({"_target": product})
            attributes = f' normalizationScheme="{scheme}"' if scheme else ""
            model = f"""  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="c"/>
    </MiningSchema>
    <TestDistributions field="c" testStatistic="scalarProduct" windowSize="{window}"{attributes}>
      <Baseline>
        <CountTable>
{table}
        </CountTable>
      </Baseline>
    </TestDistributions>
  </BaselineModel>"""
            write(f"baseline_product_{(scheme or 'plain').lower()}_{window}", [category.format("c")], model, [{"c": c} for c in drawn], expected)

    cells = {("p", "u"): 0.1, ("p", "v"): 0.25, ("q", "u"): 0.3, ("q", "v"): 0.35}
    rows = [{"a": a, "b": b, "w": w} for a, b, w in zip(rng.choice(["p", "q"], 20), rng.choice(["u", "v"], 20), np.round(rng.uniform(0.5, 4, 20), 2))]
    rows[4]["b"] = rows[11]["a"] = None
    observed, expected = dict.fromkeys(cells, 0.0), []
    for r in rows:
        if r["a"] is not None and r["b"] is not None:  # a row that is not whole leaves the counts
            observed[r["a"], r["b"]] += r["w"]
        o, e = np.array([observed[k] for k in cells]), np.array(list(cells.values()))
        expected.append({"_target": float(stats.chi2.cdf(stats.chisquare(o, e * o.sum()).statistic, 3))})
    nested = "\n".join(f'          <FieldValue field="a" value="{a}">\n' + "\n".join(f'            <FieldValueCount field="b" value="{b}" count="{cells[a, b]}"/>' for b in "uv") + "\n          </FieldValue>" for a in "pq")
    model = f"""  <BaselineModel functionName="regression">
    <MiningSchema>
      <MiningField name="a"/>
      <MiningField name="b"/>
      <MiningField name="w"/>
    </MiningSchema>
    <TestDistributions field="a" testStatistic="chiSquareDistribution" weightField="w">
      <Baseline>
        <NormalizedCountTable sample="500">
{nested}
        </NormalizedCountTable>
      </Baseline>
    </TestDistributions>
  </BaselineModel>"""
    write("baseline_weights", [category.format("a"), category.format("b"), double("w")], model, rows, expected)


def lags():
    """Lag with blocks and aggregates, and sums by group, over rows."""
    rng = np.random.default_rng(5)
    rows = [{"g": str(g), "x": None if rng.random() < 0.15 else round(float(v), 3)} for g, v in zip(rng.choice(["a", "b"], 20), rng.normal(0, 2, 20))]
    seen, expected = {}, []
    for r in rows:
        past = seen.setdefault(r["g"], [])
        last3 = [v for v in past[-3:] if v is not None]
        mine = [v for v in past + [r["x"]] if v is not None]
        expected.append({
            "one": past[-1] if past else None,
            "mean": float(np.mean(last3)) if last3 else None,
            "sd": float(np.std(last3, ddof=1)) if len(last3) > 1 else 0.0 if last3 else None,
            "median": float(np.median(last3)) if last3 else None,
            "sum": float(np.sum(mine)) if mine else None,
            "count": len(mine),
        })
        past.append(r["x"])

    def field(name, body):
        return f'      <OutputField name="{name}" optype="continuous" dataType="double" feature="transformedValue">\n        {body}\n      </OutputField>'

    block = '<BlockIndicator field="g"/></Lag>'
    outputs = "\n".join([
        field("one", f'<Lag field="x">{block}'),
        field("mean", f'<Lag field="x" n="3" aggregate="avg">{block}'),
        field("sd", f'<Lag field="x" n="3" aggregate="stddev">{block}'),
        field("median", f'<Lag field="x" n="3" aggregate="median">{block}'),
        field("sum", '<Aggregate field="x" function="sum" groupField="g"/>'),
        field("count", '<Aggregate field="x" function="count" groupField="g"/>'),
    ])
    model = f"""  <RegressionModel functionName="regression">
    <MiningSchema>
      <MiningField name="g"/>
      <MiningField name="x"/>
    </MiningSchema>
    <Output>
{outputs}
    </Output>
    <RegressionTable intercept="1"/>
  </RegressionModel>"""
    write("lags", ['<DataField name="g" optype="categorical" dataType="string"/>', double("x")], model, rows, expected)


def poisson_error():
    """Standard error and interval of a Poisson regression's mean, as statsmodels' get_prediction gives them."""
    import statsmodels.api as sm
    rng = np.random.default_rng(11)
    x = rng.normal(0, 1, 80)
    y = rng.poisson(np.exp(0.4 + 0.7 * x))
    fitted = sm.GLM(y, sm.add_constant(x), family=sm.families.Poisson()).fit()
    new = np.array([-1.5, 0.0, 0.8, 2.0])
    prediction = fitted.get_prediction(sm.add_constant(new)).summary_frame(alpha=0.1)
    v = fitted.cov_params()
    cells = "\n".join(f'      <PCovCell pRow="p{i}" pCol="p{j}" value="{float(v[i, j])!r}"/>' for i in range(2) for j in range(2))
    model = f"""  <GeneralRegressionModel functionName="regression" modelType="generalizedLinear" linkFunction="log" distribution="poisson">
    <MiningSchema>
      <MiningField name="x"/>
      <MiningField name="y" usageType="target"/>
    </MiningSchema>
{OUTPUTS}
    <ParameterList>
      <Parameter name="p0"/>
      <Parameter name="p1"/>
    </ParameterList>
    <FactorList/>
    <CovariateList>
      <Predictor name="x"/>
    </CovariateList>
    <PPMatrix>
      <PPCell value="1" predictorName="x" parameterName="p1"/>
    </PPMatrix>
    <PCovMatrix>
{cells}
    </PCovMatrix>
    <ParamMatrix>
      <PCell parameterName="p0" beta="{float(fitted.params[0])!r}"/>
      <PCell parameterName="p1" beta="{float(fitted.params[1])!r}"/>
    </ParamMatrix>
  </GeneralRegressionModel>"""
    expected = [{"y": r["mean"], "se": r["mean_se"], "low": r["mean_ci_lower"], "high": r["mean_ci_upper"]} for _, r in prediction.iterrows()]
    write("poisson_error", [double("x"), double("y")], model, [{"x": float(v)} for v in new], expected)


if __name__ == "__main__":
    seasonal_arima()
    garch()
    bayes_mixed()
    baselines()
    baseline_values()
    baseline_counts()
    lags()
    poisson_error()
