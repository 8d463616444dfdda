"""Writes testdata/sequences: SequenceModels with rows and the rules that answer them, found by trying every way to place a rule's sets.

    python sequence_cases.py            # from this folder

The specification gives no steps for scoring. What is tried here: each set of a rule is placed on a set of the row that contains it. A set with
the delimiter sameTimeWindow lies on the same set of the row as the one before it, a set with acrossTimeWindows on a later one, with gap="false" on the next.
Sets across windows keep the bounds of minimum-/maximumItemsetSeparationTime, the first of the consequent also those of minimum-/maximumAntConsSeparationTime.
The first and the last set are at most maximumTotalSequenceTime apart, in a whole rule at least minimumTotalSequenceTime. Without an order field a row's
items follow each other, 1 apart. Expected values are never taken from this project's engine.
"""
import itertools
import json
import math
import pathlib
import random

OUT = pathlib.Path(__file__).parent.parent / "sequences"
ITEMS = "abcde"
FEATURES = [("may", "recommendation"), ("new", "exclusiveRecommendation"), ("seen", "ruleAssociation")]


def draw_sequence(rng, longest):
    sets = []
    for i in range(rng.randint(1, longest)):
        delimiter = None if i == 0 else draw_delimiter(rng)
        sets.append((delimiter, tuple(sorted(rng.sample(ITEMS, rng.choice([1, 1, 2]))))))
    return sets


def draw_delimiter(rng):
    if rng.random() < 0.2:
        return "sameTimeWindow", "unknown"
    return "acrossTimeWindows", rng.choice(["true", "false", "unknown"])


def document(constraints, ordered, sequences, rules):
    sets = sorted({s for q in sequences for _, s in q})
    out = ['<?xml version="1.0" encoding="UTF-8"?>', '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">', "  <Header/>", "  <DataDictionary>"]
    out += ['    <DataField name="customer" optype="categorical" dataType="string"/>', '    <DataField name="day" optype="continuous" dataType="dateDaysSince[1970]"/>']
    out += ['    <DataField name="item" optype="categorical" dataType="string"/>', "  </DataDictionary>", '  <SequenceModel functionName="sequences">', "    <MiningSchema>"]
    out += ['      <MiningField name="customer" usageType="group"/>'] + (['      <MiningField name="day" usageType="order"/>'] if ordered else [])
    out += ['      <MiningField name="item"/>', "    </MiningSchema>", "    <Output>"]
    for name, algorithm in FEATURES:
        out.append(f'      <OutputField name="{name}" optype="categorical" dataType="string" feature="ruleValue" ruleFeature="ruleId" algorithm="{algorithm}" rank="0" isMultiValued="1"/>')
    out.append("    </Output>")
    if constraints:
        out.append("    <Constraints " + " ".join(f'{k}="{v}"' for k, v in constraints.items()) + "/>")
    out += [f'    <Item id="{i}" value="{i}"/>' for i in ITEMS]
    for s in sets:
        out.append(f'    <Itemset id="{"".join(s)}" numberOfItems="{len(s)}">' + "".join(f'<ItemRef itemRef="{i}"/>' for i in s) + "</Itemset>")
    for n, q in enumerate(sequences):
        body = "".join((f'<Delimiter delimiter="{d[0]}" gap="{d[1]}"/>' if d else "") + f'<SetReference setId="{"".join(s)}"/>' for d, s in q)
        out.append(f'    <Sequence id="q{n}" numberOfSets="{len(q)}" occurrence="1" support="0.1">{body}</Sequence>')
    for n, (a, d, c, confidence) in enumerate(rules):
        out.append(f'    <SequenceRule id="r{n}" numberOfSets="{len(sequences[a]) + len(sequences[c])}" occurrence="1" support="0.1" confidence="{confidence}"><AntecedentSequence><SequenceReference seqId="q{a}"/></AntecedentSequence>'
                   f'<Delimiter delimiter="{d[0]}" gap="{d[1]}"/><ConsequentSequence><SequenceReference seqId="q{c}"/></ConsequentSequence></SequenceRule>')
    return "\n".join(out + ["  </SequenceModel>", "</PMML>"]) + "\n"


def places(steps, first_of_consequent, whole, row, times, bounds):
    """Whether some placing of the steps on the row's sets holds."""
    def bound(name, default):
        return bounds.get(name, default)

    for way in itertools.product(range(len(row)), repeat=len(steps)):
        good = all(set(s) <= row[at] for (_, s), at in zip(steps, way))
        for i in range(1, len(steps)):
            if not good:
                break
            (kind, gap), before, at = steps[i][0], way[i - 1], way[i]
            if kind == "sameTimeWindow":
                good = at == before
                continue
            apart = times[at] - times[before]
            good = at > before and (gap != "false" or at == before + 1)
            good = good and bound("minimumItemsetSeparationTime", 0) <= apart <= bound("maximumItemsetSeparationTime", math.inf)
            if i == first_of_consequent:
                good = good and bound("minimumAntConsSeparationTime", 0) <= apart <= bound("maximumAntConsSeparationTime", math.inf)
        total = times[way[-1]] - times[way[0]] if good else 0
        if good and total <= bound("maximumTotalSequenceTime", math.inf) and (not whole or total >= bound("minimumTotalSequenceTime", 0)):
            return True
    return False


def answer(sequences, rules, row, times, bounds):
    found = {name: [] for name, _ in FEATURES}
    for n in sorted(range(len(rules)), key=lambda n: -rules[n][3]):  # stable: of equal confidence the first
        a, d, c, _ = rules[n]
        antecedent = sequences[a]
        steps = antecedent + [(d, sequences[c][0][1])] + sequences[c][1:]
        if not row or not places(antecedent, -1, False, row, times, bounds):
            continue
        whole = places(steps, len(antecedent), True, row, times, bounds)
        found["may"].append(f"r{n}")
        found["seen" if whole else "new"].append(f"r{n}")
    return found


def case(name, seed, bounds, ordered):
    rng = random.Random(seed)
    sequences = [draw_sequence(rng, 2) for _ in range(12)]
    rules = []
    for _ in range(14):
        a, c = rng.sample(range(12), 2)
        rules.append((a, draw_delimiter(rng), c, rng.choice([0.3, 0.5, 0.625, 0.75, 0.9])))
    rows, expected = [], []
    for _ in range(40):
        items, days, day = [], [], rng.randint(0, 20000)
        for _ in range(rng.randint(1, 6)):
            day += rng.randint(1, 4)
            for item in rng.sample(ITEMS + "z", rng.randint(1, 3) if ordered else 1):
                items.append(item)
                days.append(day)
        if ordered:
            times = sorted(set(days))
            row = [{i for i, d in zip(items, days) if d == t} for t in times]
            rows.append({"item": items, "day": days})
        else:
            times, row = list(range(len(items))), [{i} for i in items]
            rows.append({"item": items})
        expected.append(answer(sequences, rules, row, times, bounds))
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pmml").write_text(document(bounds, ordered, sequences, rules))
    (folder / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "expected.jsonl").write_text("".join(json.dumps(e) + "\n" for e in expected))


case("free", 1, {}, True)
case("unordered", 2, {}, False)
case("separation", 3, {"minimumItemsetSeparationTime": 2, "maximumItemsetSeparationTime": 5}, True)
case("total", 4, {"minimumTotalSequenceTime": 3, "maximumTotalSequenceTime": 8}, True)
case("consequent", 5, {"minimumAntConsSeparationTime": 3, "maximumAntConsSeparationTime": 6, "minimumSupport": 0.1, "minimumConfidence": 0.3, "maximumNumberOfItems": 9}, True)
case("all", 6, {"minimumItemsetSeparationTime": 1.5, "maximumItemsetSeparationTime": 7, "maximumTotalSequenceTime": 12, "minimumAntConsSeparationTime": 2, "maximumAntConsSeparationTime": 7}, True)
