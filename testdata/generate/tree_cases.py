"""Writes testdata/trees: random trees scored with missing values by the strategies that mix branches, worked out here by the specification's text.

    python tree_cases.py            # from this folder

weightedConfidence: where a child is unknown, its confidences and those of its siblings that are not false, each scored in the same way, are weighted by the
children's record counts; where the first child that is not false is true, it alone goes on. aggregateNodes: unknown counts as true, and what follows is looked at up to a
child that is true; the record counts of the leaves that are reached are added. A node without a true child is itself what is reached under
returnLastPrediction. The penalty is taken for each node where a surrogate's substitute helped to select a child. Expected values are never taken from this
project's engine.
"""
import json
import pathlib
import random

OUT = pathlib.Path(__file__).parent.parent / "trees"
CLASSES = ["A", "B", "C"]
PENALTY = 0.75
OPERATORS = {"lessThan": lambda x, y: x < y, "lessOrEqual": lambda x, y: x <= y, "greaterThan": lambda x, y: x > y, "greaterOrEqual": lambda x, y: x >= y}


def draw_test(rng):
    return rng.choice("xyz"), rng.choice(list(OPERATORS)), rng.choice([-1, 0, 1, 2])


def draw_predicate(rng):
    k = rng.random()
    if k < 0.6:
        return ("simple", draw_test(rng))
    if k < 0.85:
        return ("surrogate", [draw_test(rng), draw_test(rng)])
    return ("or", [draw_test(rng), draw_test(rng)])


def draw_node(rng, kind, depth, numbers):
    node = {"id": f"n{next(numbers)}", "predicate": ("true", None) if depth == 0 else draw_predicate(rng), "children": [], "counts": None, "confidence": None}
    node["records"] = rng.randint(1, 40) if rng.random() < 0.7 else None
    node["score"] = rng.choice([1.5, -2, 4, 10]) if kind == "regression" else rng.choice(CLASSES)
    if kind == "classification" and rng.random() < 0.85:
        node["counts"] = {c: rng.randint(1, 20) for c in CLASSES}
        if rng.random() < 0.5:
            node["confidence"] = {c: rng.choice([0.125, 0.25, 0.4, 0.7]) for c in CLASSES}
    if depth < 4 and rng.random() < (1 if depth < 2 else 0.6):
        node["children"] = [draw_node(rng, kind, depth + 1, numbers) for _ in range(rng.randint(2, 3))]
    return node


def truth(test, row):
    field, operator, value = test
    return None if row[field] is None else OPERATORS[operator](row[field], value)


def evaluate(predicate, row):
    """The outcome (None is unknown), and whether a substitute gave it."""
    kind, tests = predicate
    if kind == "true":
        return True, False
    if kind == "simple":
        return truth(tests, row), False
    outcomes = [truth(t, row) for t in tests]
    if kind == "or":
        return (True if True in outcomes else None if None in outcomes else False), False
    for i, outcome in enumerate(outcomes):
        if outcome is not None:
            return outcome, i > 0
    return None, False


def records(node):
    if node["records"] is not None:
        return node["records"]
    return sum(node["counts"].values()) if node["counts"] else None


def own(node, kind):
    """What a node says by itself: value or confidences and probabilities."""
    if kind == "regression":
        return node["score"]
    if node["counts"] is None:
        sure = {c: 1.0 * (c == node["score"]) for c in CLASSES}
        return sure, sure
    total = sum(node["counts"].values())
    shares = {c: n / total for c, n in node["counts"].items()}
    return node["confidence"] or shares, shares


def blend(parts, kind):
    total = sum(w for _, w in parts)
    if kind == "regression":
        return sum(v * w for v, w in parts) / total
    return tuple({c: sum(v[i][c] * w for v, w in parts) / total for c in CLASSES} for i in (0, 1))


def weigh(node, row, kind, last):
    """What a node says and how many records stand behind it, or None."""
    if not node["children"]:
        return own(node, kind), records(node) or 1
    parts, doubt, helped, reached = [], False, False, False
    for child in node["children"]:
        outcome, substitute = evaluate(child["predicate"], row)
        helped = helped or substitute
        if outcome is False:
            continue
        reached, doubt = True, doubt or outcome is None
        said = weigh(child, row, kind, last)
        if said:
            parts.append((said[0], records(child) or said[1]))
        if not doubt:
            break
    if not reached and last:
        parts = [(own(node, kind), records(node) or 1)]
    if not parts:
        return None
    value = blend(parts, kind)
    if helped and kind == "classification":
        value = {c: v * PENALTY for c, v in value[0].items()}, value[1]
    return value, sum(w for _, w in parts)


def leaves(node, row, last):
    if not node["children"]:
        return [node]
    out, reached = [], False
    for child in node["children"]:
        outcome, _ = evaluate(child["predicate"], row)
        if outcome is False:
            continue
        reached = True
        out += leaves(child, row, last)
        if outcome:
            break
    return [node] if not reached and last else out


def aggregate(node, row, kind, last):
    reached = leaves(node, row, last)
    if not reached:
        return None
    if kind == "regression":
        return blend([(n["score"], records(n) or 1) for n in reached], kind)
    counts = {c: 0.0 for c in CLASSES}
    for n in reached:
        for c in CLASSES:
            counts[c] += n["counts"][c] if n["counts"] else (records(n) or 1) * (c == n["score"])
    total = sum(counts.values())
    shares = {c: n / total for c, n in counts.items()}
    return shares, shares


def score(root, row, kind, strategy, last):
    node, penalties = root, 0
    while node["children"]:
        chosen, helped = None, False
        for child in node["children"]:
            outcome, substitute = evaluate(child["predicate"], row)
            helped = helped or substitute
            if outcome is None:
                if strategy == "aggregateNodes":
                    return aggregate(node, row, kind, last), penalties, None
                said = weigh(node, row, kind, last)
                return said and said[0], penalties, None
            if outcome:
                chosen = child
                break
        penalties += helped
        if chosen is None:
            if not last:
                return None, 0, None
            break
        node = chosen
    return own(node, kind), penalties, node["score"]


def markup(node, kind, indent):
    pad = "  " * indent
    kind_of, tests = node["predicate"]

    def simple(t):
        return f'<SimplePredicate field="{t[0]}" operator="{t[1]}" value="{t[2]}"/>'

    if kind_of == "true":
        predicate = "<True/>"
    elif kind_of == "simple":
        predicate = simple(tests)
    else:
        predicate = f'<CompoundPredicate booleanOperator="{kind_of}">' + "".join(map(simple, tests)) + "</CompoundPredicate>"
    count = f' recordCount="{node["records"]}"' if node["records"] is not None else ""
    out = [f'{pad}<Node id="{node["id"]}" score="{node["score"]}"{count}>{predicate}']
    if node["counts"]:
        for c in CLASSES:
            sure = f' confidence="{node["confidence"][c]}"' if node["confidence"] else ""
            out.append(f'{pad}  <ScoreDistribution value="{c}" recordCount="{node["counts"][c]}"{sure}/>')
    return "\n".join(out + [markup(child, kind, indent + 1) for child in node["children"]] + [f"{pad}</Node>"])


def document(root, kind, strategy, last):
    fields = "".join(f'    <DataField name="{f}" optype="continuous" dataType="double"/>\n' for f in "xyz")
    values = "".join(f'<Value value="{c}"/>' for c in CLASSES)
    target = f'    <DataField name="t" optype="categorical" dataType="string">{values}</DataField>' if kind == "classification" else '    <DataField name="t" optype="continuous" dataType="double"/>'
    outputs = "".join(f'<OutputField name="{f[0]}{c}" optype="continuous" dataType="double" feature="{f}" value="{c}"/>' for f in ("confidence", "probability") for c in CLASSES)
    output = f"    <Output>{outputs}</Output>\n" if kind == "classification" else ""
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n  <Header/>\n  <DataDictionary>\n{fields}{target}\n  </DataDictionary>\n'
            f'  <TreeModel functionName="{kind}" missingValueStrategy="{strategy}" missingValuePenalty="{PENALTY}" noTrueChildStrategy="{"returnLastPrediction" if last else "returnNullPrediction"}">\n'
            '    <MiningSchema><MiningField name="x"/><MiningField name="y"/><MiningField name="z"/><MiningField name="t" usageType="target"/></MiningSchema>\n'
            f"{output}{markup(root, kind, 2)}\n  </TreeModel>\n</PMML>\n")


def expected(said, penalties, chosen, kind):
    if said is None:
        return {"t": None}
    if kind == "regression":
        return {"t": said}
    confidences, shares = said
    out = {"t": chosen or max(CLASSES, key=lambda c: confidences[c])}
    for c in CLASSES:
        out["c" + c], out["p" + c] = confidences[c] * PENALTY ** penalties, shares[c]
    return out


def case(name, seed, kind, strategy, last):
    rng = random.Random(seed)
    root = draw_node(rng, kind, 0, iter(range(10000)))
    rows = [{f: None if rng.random() < 0.3 else rng.choice([-2, -1, 0, 1, 2, 3]) for f in "xyz"} for _ in range(60)]
    answers = []
    for row in rows:
        said, penalties, chosen = score(root, row, kind, strategy, last)
        if chosen is not None and kind == "classification" and not has_distribution(root, row):
            answers.append({"t": chosen})  # a single node without a distribution gives no confidence
        else:
            answers.append(expected(said, penalties, chosen, kind))
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pmml").write_text(document(root, kind, strategy, last))
    (folder / "rows.csv").write_text("x,y,z\n" + "".join(",".join("" if r[f] is None else str(r[f]) for f in "xyz") + "\n" for r in rows))
    (folder / "expected.jsonl").write_text("".join(json.dumps(a) + "\n" for a in answers))


def has_distribution(root, row):
    node = root
    while True:
        below = next((c for c in node["children"] if evaluate(c["predicate"], row)[0]), None)
        if below is None:
            return node["counts"] is not None
        node = below


seed = 0
for strategy in ("weightedConfidence", "aggregateNodes"):
    for kind in ("classification", "regression"):
        for last in (False, True):
            for n in range(3):
                seed += 1
                case(f'{strategy}_{kind}_{"last" if last else "null"}_{n}', seed, kind, strategy, last)
