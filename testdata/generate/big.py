"""Writes a large boosted ensemble and events for benchmarks into a folder: python big.py FOLDER [--trees 100] [--depth 6] [--events N].

gbm.pmml: scikit-learn's gradient boosted regression trees of 30 inputs, learned on synthetic data. rows.csv and expected.jsonl: 50 rows and
the learner's own prediction. events.jsonl: one JSON object a line with id, time, model and the 30 features (about 700 bytes); control.jsonl
ADDs the ensemble as `ensemble@1` an hour before the first event. The same arguments give the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn2pmml.pipeline import PMMLPipeline

from cases import cell
from events import rfc3339
from export import export
from table import milliseconds

INPUTS = [f"x{i}" for i in range(1, 31)]
START = milliseconds("2026-11-02T00:00:00Z")


def data(count, seed):
    """Uniform inputs and a target that needs deep trees: products and steps of all inputs, and noise."""
    random = np.random.default_rng(seed)
    x = random.uniform(-2, 2, size=(count, 30)).round(6)
    y = sum(np.sin(2 * x[:, i]) * x[:, (7 * i + 3) % 30] + (x[:, i] > x[:, (i + 11) % 30]) for i in range(30))
    return pd.DataFrame(x, columns=INPUTS), pd.Series(y + random.normal(size=count), name="y")


def ensemble(trees, depth):
    x, y = data(40_000, seed=1)
    model = GradientBoostingRegressor(n_estimators=trees, max_depth=depth, min_samples_leaf=1, subsample=0.5, max_features=0.4, random_state=1)
    return PMMLPipeline([("regressor", model)]).fit(x, y)


def events(path, count):
    x, _ = data(10_000, seed=2)
    rows = ["".join(f',"{n}":{cell(v)}' for n, v in zip(INPUTS, row)) + "}\n" for row in x.to_numpy()]
    with open(path, "w", encoding="ascii") as f:
        for i in range(count):
            f.write(f'{{"id":"b-{i:08d}","time":"{rfc3339(START + 3_600_000 + 25 * i)}","model":"ensemble"' + rows[i % len(rows)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--events", type=int, default=100_000)
    args = parser.parse_args()
    pipeline = ensemble(args.trees, args.depth)
    export(pipeline, args.folder / "gbm.pmml")
    rows, _ = data(50, seed=3)
    rows.to_csv(args.folder / "rows.csv", index=False, lineterminator="\n")
    (args.folder / "expected.jsonl").write_text("".join(json.dumps({"y": float(v)}) + "\n" for v in pipeline.predict(rows)))
    digest = hashlib.sha256((args.folder / "gbm.pmml").read_bytes()).hexdigest()
    message = {"op": "ADD", "model": "ensemble", "version": "1", "uri": "gbm.pmml", "sha256": digest, "at": rfc3339(START)}
    (args.folder / "control.jsonl").write_text(json.dumps(message) + "\n")
    events(args.folder / "events.jsonl", args.events)


if __name__ == "__main__":
    main()
