"""A fitted learner with the face that expected values are computed by: rows of plain values in, outputs by name out."""

import numpy as np
import pandas as pd

# Tolerances are absolute below 1 and relative above: |actual - expected| <= tol * max(1, |expected|).
DOUBLE = 1e-9
FLOAT = 1e-6  # the learner and the document compute in single precision; nobody says how the last bits of exp() must be


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
