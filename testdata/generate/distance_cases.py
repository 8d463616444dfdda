"""Writes testdata/numeric/clustering.json, neighbors.json and bayescounts.json: clusterings, nearest neighbours and naive Bayes drawn at random, with
results by the specification's formulas.

    python distance_cases.py          # from this folder

Nothing here comes from an engine. Where two clusters or neighbours are so close that the last digits decide, the row is left out.
"""
import json
import math
import pathlib
import random

from numeric_cases import category, number, pmml

OUT = pathlib.Path(__file__).parent.parent / "numeric"
draw = random.Random(5)


def real():
    return float(f"{draw.choice([draw.gauss(0, 2), draw.randint(-3, 3), draw.random()]):.4g}")


def compare(function, x, y, scale):
    if function == "gaussSim":
        return math.exp(-math.log(2) * (x - y) ** 2 / scale**2)
    if function == "delta":
        return 0.0 if x == y else 1.0
    if function == "equal":
        return 1.0 if x == y else 0.0
    return abs(x - y)


def measure(kind, power, fields, x, z):
    """fields: (compare function, similarity scale, weight, weight when values are missing). None: all values are missing."""
    here = [i for i, v in enumerate(x) if v is not None]
    if not here:
        return None
    adjust = 1.0 if len(here) == len(x) else sum(f[3] for f in fields) / sum(fields[i][3] for i in here)
    c = {i: compare(fields[i][0], x[i], z[i], fields[i][1]) for i in here}
    if kind == "euclidean":
        return math.sqrt(adjust * sum(fields[i][2] * c[i] ** 2 for i in here))
    if kind == "squaredEuclidean":
        return adjust * sum(fields[i][2] * c[i] ** 2 for i in here)
    if kind == "chebychev":
        return adjust * max(fields[i][2] * c[i] for i in here)
    if kind == "cityBlock":
        return adjust * sum(fields[i][2] * c[i] for i in here)
    return (adjust * sum(fields[i][2] * c[i] ** power for i in here)) ** (1 / power)


def binary(kind, parameters, x, z):
    here = [i for i, v in enumerate(x) if v is not None]
    a = {(p, q): sum(1 for i in here if x[i] == p and z[i] == q) for p in (0, 1) for q in (0, 1)}
    if kind == "simpleMatching":
        return (a[1, 1] + a[0, 0]) / len(here)
    if kind == "jaccard":
        return a[1, 1] / (a[1, 1] + a[1, 0] + a[0, 1]) if a[1, 1] + a[1, 0] + a[0, 1] else math.nan
    if kind == "tanimoto":
        return (a[1, 1] + a[0, 0]) / (a[1, 1] + 2 * (a[1, 0] + a[0, 1]) + a[0, 0])
    sums = [sum(parameters[f"{letter}{p}{q}"] * a[p, q] for p in (0, 1) for q in (0, 1)) for letter in "cd"]
    return sums[0] / sums[1]


def blurred(numbers):
    """Whether two of the numbers differ in the last digits alone."""
    s = sorted(numbers)
    return any(p != q and abs(p - q) <= 1e-9 * max(1, abs(p)) for p, q in zip(s, s[1:]))


def measures():
    kind = draw.choice(["euclidean", "squaredEuclidean", "chebychev", "cityBlock", "minkowski"])
    power = draw.choice([1, 2, 3, 1.5])
    return kind, power, f'<minkowski p-parameter="{power}"/>' if kind == "minkowski" else f"<{kind}/>"


def case(name, fields, model, rows, expected):
    return {"name": name, "document": pmml(fields, model).split("\n"), "exact": False, "tolerance": 1e-12, "rows": rows, "expected": expected}


def inputs(n, make):
    row = [None if draw.random() < 0.15 else make() for _ in range(n)]
    return row if any(v is not None for v in row) else [make() for _ in range(n)]


def clustering(i):
    similar = i % 4 == 0
    n = draw.randint(2, 5)
    names = [f"x{k}" for k in range(n)]
    make = (lambda: float(draw.randint(0, 1))) if similar else real
    parameters = {f"{a}{p}{q}": draw.choice([0.25, 0.5, 1, 2]) for a in "cd" for p in (0, 1) for q in (0, 1)}
    kind, power, element = measures()
    if similar:
        kind = draw.choice(["simpleMatching", "jaccard", "tanimoto", "binarySimilarity"])
        element = f"<{kind}" + ("".join(f' {k}-parameter="{v}"' for k, v in parameters.items()) if kind == "binarySimilarity" else "") + "/>"
    default = draw.choice([None, "gaussSim", "delta", "equal"])
    fields, xml = [], ""
    for name in names:
        function, scale, weight = draw.choice([None, "absDiff", "gaussSim", "delta", "equal"]), draw.choice([1, 2, 0.7]), draw.choice([1, 2, 0.5])
        fields.append([function or default or "absDiff", scale, weight, 1.0])
        xml += f'<ClusteringField field="{name}" similarityScale="{scale}" fieldWeight="{weight}"' + (f' compareFunction="{function}"' if function else "") + "/>"
    if draw.random() < 0.5:
        for f in fields:
            f[3] = draw.choice([0.5, 1.0, 2.0])
        xml += f'<MissingValueWeights><Array n="{n}" type="real">{" ".join(str(f[3]) for f in fields)}</Array></MissingValueWeights>'
    centers = [[make() for _ in names] for _ in range(3)]
    ids = [f"k{c}" for c in range(3)] if draw.random() < 0.5 else ["1", "2", "3"]
    for c, center in zip(ids, centers):
        xml += "<Cluster" + (f' id="{c}"' if c[0] == "k" else "") + f'><Array n="{n}" type="real">{" ".join(map(repr, center))}</Array></Cluster>'
    outputs = '<OutputField name="p" optype="categorical" dataType="string" feature="predictedValue"/>'
    for r in (1, 2, 3):
        outputs += f'<OutputField name="id{r}" optype="categorical" dataType="string" feature="entityId" rank="{r}"/><OutputField name="a{r}" optype="continuous" dataType="double" feature="affinity" rank="{r}"/>'
    model = (f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="3"><MiningSchema>{"".join(f"""<MiningField name="{m}"/>""" for m in names)}</MiningSchema>'
             f'<Output>{outputs}</Output><ComparisonMeasure kind="{"similarity" if similar else "distance"}"' + (f' compareFunction="{default}"' if default else "") + f">{element}</ComparisonMeasure>{xml}</ClusteringModel>")
    rows, expected = [], []
    for _ in range(10):
        x = inputs(n, make)
        a = [binary(kind, parameters, x, z) if similar else measure(kind, power, fields, x, z) for z in centers]
        if any(v != v for v in a) or blurred(a):
            continue
        order = sorted(range(3), key=lambda c: (-a[c] if similar else a[c], c))
        rows.append({k: v for k, v in zip(names, x) if v is not None})
        expected.append({"p": ids[order[0]]} | {f"id{r + 1}": ids[c] for r, c in enumerate(order)} | {f"a{r + 1}": a[c] for r, c in enumerate(order)})
    return case(f"clustering_{i}", "".join(map(number, names)), model, rows, expected)


def average(method, weights, values):
    if method == "median":
        s, mid = sorted(values), len(values) // 2
        return s[mid] if len(s) % 2 else (s[mid - 1] + s[mid]) / 2
    return sum(w * v for w, v in zip(weights, values)) / sum(weights)


def neighbors(i):
    n, k, threshold = draw.randint(1, 4), draw.randint(2, 5), draw.choice([0.001, 0.5])
    names = [f"x{j}" for j in range(n)]
    kind, power, element = measures()
    fields = [[draw.choice(["absDiff", "absDiff", "delta", "equal"]), 1, draw.choice([1, 2, 0.5]), 1.0] for _ in names]
    training = [([real() for _ in names], draw.choice("uvw"), real()) for _ in range(draw.randint(6, 12))]
    average_by, vote_by = draw.choice(["average", "median", "weightedAverage"]), draw.choice(["majorityVote", "weightedMajorityVote"])
    columns = [*names, "y", "z", "id"]
    table = "".join("<row>" + "".join(f"<{c}>{v}</{c}>" for c, v in zip(columns, [*map(repr, x), y, repr(z), f"r{r}"])) + "</row>" for r, (x, y, z) in enumerate(training))
    model = (f'<NearestNeighborModel functionName="mixed" numberOfNeighbors="{k}" continuousScoringMethod="{average_by}" categoricalScoringMethod="{vote_by}" threshold="{threshold}" instanceIdVariable="id">'
             f'<MiningSchema>{"".join(f"""<MiningField name="{m}"/>""" for m in names)}<MiningField name="y" usageType="target"/><MiningField name="z" usageType="target"/></MiningSchema>'
             '<Output><OutputField name="class" dataType="string" feature="predictedValue" targetField="y"/><OutputField name="mean" dataType="double" feature="predictedValue" targetField="z"/>'
             + "".join(f'<OutputField name="id{r}" dataType="string" feature="entityId" rank="{r}"/>' for r in (1, 2))
             + f'</Output><TrainingInstances isTransformed="true"><InstanceFields>{"".join(f"""<InstanceField field="{c}" column="{c}"/>""" for c in columns)}</InstanceFields><InlineTable>{table}</InlineTable></TrainingInstances>'
             f'<ComparisonMeasure kind="distance">{element}</ComparisonMeasure><KNNInputs>'
             + "".join(f'<KNNInput field="{m}" compareFunction="{f[0]}" fieldWeight="{f[2]}"/>' for m, f in zip(names, fields)) + "</KNNInputs></NearestNeighborModel>")
    rows, expected = [], []
    for _ in range(10):
        x = inputs(n, real)
        d = [measure(kind, power, fields, x, z) for z, _, _ in training]
        near = sorted(range(len(training)), key=lambda r: (d[r], r))[:k]
        weights = [1 / (d[r] + threshold) for r in near]
        votes = {c: sum((w if vote_by == "weightedMajorityVote" else 1.0) for w, r in zip(weights, near) if training[r][1] == c) for c in "uvw"}
        if blurred(d) or blurred(votes.values()):
            continue
        winner = min(votes, key=lambda c: (-votes[c], -sum(t[1] == c for t in training), c))
        mean = average(average_by, weights if average_by == "weightedAverage" else [1.0] * k, [training[r][2] for r in near])
        rows.append({m: v for m, v in zip(names, x) if v is not None})
        expected.append({"class": winner, "mean": mean, "id1": f"r{near[0]}", "id2": f"r{near[1]}"})
    return case(f"neighbors_{i}", "".join(map(number, names)) + category("y", "uvw") + number("z"), model, rows, expected)


def bayes(i):
    n, threshold, classes = draw.randint(1, 4), draw.choice([0, 0.001, 0.05, 0.2]), "uvw"
    names, priors, xml, factors = [f"x{j}" for j in range(n)], [draw.choice([1, 5, 20, 7.5]) for _ in "uvw"], "", []

    def counts(numbers):
        return "<TargetValueCounts>" + "".join(f'<TargetValueCount value="{c}" count="{k}"/>' for c, k in zip(classes, numbers)) + "</TargetValueCounts>"

    dictionary = ""
    for name in names:
        if draw.random() < 0.5:
            dictionary += category(name, "abc")
            table = {v: [draw.choice([0, 1, 2, 5, 10.5, 3]) for _ in classes] for v in "abc"}
            totals = [sum(row[c] for row in table.values()) for c in range(3)]
            xml += f'<BayesInput fieldName="{name}">' + "".join(f'<PairCounts value="{v}">{counts(row)}</PairCounts>' for v, row in table.items()) + "</BayesInput>"
            factors.append((lambda: draw.choice("abc"), lambda v, c, table=table, totals=totals: (table[v][c] / totals[c] if totals[c] else 0) or threshold))
        else:
            dictionary += number(name)
            normal = [(real(), draw.choice([0.5, 1, 2.5])) for _ in classes]
            xml += f'<BayesInput fieldName="{name}"><TargetValueStats>' + "".join(f'<TargetValueStat value="{c}"><GaussianDistribution mean="{m!r}" variance="{s}"/></TargetValueStat>' for c, (m, s) in zip(classes, normal)) + "</TargetValueStats></BayesInput>"
            factors.append((real, lambda v, c, normal=normal: max(threshold, math.exp(-((v - normal[c][0]) ** 2) / (2 * normal[c][1])) / math.sqrt(2 * math.pi * normal[c][1]))))
    model = (f'<NaiveBayesModel functionName="classification" threshold="{threshold}"><MiningSchema>{"".join(f"""<MiningField name="{m}"/>""" for m in names)}<MiningField name="y" usageType="target"/></MiningSchema>'
             f'<BayesInputs>{xml}</BayesInputs><BayesOutput fieldName="y">{counts(priors)}</BayesOutput></NaiveBayesModel>')
    rows, expected = [], []
    for _ in range(10):
        x = [None if draw.random() < 0.15 else make() for make, _ in factors]
        p = [priors[c] * math.prod(f(v, c) for v, (_, f) in zip(x, factors) if v is not None) for c in range(3)]
        if not sum(p) > 0 or blurred(p):
            continue
        rows.append({m: v for m, v in zip(names, x) if v is not None})
        expected.append({"y": classes[max(range(3), key=lambda c: (p[c], -c))]} | {f"probability({c})": q / sum(p) for c, q in zip(classes, p)})
    return case(f"bayes_counts_{i}", dictionary + category("y", classes), model, rows, expected)


for file, make in (("clustering", clustering), ("neighbors", neighbors), ("bayescounts", bayes)):
    made = [c for c in map(make, range(60)) if c["rows"]]
    (OUT / f"{file}.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in made) + "\n]\n")
