"""Writes testdata/numeric: documents of regressions, networks, support vector machines and Gaussian processes with expected values by numpy and scipy.

    python numeric_cases.py           # from this folder

Each file holds cases: a document, rows and expected results. The formulas are written down here from the specification, apart from this project's engine,
and never evaluated by it. Cases with "exact" are in single precision (x-mathContext="float"): each operation is rounded to float32.
"""
import json
import pathlib

import numpy as np
from scipy import stats

OUT = pathlib.Path(__file__).parent.parent / "numeric"
f32 = np.float32


cases = {}


def write(name, document, rows, expected, exact=False, tolerance=1e-12):
    case = {"name": name, "document": document.strip().split("\n"), "exact": exact, "tolerance": tolerance, "rows": rows, "expected": expected}
    cases.setdefault(name.split("_")[0], []).append(case)


def save():
    OUT.mkdir(parents=True, exist_ok=True)
    for group, members in cases.items():
        (OUT / f"{group}.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in members) + "\n]\n")


def pmml(fields, model, version="4.4"):
    return f'<PMML xmlns="http://www.dmg.org/PMML-{version.replace(".", "_")}" version="{version}"><Header/>\n<DataDictionary>{fields}</DataDictionary>\n{model}\n</PMML>'


def number(name, kind="double"):
    return f'<DataField name="{name}" optype="continuous" dataType="{kind}"/>'


def category(name, values, optype="categorical"):
    return f'<DataField name="{name}" optype="{optype}" dataType="string">' + "".join(f'<Value value="{v}"/>' for v in values) + "</DataField>"


def schema(*names):
    return '<MiningSchema><MiningField name="y" usageType="target"/>' + "".join(f'<MiningField name="{n}"/>' for n in names) + "</MiningSchema>"


def probabilities(values):
    return "<Output>" + "".join(f'<OutputField name="p_{v}" optype="continuous" dataType="double" feature="probability" value="{v}"/>' for v in values) + "</Output>"


def exp(x):
    """e^x in the precision of x."""
    if isinstance(x, f32):
        return f32(np.exp(float(x)))
    return np.exp(x)


def power(x, y):
    return type(x)(np.power(float(x), float(y)))


LINKS = {
    "logit": lambda y: 1 / (1 + exp(-y)),
    "cloglog": lambda y: 1 - exp(-exp(y)),
    "loglog": lambda y: exp(-exp(-y)),
    "cauchit": lambda y: type(y)(0.5) + type(y)(np.arctan(float(y))) * type(y)(1 / np.pi),
}


def lots(rng, n=12):
    return [{"x": float(f32(a)), "n": float(f32(b)), "c": c} for a, b, c in zip(rng.normal(0, 4, n), rng.normal(0, 2, n), rng.choice(list("abc"), n))]


def regression_single():
    """A RegressionTable in float32: powers, products from the coefficient on, the intercept last."""
    rng = np.random.default_rng(11)
    table = """<RegressionTable intercept="0.1"><NumericPredictor name="x" exponent="2" coefficient="0.3"/><NumericPredictor name="n" exponent="3" coefficient="-0.7"/>
<CategoricalPredictor name="c" value="a" coefficient="0.77"/><CategoricalPredictor name="c" value="b" coefficient="-0.33"/>
<PredictorTerm coefficient="0.13"><FieldRef field="x"/><FieldRef field="n"/><FieldRef field="x"/></PredictorTerm></RegressionTable>"""
    fields = number("y", "float") + number("x", "float") + number("n", "float") + category("c", "abc")
    rows, expected = lots(rng), []
    for r in rows:
        x, n, y = f32(r["x"]), f32(r["n"]), f32(0)
        y += f32(0.3) * power(x, 2)
        y += f32(-0.7) * power(n, 3)
        y += {"a": f32(0.77), "b": f32(-0.33), "c": f32(0)}[r["c"]]
        y += ((f32(0.13) * x) * n) * x
        expected.append({"y": float(y + f32(0.1))})
    model = f'<RegressionModel functionName="regression" x-mathContext="float">{schema("x", "n", "c")}\n{table}</RegressionModel>'
    write("regression_single", pmml(fields, model), rows, expected, exact=True)


def tables_single():
    """Two and three RegressionTables in float32, every normalization; the last table is zero, as boosted ensembles have it, or not."""
    rng = np.random.default_rng(12)
    xs = [float(f32(v)) for v in rng.uniform(-14, 14, 10)]
    tables = [("q", 0.3, 0.7), ("p", -0.2, -0.3), ("r", 0.1, 0.11)]

    def table(name, intercept, slope):
        return f'<RegressionTable intercept="{intercept}" targetCategory="{name}"><NumericPredictor name="x" coefficient="{slope}"/></RegressionTable>'

    def case(name, method, used, optype, calculate):
        classes = [u[0] for u in used]
        body = "\n".join(table(*u) if u[1:] != (0, 0) else f'<RegressionTable intercept="0" targetCategory="{u[0]}"/>' for u in used)
        model = f"""<RegressionModel functionName="classification" normalizationMethod="{method}" x-mathContext="float">{schema("x")}{probabilities(classes)}
{body}</RegressionModel>"""
        expected = []
        for x in xs:
            y = [f32(s) * f32(x) + f32(i) for _, i, s in used]
            expected.append({f"p_{c}": float(v) for c, v in zip(classes, calculate(y))})
        write(name, pmml(category("y", sorted(classes), optype) + number("x", "float"), model), [{"x": x} for x in xs], expected, exact=True)

    def shares(y):
        total = f32(0)
        for v in y:
            total += v
        return [v / total for v in y]

    def softmax(y):
        return shares([exp(v - max(y)) for v in y])

    def rest(p):
        total = f32(0)
        for v in p:
            total += v
        return p + [f32(1) - total]

    for method, link in LINKS.items():
        case(f"tables_single_{method}", method, [tables[0], ("p", 0, 0)], "categorical", lambda y: rest([link(y[0])]))
        case(f"tables_single_{method}_ordinal", method, tables, "ordinal", lambda y: rest([link(y[0]), link(y[1]) - link(y[0])]))
    case("tables_single_softmax", "softmax", tables, "categorical", softmax)
    case("tables_single_softmax_two", "softmax", tables[:2], "categorical", softmax)
    case("tables_single_softmax_zero", "softmax", [tables[0], ("p", 0, 0)], "categorical", lambda y: rest([LINKS["logit"](y[0])]))
    case("tables_single_simplemax", "simplemax", tables, "categorical", shares)
    case("tables_single_none", "none", tables, "categorical", lambda y: rest(y[:2]))


GLM_LINKS = {
    "identity": lambda e, d: e,
    "log": lambda e, d: np.exp(e),
    "logit": lambda e, d: 1 / (1 + np.exp(-e)),
    "probit": lambda e, d: stats.norm.cdf(e),
    "cloglog": lambda e, d: 1 - np.exp(-np.exp(e)),
    "loglog": lambda e, d: np.exp(-np.exp(-e)),
    "logc": lambda e, d: 1 - np.exp(e),
    "negbin": lambda e, d: 1 / (d * (np.exp(-e) - 1)),
    "power": lambda e, d: np.power(e, 1 / d),
    "oddspower": lambda e, d: 1 / (1 + np.power(1 + d * e, -1 / d)),
}
DESIGN = """<ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/><Parameter name="p3"/></ParameterList>
<FactorList><Predictor name="c"/></FactorList><CovariateList><Predictor name="x"/><Predictor name="n"/></CovariateList>
<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/><PPCell value="2" predictorName="n" parameterName="p2"/>
<PPCell value="1" predictorName="x" parameterName="p2"/><PPCell value="b" predictorName="c" parameterName="p3"/></PPMatrix>"""


def design(r):
    """What DESIGN's parameters are multiplied with: 1, x, n²x, and whether c is b."""
    return np.array([1.0, r["x"], r["n"] ** 2 * r["x"], float(r["c"] == "b")])


def coefficients(cells):
    """ParamMatrix of (parameter, beta, category)."""
    return "<ParamMatrix>" + "".join(
        f'<PCell parameterName="{p}" beta="{b!r}"' + (f' targetCategory="{c}"' if c else "") + "/>" for p, b, c in cells) + "</ParamMatrix>"


def covariances(v, names):
    """PCovMatrix: the lower triangle of v; names are (parameter, category)."""
    cells = []
    for i, (p, c) in enumerate(names):
        for j, (q, d) in enumerate(names[: i + 1]):
            category = (f' tRow="{c}"' if c else "") + (f' tCol="{d}"' if d else "")
            cells.append(f'<PCovCell pRow="{p}" pCol="{q}"{category} value="{float(v[i, j])!r}"/>')
    return "<PCovMatrix>" + "".join(cells) + "</PCovMatrix>"


def positive(rng, n):
    a = rng.normal(0, 0.1, (n, n))
    return a @ a.T + 0.01 * np.eye(n)


def some(rng, n=8):
    return [{"x": round(float(a), 3), "n": round(float(b), 3), "c": c} for a, b, c in zip(rng.normal(0, 1, n), rng.normal(0, 1, n), rng.choice(list("abc"), n))]


def glm(attributes, target, schema_names, parts, function="regression", output="", single=False):
    context = ' x-mathContext="float"' if single else ""
    kind = "float" if single else "double"
    fields = target + number("x", kind) + number("n", kind) + category("c", "abc") + number("t") + number("m", kind)
    model = f'<GeneralRegressionModel functionName="{function}" {attributes}{context}>{schema(*schema_names)}{output}\n{parts}</GeneralRegressionModel>'
    return pmml(fields, model)


SPREAD = """<Output><OutputField name="mean" optype="continuous" dataType="double" feature="predictedValue"/>
<OutputField name="error" optype="continuous" dataType="double" feature="standardError"/>
<OutputField name="low" optype="continuous" dataType="double" feature="confidenceIntervalLower" value="90"/>
<OutputField name="high" optype="continuous" dataType="double" feature="confidenceIntervalUpper" value="90"/></Output>"""


def slope(f, e):
    """f' by central differences of eighth order."""
    h = 1e-3
    return (3 * (f(e - 4 * h) - f(e + 4 * h)) + 32 * (f(e + 3 * h) - f(e - 3 * h)) + 168 * (f(e - 2 * h) - f(e + 2 * h)) + 672 * (f(e + h) - f(e - h))) / (840 * h)


def general_links():
    """Every link, with offset, trials, and the standard error and interval of the mean by the covariances of the coefficients."""
    rng = np.random.default_rng(21)
    beta = np.array([0.3, 0.17, 0.05, 0.4])
    v = positive(rng, 4) * 0.01
    names = [(f"p{i}", "") for i in range(4)]
    for link, inverse in GLM_LINKS.items():
        d = {"power": 2.5, "oddspower": 0.7, "negbin": 0.6}.get(link, 1)
        shift = {"power": 4.0, "oddspower": 1.5}.get(link, -3.0)
        extra = f' linkParameter="{d}"' if link in ("power", "oddspower") else f' distParameter="{d}"' if link == "negbin" else ""
        df = ' modelDF="7"' if link in ("identity", "logit") else ""
        rows, expected = some(rng), []
        for k, r in enumerate(rows):
            r["m"] = k + 1
            a = design(r)
            eta = beta @ a + shift
            error = np.sqrt(a @ v @ a)
            q = stats.t.ppf(0.95, 7) if df else stats.norm.ppf(0.95)
            ends = sorted([inverse(eta - q * error, d), inverse(eta + q * error, d)])
            expected.append({"mean": r["m"] * inverse(eta, d), "error": r["m"] * abs(slope(lambda e: inverse(e, d), eta)) * error, "low": r["m"] * ends[0], "high": r["m"] * ends[1]})
        parts = DESIGN + "\n" + covariances(v, names) + coefficients([(f"p{i}", float(b), "") for i, b in enumerate(beta)])
        attributes = f'modelType="generalizedLinear" linkFunction="{link}"{extra}{df} offsetValue="{shift}" trialsVariable="m"'
        write(f"general_{link}", glm(attributes, number("y"), ("x", "n", "c", "m"), parts, output=SPREAD), rows, expected, tolerance=1e-9)


def general_categories():
    """Multinomial and ordinal models: probabilities, and their standard errors by the delta method with slopes by differences."""
    rng = np.random.default_rng(22)
    classes = ["p", "q", "r"]
    output = "<Output>" + "".join(
        f'<OutputField name="p_{c}" optype="continuous" dataType="double" feature="probability" value="{c}"/>'
        f'<OutputField name="e_{c}" optype="continuous" dataType="double" feature="standardError" value="{c}"/>' for c in classes
    ) + '<OutputField name="e" optype="continuous" dataType="double" feature="standardError"/></Output>'

    def errors(calculate, beta, v):
        h, steps = 1e-3, []
        for i in range(len(beta)):
            def at(k):
                b = beta.copy()
                b[i] += k * h
                return np.array(calculate(b))
            steps.append((3 * (at(-4) - at(4)) + 32 * (at(3) - at(-3)) + 168 * (at(-2) - at(2)) + 672 * (at(1) - at(-1))) / (840 * h))
        g = np.array(steps)
        return np.sqrt(np.einsum("ic,ij,jc->c", g, v, g))

    def case(name, attributes, cells, calculate, optype):
        beta = np.array([b for _, b, _ in cells])
        v = positive(rng, len(cells))
        rows, expected = some(rng), []
        for r in rows:
            p = calculate(design(r), beta)
            e = errors(lambda b: calculate(design(r), b), beta, v)
            expected.append({f"p_{c}": float(x) for c, x in zip(classes, p)} | {f"e_{c}": float(x) for c, x in zip(classes, e)} | {"e": float(e[int(np.argmax(p))]), "y": classes[int(np.argmax(p))]})
        parts = DESIGN + "\n" + covariances(v, [(p, c) for p, _, c in cells]) + coefficients(cells)
        write(name, glm(attributes, category("y", classes, optype), ("x", "n", "c"), parts, "classification", output), rows, expected, tolerance=1e-9)

    own = [("p0", 0.3, "p"), ("p0", -0.2, "q"), ("p1", -0.7, "p"), ("p1", 0.4, "q"), ("p2", 0.13, "p"), ("p3", 0.55, "q")]

    def multinomial(offset):
        def calculate(a, b):
            e = np.exp([b[0] + b[2] * a[1] + b[4] * a[2] + offset, b[1] + b[3] * a[1] + b[5] * a[3] + offset, 0])
            return e / e.sum()
        return calculate

    case("general_multinomial", 'modelType="multinomialLogistic" targetReferenceCategory="r"', own, multinomial(0), "categorical")
    case("general_multinomial_offset", 'modelType="multinomialLogistic" offsetValue="0.7"', own, multinomial(0.7), "categorical")
    shared = [("p0", -0.3, "p"), ("p0", 0.9, "q"), ("p1", -0.7, ""), ("p2", 0.13, ""), ("p3", 0.55, "")]
    cumulative = {k: (lambda e, f=f: f(e, 1)) for k, f in GLM_LINKS.items() if k in ("logit", "probit", "cloglog", "loglog")}
    cumulative["cauchit"] = lambda e: 0.5 + np.arctan(e) / np.pi
    for link, f in cumulative.items():
        def calculate(a, b, f=f):
            common = b[2] * a[1] + b[3] * a[2] + b[4] * a[3] + 0.2
            one, two = f(b[0] + common), f(b[1] + common)
            return [one, two - one, 1 - two]
        case(f"general_ordinal_{link}", f'modelType="ordinalMultinomial" cumulativeLink="{link}" offsetValue="0.2"', shared, calculate, "ordinal")


def general_cox():
    """Cumulative hazards with strata, a reference point, times before the first event, at events, and after the last of a stratum."""
    rng = np.random.default_rng(23)
    tables = {"a": (5, [(1, 0.1), (2.5, 0.4), (4, 0.9)]), "b": (3, [(0, 0.2)])}
    strata = "".join(f'<BaselineStratum value="{k}" maxTime="{m}">' + "".join(f'<BaselineCell time="{t}" cumHazard="{h}"/>' for t, h in cells) + "</BaselineStratum>" for k, (m, cells) in tables.items())
    parts = DESIGN.replace('name="p1"', 'name="p1" referencePoint="0.5"', 1).replace('name="p3"', 'name="p3" referencePoint="0.25"', 1)
    beta = np.array([0, -0.7, 0.13, 0.55])
    parts += coefficients([(f"p{i}", float(beta[i]), "") for i in (1, 2, 3)]) + f"<BaseCumHazardTables>{strata}</BaseCumHazardTables>"
    rows, expected = some(rng, 14), []
    for r, t in zip(rows, [0.99, 1, 2.4999, 2.5, 3, 3.01, 4, 5, 5.01, -1, 0, 2, 1.5, 100]):
        r["t"] = t
        table = tables.get(r["c"])
        hazard = None
        if table and t <= table[0]:
            base = max([h for at, h in table[1] if at <= t], default=0)
            hazard = base * np.exp(beta @ (design(r) - np.array([0, 0.5, 0, 0.25])))
        expected.append({"y": hazard})
    attributes = 'modelType="CoxRegression" endTimeVariable="t" baselineStrataVariable="c" offsetValue="3"'
    write("general_cox_strata", glm(attributes, number("y"), ("x", "n", "c", "t"), parts), rows, expected)


def general_contrast():
    """A contrast matrix: the row is that of the value's category, the column that of the PPCell's."""
    matrix = [[1, 0.25], [0.5, 1], [-1, -1.5]]
    order = ["c", "a", "b"]
    predictor = ('<FactorList><Predictor name="c" contrastMatrixType="deviation"><Categories>' + "".join(f'<Category value="{k}"/>' for k in order) +
                 '</Categories><Matrix nbRows="3" nbCols="2">' + "".join(f'<Array type="real" n="2">{a} {b}</Array>' for a, b in matrix) + "</Matrix></Predictor></FactorList>")
    parts = ('<ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/></ParameterList>' + predictor + '<CovariateList><Predictor name="x"/></CovariateList>'
             '<PPMatrix><PPCell value="c" predictorName="c" parameterName="p1"/><PPCell value="a" predictorName="c" parameterName="p2"/><PPCell value="2" predictorName="x" parameterName="p2"/></PPMatrix>')
    parts += coefficients([("p0", 0.5, ""), ("p1", 2.0, ""), ("p2", -3.0, "")])
    rows = [{"x": x, "c": c} for x in (1.5, -2) for c in "abc"]
    expected = [{"y": 0.5 + 2.0 * matrix[order.index(r["c"])][0] - 3.0 * matrix[order.index(r["c"])][1] * r["x"] ** 2} for r in rows]
    for kind in ("generalLinear", "regression"):
        attributes = f'modelType="{kind}" linkFunction="log" offsetVariable="n" trialsValue="4"'  # without effect for these types
        write(f"general_contrast_{kind}", glm(attributes, number("y"), ("x", "c", "n"), parts), rows, expected)


def general_single():
    """General regressions in float32: the sum in the order of the coefficients, those of all categories first, the offset last."""
    rng = np.random.default_rng(24)
    beta = [0.3, -0.7, 0.13, 0.55]

    def eta(r, cells):
        a = [f32(1), f32(r["x"]), power(f32(r["n"]), 2) * f32(r["x"]), f32(r["c"] == "b")]
        y = f32(0)
        for i, b in cells:
            y += f32(b) * a[i]
        return y

    for link in ("logit", "cloglog", "loglog", "log", "negbin", "power"):
        d, shift = {"power": 2.5, "negbin": 0.6}.get(link, 1), {"power": 9.0}.get(link, -4.0)
        extra = f' linkParameter="{d}"' if link == "power" else f' distParameter="{d}"' if link == "negbin" else ""
        inverse = dict(LINKS, log=exp, negbin=lambda e: 1 / (f32(d) * (exp(-e) - 1)), power=lambda e: power(e, f32(1) / f32(d)))[link]
        rows = some(rng)
        expected = [{"y": float(f32(3) * inverse(eta(r, list(enumerate(beta))) + f32(shift)))} for r in rows]
        parts = DESIGN + coefficients([(f"p{i}", b, "") for i, b in enumerate(beta)])
        write(f"general_single_{link}", glm(f'modelType="generalizedLinear" linkFunction="{link}"{extra} offsetValue="{shift}" trialsValue="3"', number("y", "float"), ("x", "n", "c"), parts, single=True), rows, expected, exact=True)
    rows = some(rng)
    common, expected = [(1, -0.7), (2, 0.13), (3, 0.55)], []
    for r in rows:
        one, two = (LINKS["logit"](eta(r, common + [(0, b)])) for b in (-0.3, 0.9))
        expected.append({"p_p": float(one), "p_q": float(two - one), "p_r": float(f32(1) - two)})
    parts = DESIGN + coefficients([("p0", -0.3, "p"), ("p0", 0.9, "q")] + [(f"p{i}", b, "") for i, b in common])
    write("general_single_ordinal", glm('modelType="ordinalMultinomial" cumulativeLink="logit"', category("y", "pqr", "ordinal"), ("x", "n", "c"), parts, "classification", probabilities("pqr"), True), rows, expected, exact=True)
    rows, expected = some(rng), []
    for r in rows:
        e = [exp(eta(r, [(0, 0.3), (1, -0.7)])), exp(eta(r, [(0, -0.2), (3, 0.4)])), f32(1)]
        total = e[0] + e[1] + e[2]
        expected.append({f"p_{c}": float(v / total) for c, v in zip("pqr", e)})
    parts = DESIGN + coefficients([("p0", 0.3, "p"), ("p0", -0.2, "q"), ("p1", -0.7, "p"), ("p3", 0.4, "q")])
    write("general_single_multinomial", glm('modelType="multinomialLogistic"', category("y", "pqr"), ("x", "n", "c"), parts, "classification", probabilities("pqr"), True), rows, expected, exact=True)


def ratio(y):
    total = type(y[0])(0)
    for v in y:
        total += v
    return [v / total for v in y]


ACTIVATIONS = {
    "threshold": lambda z: type(z)(z > type(z)(0.1)),
    "logistic": lambda z: 1 / (1 + exp(-z)),
    "tanh": lambda z: type(z)(np.tanh(float(z))),
    "identity": lambda z: z,
    "exponential": exp,
    "reciprocal": lambda z: 1 / z,
    "square": lambda z: z * z,
    "Gauss": lambda z: exp(-(z * z)),
    "sine": lambda z: type(z)(np.sin(float(z))),
    "cosine": lambda z: type(z)(np.cos(float(z))),
    "Elliott": lambda z: z / (1 + abs(z)),
    "arctan": lambda z: 2 * type(z)(np.arctan(float(z))) / type(z)(np.pi),
    "rectifier": lambda z: max(type(z)(0), z),
}
HIDDEN = {"h1": (0.1, [("i1", 0.3), ("i2", -0.6), ("i3", 0.2)]), "h2": (-0.21, [("i1", 0.37), ("i2", 0.66)])}


def neurons(layer, attributes=""):
    """The neurons of a layer: id -> (bias, connections)."""
    return "".join(f'<Neuron id="{k}" bias="{b}"{attributes}>' + "".join(f'<Con from="{c}" weight="{w}"/>' for c, w in cons) + "</Neuron>" for k, (b, cons) in layer.items())


def run(layer, outputs, real):
    """The sums of a layer: products in the order of the connections, the bias last."""
    result = {}
    for k, (bias, cons) in layer.items():
        z = real(0)
        for c, w in cons:
            z += real(w) * outputs[c]
        result[k] = z + real(bias)
    return result


def inputs(r, real):
    """i1 = x, i2 = n from [-3, 4] to [0, 1] without an end, i3 = whether c is b."""
    return {"i1": real(r["x"]), "i2": real((float(real(r["n"])) + 3) / 7), "i3": real(r["c"] == "b")}


def network(attributes, target, layers, outputs, function="regression", output="", single=False, schema_names=("x", "n", "c")):
    context = ' x-mathContext="float"' if single else ""
    kind = "float" if single else "double"

    def one(name, body):
        return f'<NeuralInput id="{name}"><DerivedField optype="continuous" dataType="{kind}">{body}</DerivedField></NeuralInput>'

    ins = one("i1", '<FieldRef field="x"/>') + one("i2", '<NormContinuous field="n"><LinearNorm orig="-3" norm="0"/><LinearNorm orig="4" norm="1"/></NormContinuous>') + one("i3", '<NormDiscrete field="c" value="b"/>')
    outs = "".join(f'<NeuralOutput outputNeuron="{k}"><DerivedField optype="continuous" dataType="double">{body}</DerivedField></NeuralOutput>' for k, body in outputs)
    model = f"""<NeuralNetwork functionName="{function}" {attributes}{context}>{schema(*schema_names)}{output}
<NeuralInputs>{ins}</NeuralInputs>
{layers}
<NeuralOutputs>{outs}</NeuralOutputs></NeuralNetwork>"""
    return pmml(target + number("x", kind) + number("n", kind) + category("c", "abc"), model)


def network_activations():
    """Every activation function, of the network or of the layer, in both precisions."""
    rng = np.random.default_rng(31)
    last = {"o": (0.05, [("h1", 0.9), ("h2", 1.3)])}
    for name, f in ACTIVATIONS.items():
        for single in (False, True):
            real, rows, expected = (f32 if single else np.float64), some(rng), []
            for r in rows:
                hidden = {k: f(z) for k, z in run(HIDDEN, inputs(r, real), real).items()}
                expected.append({"y": float(run(last, hidden, real)["o"])})
            layers = f'<NeuralLayer>{neurons(HIDDEN)}</NeuralLayer><NeuralLayer activationFunction="identity">{neurons(last)}</NeuralLayer>'
            document = network(f'activationFunction="{name}" threshold="0.1"', number("y", "float" if single else "double"), layers, [("o", '<FieldRef field="y"/>')], single=single)
            write(f"network_{name}" + ("_single" if single else ""), document, rows, expected, exact=single)


def network_radial():
    """Radial basis functions: altitude to the power of the fan-in; widths and altitudes of neuron, layer, network in this order."""
    rng = np.random.default_rng(32)
    last = {"o": (0.05, [("h1", 0.9), ("h2", 1.3)])}
    for single in (False, True):
        real, rows, expected = (f32 if single else np.float64), some(rng), []
        sizes = {"h1": (0.8, 1.2), "h2": (1.7, 0.9)}  # h1 has its own, h2 its layer's width and the network's altitude
        for r in rows:
            at, hidden = inputs(r, real), {}
            for k, (_, cons) in HIDDEN.items():
                z = real(0)
                for c, w in cons:
                    z += (at[c] - real(w)) * (at[c] - real(w))
                width, altitude = (real(v) for v in sizes[k])
                hidden[k] = exp(real(len(cons)) * real(np.log(float(altitude))) - z / (2 * width * width))
            expected.append({"y": float(run(last, hidden, real)["o"])})
        layer = neurons({"h1": HIDDEN["h1"]}, ' width="0.8" altitude="1.2"') + neurons({"h2": HIDDEN["h2"]})
        layers = f'<NeuralLayer activationFunction="radialBasis" width="1.7">{layer}</NeuralLayer><NeuralLayer>{neurons(last)}</NeuralLayer>'
        document = network('activationFunction="identity" width="9" altitude="0.9"', number("y", "float" if single else "double"), layers, [("o", '<FieldRef field="y"/>')], single=single)
        write("network_radial" + ("_single" if single else ""), document, rows, expected, exact=single)


def network_classes():
    """Three categories with every normalization, of the network and of the layer; the order of the outputs is not that of the categories."""
    rng = np.random.default_rng(33)
    last = {"op": (0.05, [("h1", 0.9), ("h2", 1.3), ("i1", 0.2)]), "oq": (0.15, [("h1", -0.9), ("h2", 1.1)]), "or": (0, [("h1", -0.4), ("h2", -2.1)])}
    shares = {"none": lambda y: y, "simplemax": ratio, "softmax": lambda y: ratio([exp(v - max(y)) for v in y])}
    logistic = ACTIVATIONS["logistic"]
    for name, share in shares.items():
        for single in (False, True):
            real, rows, expected = (f32 if single else np.float64), some(rng), []
            for r in rows:
                at = inputs(r, real)
                at |= {k: logistic(z) for k, z in run(HIDDEN, at, real).items()}
                p = share([logistic(z) for z in run(last, at, real).values()])
                expected.append({f"p_{c}": float(v) for c, v in zip("pqr", p)} | {"y": "pqr"[int(np.argmax(p))]})
            other = "softmax" if name == "none" else "none"
            layers = f'<NeuralLayer normalizationMethod="none">{neurons(HIDDEN)}</NeuralLayer><NeuralLayer normalizationMethod="{name}">{neurons(last)}</NeuralLayer>'
            outs = [("o" + c, f'<NormDiscrete field="y" value="{c}"/>') for c in "rpq"]
            document = network(f'activationFunction="logistic" normalizationMethod="{other}"', category("y", "pqr"), layers, outs, "classification", probabilities("pqr"), single)
            write(f"network_classes_{name}" + ("_single" if single else ""), document, rows, expected, exact=single)


def network_outputs():
    """Two targets in one network: a number brought back by a NormContinuous with three points, beyond its ends as outliers says, and classes."""
    rng = np.random.default_rng(34)
    last = {"o": (0.05, [("h1", 2.9), ("h2", 1.3)]), "op": (0.3, [("h1", 1.0)])}
    points = [(10, -1.0), (20, 0.5), (50, 1.0)]
    for outliers in ("asIs", "asMissingValues", "asExtremeValues"):
        rows, expected = some(rng, 20), []
        for r in rows:
            hidden = {k: np.tanh(z) for k, z in run(HIDDEN, inputs(r, np.float64), np.float64).items()}
            out = run(last, hidden, np.float64)
            v = out["o"]
            (a, na), (b, nb) = points[:2] if v < 0.5 else points[1:]
            y = a + (v - na) / (nb - na) * (b - a)
            if v < -1 or v > 1:
                y = {"asIs": y, "asMissingValues": None, "asExtremeValues": 10 if v < -1 else 50}[outliers]
            expected.append({"y": y, "z": "p" if out["op"] >= 1 - out["op"] else "q"})
        norm = "".join(f'<LinearNorm orig="{a}" norm="{b}"/>' for a, b in points)
        outs = [("o", f'<NormContinuous field="y" outliers="{outliers}">{norm}</NormContinuous>'), ("op", '<NormDiscrete field="z" value="p"/>')]
        layers = f'<NeuralLayer>{neurons(HIDDEN)}</NeuralLayer><NeuralLayer activationFunction="identity">{neurons(last)}</NeuralLayer>'
        document = network('activationFunction="tanh"', number("y") + category("z", "pq"), layers, outs)
        document = document.replace('<MiningField name="y" usageType="target"/>', '<MiningField name="y" usageType="target"/><MiningField name="z" usageType="target"/>')
        write(f"network_outputs_{outliers}", document, rows, expected)


def network_wide():
    """A layer of 19 neurons that all have the same connections, one of 11, and one of which not all have."""
    rng = np.random.default_rng(35)

    def layer(prefix, n, before):
        return {f"{prefix}{i}": (round(float(rng.normal()), 3), [(b, round(float(rng.normal()), 3)) for b in before]) for i in range(n)}

    one = layer("a", 19, ["i1", "i2", "i3"])
    two = layer("b", 11, list(one))
    three = layer("d", 9, list(two))
    three["d4"] = (0.5, three["d4"][1][:3])
    last = layer("o", 1, list(three))
    for single in (False, True):
        real, rows, expected = (f32 if single else np.float64), some(rng), []
        for r in rows:
            at = inputs(r, real)
            for part in (one, two, three):
                at |= {k: ACTIVATIONS["tanh"](z) for k, z in run(part, at, real).items()}
            expected.append({"y": float(run(last, at, real)["o0"])})
        layers = "\n".join(f"<NeuralLayer>{neurons(part)}</NeuralLayer>" for part in (one, two, three)) + f'<NeuralLayer activationFunction="identity">{neurons(last)}</NeuralLayer>'
        document = network('activationFunction="tanh"', number("y", "float" if single else "double"), layers, [("o0", '<FieldRef field="y"/>')], single=single)
        write("network_wide" + ("_single" if single else ""), document, rows, expected, exact=single)


KERNELS = {
    "linear": ("<LinearKernelType/>", lambda x, v: dot(x, v)),
    "polynomial": ('<PolynomialKernelType gamma="0.3" coef0="1.2" degree="3"/>', lambda x, v: power(type(x[0])(0.3) * dot(x, v) + type(x[0])(1.2), 3)),
    "polynomial_defaults": ("<PolynomialKernelType/>", lambda x, v: dot(x, v) + 1),
    "radial": ('<RadialBasisKernelType gamma="0.4"/>', lambda x, v: exp(-(type(x[0])(0.4) * square(x, v)))),
    "radial_defaults": ("<RadialBasisKernelType/>", lambda x, v: exp(-square(x, v))),
    "sigmoid": ('<SigmoidKernelType gamma="0.2" coef0="0.1"/>', lambda x, v: type(x[0])(np.tanh(float(type(x[0])(0.2) * dot(x, v) + type(x[0])(0.1))))),
    "sigmoid_defaults": ("<SigmoidKernelType/>", lambda x, v: type(x[0])(np.tanh(float(dot(x, v) + 1)))),
}
VECTORS = [[0.3, 1.1, 0], [0.7, 0, 1], [0.5, -0.7, 0.5]]
VECTOR_TEXT = """<VectorDictionary numberOfVectors="3"><VectorFields numberOfFields="3"><FieldRef field="x" mapMissingTo="2.5"/><FieldRef field="n"/><CategoricalPredictor name="c" value="b" coefficient="1"/></VectorFields>
<VectorInstance id="v1"><Array type="real" n="3">0.3 1.1 0</Array></VectorInstance>
<VectorInstance id="v2"><REAL-SparseArray n="3"><Indices>1 3</Indices><REAL-Entries>0.7 1</REAL-Entries></REAL-SparseArray></VectorInstance>
<VectorInstance id="v3"><REAL-SparseArray n="3" defaultValue="0.5"><Indices>2</Indices><REAL-Entries>-0.7</REAL-Entries></REAL-SparseArray></VectorInstance></VectorDictionary>"""


def dot(x, v):
    total = type(x[0])(0)
    for a, b in zip(x, v):
        total += a * b
    return total


def square(x, v):
    total = type(x[0])(0)
    for a, b in zip(x, v):
        total += (a - b) * (a - b)
    return total


def point(r, real=np.float64):
    return [real(r.get("x", 2.5)), real(r["n"]), real(r["c"] == "b")]


def machine(weights, constant, attributes="", vectors=True):
    ids = '<SupportVectors numberOfSupportVectors="3">' + "".join(f'<SupportVector vectorId="v{i + 1}"/>' for i in range(3)) + "</SupportVectors>" if vectors else ""
    return f'<SupportVectorMachine {attributes}>{ids}<Coefficients absoluteValue="{constant}">' + "".join(f'<Coefficient value="{w}"/>' for w in weights) + "</Coefficients></SupportVectorMachine>"


def machines(attributes, target, kernel, parts, function="regression", output="", single=False):
    context = ' x-mathContext="float"' if single else ""
    kind = "float" if single else "double"
    model = f'<SupportVectorMachineModel functionName="{function}" {attributes}{context}>{schema("x", "n", "c")}{output}{kernel}\n{VECTOR_TEXT}\n{parts}</SupportVectorMachineModel>'
    return pmml(target + number("x", kind) + number("n", kind) + category("c", "abc"), model)


def machine_kernels():
    """Regressions with every kernel in both precisions, and by coefficients of the coordinates themselves."""
    rng = np.random.default_rng(41)
    weights = [0.9, -0.63, 0.41]
    for name, (text, k) in KERNELS.items():
        for single in (False, True):
            real, rows, expected = (f32 if single else np.float64), some(rng), []
            del rows[0]["x"]  # mapMissingTo
            for r in rows:
                y = real(0)
                for w, v in zip(weights, VECTORS):
                    y += real(w) * k(point(r, real), [real(a) for a in v])
                expected.append({"y": float(y + real(0.37))})
            document = machines("", number("y", "float" if single else "double"), text, machine(weights, 0.37), single=single)
            write(f"machine_{name}" + ("_single" if single else ""), document, rows, expected, exact=single)
    rows = some(rng)
    expected = [{"y": 0.37 + float(np.dot(weights, point(r)))} for r in rows]
    write("machine_coefficients", machines('svmRepresentation="Coefficients"', number("y"), "<LinearKernelType/>", machine(weights, 0.37, vectors=False)), rows, expected)


def machine_many():
    """Eleven vectors: more than are computed side by side, and some left over."""
    rng = np.random.default_rng(43)
    vectors = rng.normal(0, 1, (11, 3)).round(3).tolist()
    weights = rng.normal(0, 1, 11).round(3).tolist()
    text = VECTOR_TEXT[: VECTOR_TEXT.index("<VectorInstance")].replace('numberOfVectors="3"', 'numberOfVectors="11"')
    text += "".join(f'<VectorInstance id="v{i + 1}"><Array type="real" n="3">{" ".join(map(str, v))}</Array></VectorInstance>' for i, v in enumerate(vectors)) + "</VectorDictionary>"
    ids = "".join(f'<SupportVector vectorId="v{i + 1}"/>' for i in range(11))
    body = f'<SupportVectorMachine><SupportVectors>{ids}</SupportVectors><Coefficients absoluteValue="0.37">' + "".join(f'<Coefficient value="{w}"/>' for w in weights) + "</Coefficients></SupportVectorMachine>"
    for name in ("polynomial", "radial"):
        kernel, k = KERNELS[name]
        for single in (False, True):
            real, rows, expected = (f32 if single else np.float64), some(rng), []
            for r in rows:
                y = real(0)
                for w, v in zip(weights, vectors):
                    y += real(w) * k(point(r, real), [real(a) for a in v])
                expected.append({"y": float(y + real(0.37))})
            document = machines("", number("y", "float" if single else "double"), kernel, body, single=single).replace(VECTOR_TEXT, text)
            write(f"machine_many_{name}" + ("_single" if single else ""), document, rows, expected, exact=single)


def machine_classes():
    """One against all, one against one and a lone machine, smallest or greatest values winning, thresholds of model and machine; votes as shares."""
    rng = np.random.default_rng(42)
    text, k = KERNELS["radial"]
    weights = [([0.9, -0.6, 0.1], -0.2), ([-0.9, 0.5, 0.3], 0.1), ([0.1, 0.3, -0.8], 0.05)]

    def values(r):
        return [float(sum(w * k(point(r), [np.float64(a) for a in v]) for w, v in zip(ws, VECTORS)) + b) for ws, b in weights]

    for most in (False, True):
        wins = ' maxWins="true"' if most else ""
        suffix = "_max" if most else ""
        rows = some(rng, 30)
        best = np.argmax if most else np.argmin
        parts = "".join(machine(w, b, f'targetCategory="{c}"') for (w, b), c in zip(weights, "pqr"))
        for method in ("", ' classificationMethod="OneAgainstAll"'):
            write("machine_all" + suffix + ("_named" if method else ""), machines(wins + method, category("y", "pqr"), text, parts, "classification"), rows, [{"y": "pqr"[int(best(values(r)))]} for r in rows])
        pairs, thresholds, expected = [("r", "p"), ("q", "r"), ("p", "q")], [0.1, -0.2, 0.3], []
        for r in rows:
            votes = {}
            for v, (target, alternate), threshold in zip(values(r), pairs, thresholds):
                won = v > threshold if most else v < threshold
                vote = target if won else alternate
                votes[vote] = votes.get(vote, 0) + 1
            winner = max(votes, key=lambda c: votes[c])  # of equals the first that got a vote
            expected.append({"y": winner} | {f"p_{c}": votes.get(c, 0) / 3 for c in "pqr"})
        parts = "".join(machine(w, b, f'targetCategory="{t}" alternateTargetCategory="{a}"' + (f' threshold="{th}"' if th != 0.1 else "")) for (w, b), (t, a), th in zip(weights, pairs, thresholds))
        write("machine_pairs" + suffix, machines(f'{wins} threshold="0.1" classificationMethod="OneAgainstOne"', category("y", "pqr"), text, parts, "classification", probabilities("pqr")), rows, expected)
        expected = [{"y": "q" if ((values(r)[0] > -0.1) if most else (values(r)[0] < -0.1)) else "p"} for r in rows]
        write("machine_lone" + suffix, machines(f'{wins} threshold="-0.1"', category("y", "pq"), text, machine(*weights[0], 'targetCategory="q" alternateTargetCategory="p"'), "classification"), rows, expected)


def processes():
    """Gaussian processes: the four kernels, one lambda and one for each field, with the noise in the variance until 4.3."""
    rng = np.random.default_rng(51)
    x = rng.uniform(0, 5, (9, 2)).round(3)
    y = (np.sin(x[:, 0]) + 0.3 * x[:, 1] + rng.normal(0, 0.05, 9)).round(4)
    gamma, noise = 1.7, 0.02
    kernels = {
        "RadialBasisKernel": (' lambda="1.3"', "", lambda d: np.exp(-np.sum(d * d) / (2 * 1.3**2))),
        "ARDSquaredExponentialKernel": ("", [1.3, 0.8], lambda d: np.exp(-0.5 * np.sum((d / [1.3, 0.8]) ** 2))),
        "AbsoluteExponentialKernel": ("", [1.3, 0.8], lambda d: np.exp(-np.sum(np.abs(d) / [1.3, 0.8]))),
        "GeneralizedExponentialKernel": (' degree="1.5"', [1.1], lambda d: np.exp(-np.sum((np.abs(d) / 1.1) ** 1.5))),
    }
    output = """<Output><OutputField name="mean" optype="continuous" dataType="double" feature="predictedValue"/><OutputField name="deviation" optype="continuous" dataType="double" feature="standardDeviation"/>
<OutputField name="low" optype="continuous" dataType="double" feature="confidenceIntervalLower" value="90"/><OutputField name="high" optype="continuous" dataType="double" feature="confidenceIntervalUpper" value="90"/></Output>"""
    rows = [{"x": round(float(a), 3), "n": round(float(b), 3)} for a, b in rng.uniform(-1, 6, (8, 2))]
    for version in ("4.3", "4.4"):
        for name, (attributes, widths, k) in kernels.items():
            own = f"<Lambda><Array type=\"real\" n=\"{len(widths)}\">{' '.join(map(str, widths))}</Array></Lambda>" if widths else ""
            table = "".join(f"<row><x>{a}</x><n>{b}</n><y>{c}</y></row>" for (a, b), c in zip(x, y))
            model = f"""<GaussianProcessModel functionName="regression">{schema("x", "n")}{output}
<{name} gamma="{gamma}" noiseVariance="{noise}"{attributes}>{own}</{name}>
<TrainingInstances recordCount="9" fieldCount="3" isTransformed="true"><InstanceFields><InstanceField field="x" column="x"/><InstanceField field="n" column="n"/><InstanceField field="y" column="y"/></InstanceFields>
<InlineTable>{table}</InlineTable></TrainingInstances></GaussianProcessModel>"""
            joint = gamma * np.array([[k(a - b) for b in x] for a in x]) + noise * np.eye(9)
            expected = []
            for r in rows:
                between = gamma * np.array([k(np.array([r["x"], r["n"]]) - b) for b in x])
                mean = float(between @ np.linalg.solve(joint, y))
                variance = gamma - between @ np.linalg.solve(joint, between) + (noise if version == "4.3" else 0)
                deviation = float(np.sqrt(variance))
                q = float(stats.norm.ppf(0.95))
                expected.append({"mean": mean, "deviation": deviation, "low": mean - q * deviation, "high": mean + q * deviation})
            write(f"process_{name.removesuffix('Kernel')}_{version.replace('.', '_')}", pmml(number("x") + number("n") + number("y"), model, version), rows, expected, tolerance=1e-10)


if __name__ == "__main__":
    regression_single()
    tables_single()
    general_links()
    general_categories()
    general_cox()
    general_contrast()
    general_single()
    network_activations()
    network_radial()
    network_classes()
    network_outputs()
    network_wide()
    machine_kernels()
    machine_many()
    machine_classes()
    processes()
    save()
