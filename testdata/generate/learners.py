"""A fitted learner with the face that expected values are computed by: rows of plain values in, outputs by name out."""

import json
import math

import numpy as np
import pandas as pd
from xgboost import DMatrix

# Tolerances are absolute below 1 and relative above: |actual - expected| <= tol * max(1, |expected|).
DOUBLE = 1e-9
FLOAT = 1e-6  # the learner and the document compute in single precision, and sum in different orders


class SinglePrecision:
    """A binary XGBoost classifier as its document writes it down: the learner's own leaves, added in the order of the trees
    in single precision, then the base margin, then 1/(1+exp(-margin)) with every operation rounded to single precision.
    The learner itself begins with the base margin, so its last bit may differ; they are held together within FLOAT."""

    def __init__(self, model, base_margin):
        self.model, self.base_margin, self.booster = model, base_margin, model.get_booster()
        self.leaves = [leaf_values(json.loads(tree)) for tree in self.booster.get_dump(dump_format="json")]

    def predict_proba(self, frame):
        chosen = self.booster.predict(DMatrix(frame), pred_leaf=True).astype(int)
        result = np.array([self.row(leaves) for leaves in chosen])
        assert np.allclose(result, self.model.predict_proba(frame), rtol=FLOAT, atol=FLOAT)
        return result

    def row(self, leaves):
        margin = np.float32(0)
        for values, leaf in zip(self.leaves, leaves):
            margin = np.float32(margin + values[leaf])
        margin = np.float32(margin + self.base_margin)
        p = np.float32(1) / np.float32(np.float32(1) + np.float32(math.exp(-float(margin))))
        return [float(np.float32(1) - p), float(p)]


def leaf_values(node):
    """The values of a dumped tree's leaves by node id."""
    if "leaf" in node:
        return {node["nodeid"]: np.float32(node["leaf"])}
    values = {}
    for child in node["children"]:
        values.update(leaf_values(child))
    return values


class Classifier:
    """predict_proba of a fitted classifier; classes in the order of its columns."""

    def __init__(self, predict_proba, classes, columns, tol=DOUBLE):
        self.predict_proba, self.classes, self.columns, self.tol = predict_proba, classes, columns, tol

    def score(self, rows, target):
        probabilities = self.predict_proba(pd.DataFrame(rows, columns=self.columns))
        results = []
        for p in probabilities:
            out = {target: self.classes[int(np.argmax(p))]}
            out.update({f"probability({c})": float(v) for c, v in zip(self.classes, p)})
            results.append(out)
        return results


class Regressor:
    """predict of a fitted regressor. With needs_all a row with a missing value has no result."""

    def __init__(self, predict, columns, needs_all=False, tol=DOUBLE):
        self.predict, self.columns, self.needs_all, self.tol = predict, columns, needs_all, tol

    def score(self, rows, target):
        frame = pd.DataFrame(rows, columns=self.columns).astype(float)
        whole = ~frame.isna().any(axis=1) if self.needs_all else pd.Series(True, index=frame.index)
        results = [None] * len(frame)
        if whole.any():
            for i, v in zip(np.flatnonzero(whole), self.predict(frame[whole])):
                results[i] = {target: float(v)}
        return results
