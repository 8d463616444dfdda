"""Writes testdata/numeric/bayes.json: Bayesian networks drawn at random, with posteriors by enumeration of all values of all nodes; networks of 30 to
45 nodes, most of them hidden, with posteriors by numpy's contraction of all their tables.

    python bayes_cases.py             # from this folder

Discrete nodes have up to two discrete parents. Continuous nodes have distributions of all four kinds, whose parameters depend on discrete parents and are
expressions of continuous parents that have a value. The target is discrete, or continuous without children: then its posterior mean.
"""
import itertools
import json
import math
import pathlib

import numpy as np
from numeric_cases import category, number, pmml
from scipy import stats

OUT = pathlib.Path(__file__).parent.parent / "numeric" / "bayes.json"
rng = np.random.default_rng(11)


def shares(n):
    p = np.round(rng.dirichlet(np.ones(n)), 3)
    p[-1] = round(1 - p[:-1].sum(), 3)
    return [float(x) for x in p]


class Discrete:
    def __init__(self, name, parents):
        self.name, self.parents = name, parents
        self.values = [f"{name}{i}" for i in range(rng.integers(2, 4))]
        self.table = {key: shares(len(self.values)) for key in itertools.product(*(p.values for p in parents))}

    def probability(self, state):
        return self.table[tuple(state[p.name] for p in self.parents)][self.values.index(state[self.name])]

    def xml(self):
        def values(row):
            return "".join(f'<ValueProbability value="{v}" probability="{p!r}"/>' for v, p in zip(self.values, row))

        if not self.parents:
            return f'<DiscreteNode name="{self.name}">{values(self.table[()])}</DiscreteNode>'
        rows = "".join("<DiscreteConditionalProbability>" + "".join(f'<ParentValue parent="{p.name}" value="{v}"/>' for p, v in zip(self.parents, key)) + values(row)
                       + "</DiscreteConditionalProbability>" for key, row in self.table.items())
        return f'<DiscreteNode name="{self.name}">{rows}</DiscreteNode>'


KINDS = ("Normal", "Lognormal", "Triangular", "Uniform")


class Continuous:
    """Each parameter is a + b * parent, b = 0 without a continuous parent; only the location depends on it."""

    def __init__(self, name, parents, above):
        self.name, self.parents, self.above, self.kind = name, parents, above, str(rng.choice(KINDS))
        self.slope = round(float(rng.normal()), 2) if above and self.kind in ("Normal", "Lognormal") else 0.0
        self.rows = {key: self.draw() for key in itertools.product(*(p.values for p in parents))}

    def draw(self):
        center, width = round(float(rng.normal()), 2), round(float(rng.uniform(0.5, 3)), 2)
        if self.kind in ("Normal", "Lognormal"):
            return {"Mean": center, "Variance": width}
        if self.kind == "Uniform":
            return {"Lower": center - 3 * width, "Upper": center + 3 * width}
        return {"Mean": round(center + 0.2 * width, 3), "Lower": round(center - 3 * width, 3), "Upper": round(center + 3 * width, 3)}

    def parameters(self, state):
        p = dict(self.rows[tuple(state[q.name] for q in self.parents)])
        if self.slope:
            p["Mean"] += self.slope * state[self.above.name]
        return p

    def distribution(self, state):
        p = self.parameters(state)
        if self.kind == "Normal":
            return stats.norm(p["Mean"], math.sqrt(p["Variance"]))
        if self.kind == "Lognormal":
            return stats.lognorm(math.sqrt(p["Variance"]), scale=math.exp(p["Mean"]))
        if self.kind == "Uniform":
            return stats.uniform(p["Lower"], p["Upper"] - p["Lower"])
        mode = 3 * p["Mean"] - p["Lower"] - p["Upper"]
        return stats.triang((mode - p["Lower"]) / (p["Upper"] - p["Lower"]), p["Lower"], p["Upper"] - p["Lower"])

    def xml(self):
        def parameter(name, x):
            if name == "Mean" and self.slope:
                return (f'<Mean><Apply function="+"><Constant dataType="double">{x!r}</Constant><Apply function="*"><Constant dataType="double">{self.slope!r}</Constant>'
                        f'<FieldRef field="{self.above.name}"/></Apply></Apply></Mean>')
            return f'<{name}><Constant dataType="double">{x!r}</Constant></{name}>'

        def one(key, row):
            inner = "".join(parameter(k, row[k]) for k in ("Mean", "Variance", "Lower", "Upper") if k in row)
            return (f'<ContinuousConditionalProbability>{"".join(f"""<ParentValue parent="{p.name}" value="{v}"/>""" for p, v in zip(self.parents, key))}<ContinuousDistribution>'
                    f'<{self.kind}DistributionForBN>{inner}</{self.kind}DistributionForBN></ContinuousDistribution></ContinuousConditionalProbability>')

        return f'<ContinuousNode name="{self.name}">' + "".join(one(k, r) for k, r in self.rows.items()) + "</ContinuousNode>"


def network():
    discrete, continuous = [], []
    for i in range(rng.integers(3, 6)):
        parents = [discrete[j] for j in sorted(rng.choice(len(discrete), min(len(discrete), rng.integers(0, 3)), replace=False))] if discrete else []
        discrete.append(Discrete("abcdefg"[i], parents))
    for i in range(rng.integers(0, 4)):
        parents = [discrete[j] for j in sorted(rng.choice(len(discrete), rng.integers(1, 3), replace=False))]
        above = continuous[-1] if continuous and rng.random() < 0.5 else None
        continuous.append(Continuous("xyz"[i], parents, above))
    return discrete, continuous


def posterior(discrete, continuous, target, evidence):
    """By value of the target, or its mean: sums over every state that agrees with the evidence. None: nothing agrees."""
    totals, mean, weight = {}, 0.0, 0.0
    for values in itertools.product(*(n.values for n in discrete)):
        state = dict(zip((n.name for n in discrete), values))
        if any(state[k] != v for k, v in evidence.items() if k in state):
            continue
        state |= {k: v for k, v in evidence.items() if k not in state}
        p = math.prod(n.probability(state) for n in discrete)
        for n in continuous:
            if n.name in evidence:
                p *= float(n.distribution(state).pdf(evidence[n.name]))
        if isinstance(target, Discrete):
            totals[state[target.name]] = totals.get(state[target.name], 0.0) + p
        else:
            mean, weight = mean + p * float(target.distribution(state).mean()), weight + p
    if isinstance(target, Discrete):
        total = sum(totals.values())
        return {f"probability({v})": totals.get(v, 0.0) / total for v in target.values} if total > 0 else None
    return {target.name: mean / weight} if weight > 0 else None


cases = []
while len(cases) < 40:
    discrete, continuous = network()
    used = {n.above.name for n in continuous if n.above}
    leaves = [n for n in continuous if n.name not in used]
    target = leaves[0] if leaves and rng.random() < 0.3 else discrete[rng.integers(len(discrete))]
    nodes = discrete + continuous
    rows, expected = [], []
    for _ in range(12):
        row = {n.name: str(rng.choice(n.values)) for n in discrete if n is not target and rng.random() < 0.5}
        for n in continuous:  # a continuous parent has a value
            if n is not target and (n.name in used or rng.random() < 0.5):
                row[n.name] = round(abs(float(rng.normal(0, 1.5))), 2)
        result = posterior(discrete, continuous, target, row)
        if result is not None:
            rows.append(row)
            expected.append(result)
    if not rows:
        continue
    fields = "".join(category(n.name, n.values) for n in discrete) + "".join(number(n.name) for n in continuous)
    schema = "<MiningSchema>" + "".join(f'<MiningField name="{n.name}"' + (' usageType="target"/>' if n is target else "/>") for n in nodes) + "</MiningSchema>"
    order = [nodes[i] for i in rng.permutation(len(nodes))]
    function = "classification" if isinstance(target, Discrete) else "regression"
    model = f'<BayesianNetworkModel functionName="{function}">{schema}<BayesianNetworkNodes>' + "\n".join(n.xml() for n in order) + "</BayesianNetworkNodes></BayesianNetworkModel>"
    cases.append({"name": f"bayes_{len(cases)}", "document": pmml(fields, model).split("\n"), "exact": False, "tolerance": 1e-11, "rows": rows, "expected": expected})


def wide_network(n):
    """Nodes in a row, each with up to two parents among the three before it."""
    nodes = []
    for i in range(n):
        near = nodes[-3:]
        parents = [near[j] for j in sorted(rng.choice(len(near), min(len(near), rng.integers(0, 3)), replace=False))] if near else []
        nodes.append(Discrete(f"n{i}_", parents))
    return nodes


def contracted(nodes, target, evidence):
    """The posterior of a discrete target, or the mean of a continuous one whose parents are nodes."""
    axis = {n.name: i for i, n in enumerate(nodes)}
    operands = []
    for n in nodes:
        table = np.array(list(n.table.values())).reshape([len(p.values) for p in n.parents] + [len(n.values)])
        operands += [table, [axis[p.name] for p in n.parents] + [axis[n.name]]]
        if n.name in evidence:
            operands += [np.array([float(v == evidence[n.name]) for v in n.values]), [axis[n.name]]]
    asked = [target] if isinstance(target, Discrete) else target.parents
    joint = np.einsum(*operands, [axis[n.name] for n in asked], optimize="greedy")
    if joint.sum() == 0:
        return None
    joint = joint / joint.sum()
    if isinstance(target, Discrete):
        return {f"probability({v})": float(p) for v, p in zip(target.values, joint)}
    means = [float(target.distribution(dict(zip((p.name for p in target.parents), key))).mean()) for key in target.rows]
    return {target.name: float(joint.ravel() @ np.array(means))}


while len(cases) < 48:
    nodes = wide_network(rng.integers(30, 46))
    target = Continuous("x", [nodes[i] for i in sorted(rng.choice(np.arange(len(nodes) - 6, len(nodes)), 2, replace=False))], None) if len(cases) % 3 == 0 else nodes[rng.integers(len(nodes))]
    rows, expected = [], []
    for _ in range(6):
        row = {n.name: str(rng.choice(n.values)) for n in nodes if n is not target and rng.random() < 0.12}
        result = contracted(nodes, target, row)
        if result is not None:
            rows.append(row)
            expected.append(result)
    nodes = nodes + ([target] if target not in nodes else [])
    fields = "".join(category(n.name, n.values) if isinstance(n, Discrete) else number(n.name) for n in nodes)
    schema = "<MiningSchema>" + "".join(f'<MiningField name="{n.name}"' + (' usageType="target"/>' if n is target else "/>") for n in nodes) + "</MiningSchema>"
    order = [nodes[i] for i in rng.permutation(len(nodes))]
    function = "classification" if isinstance(target, Discrete) else "regression"
    model = f'<BayesianNetworkModel functionName="{function}">{schema}<BayesianNetworkNodes>' + "\n".join(n.xml() for n in order) + "</BayesianNetworkNodes></BayesianNetworkModel>"
    cases.append({"name": f"bayes_wide_{len(cases)}", "document": pmml(fields, model).split("\n"), "exact": False, "tolerance": 1e-10, "rows": rows, "expected": expected})
OUT.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
