"""Writes testdata/numeric: documents of regressions, networks, support vector machines and Gaussian processes with expected values by numpy and scipy.

    python numeric_cases.py           # from this folder

Each file holds a document, rows and expected results. The formulas are written down here from the specification, apart from this project's engine,
and never evaluated by it. Cases with "exact" are in single precision (x-mathContext="float"): each operation is rounded to float32, and powers of e
are those of 2.7182817, as the reference engine takes them.
"""
import json
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "numeric"
f32 = np.float32


def write(name, document, rows, expected, exact=False):
    OUT.mkdir(parents=True, exist_ok=True)
    case = {"document": document.strip().split("\n"), "exact": exact, "rows": rows, "expected": expected}
    (OUT / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n")


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
        return f32(np.power(2.7182817, float(x)))
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


if __name__ == "__main__":
    regression_single()
    tables_single()
