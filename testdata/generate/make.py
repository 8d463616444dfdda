"""Writes testdata/demo and testdata/models: python make.py [demo|models] [--root DIR]. See README.md."""

import argparse
import collections
import hashlib
import json
import warnings
from pathlib import Path

import control
import demo_models
import events
import table
from document import Document
from expected import Outcomes

TIMES = ["2026-11-02T06:00:00Z", "2026-11-04T09:00:00Z", "2026-11-05T03:00:00Z", "2026-11-06T12:00:00Z", "2026-11-08T12:00:00Z"]


def write_lines(path, lines):
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def dumps(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def demo(root):
    folder = root / "demo"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    learners = {f"models/{name}": learner for name, learner in demo_models.make(folder / "models").items()}
    control.damaged_documents(folder)
    lines = control.lines(folder)
    write_lines(folder / "control.jsonl", lines)
    messages, unusable = [], []
    for number, line in enumerate(lines, 1):
        try:
            messages.append(table.parse(line))
        except table.Unusable as e:
            unusable.append({"line": number, "why": str(e)})
    write_lines(folder / "control-unusable.jsonl", map(dumps, unusable))
    rows = [{"at": at, "table": table.Table(messages).at(table.milliseconds(at))} for at in TIMES]
    rows.append({"at": None, "table": table.Table(messages).at(1 << 62)})
    write_lines(folder / "tables.jsonl", map(dumps, rows))

    documents = {uri: Document(folder / uri) for uri in learners}
    digests = {uri: hashlib.sha256((folder / uri).read_bytes()).hexdigest() for uri in learners}
    outcomes = Outcomes(messages, documents, digests, learners)
    for prefix, count, seed in (("", 4000, 20261102), ("quick-", 180, 20261108)):
        made = events.build(messages, count, seed)
        write_lines(folder / f"{prefix}events.jsonl", made)
        expected = outcomes.of(made)
        write_lines(folder / f"{prefix}expected.jsonl", map(dumps, expected))
        tally = collections.Counter(o.get("reason") or f"{o['model']}@{o['version']}" for o in expected)
        print(f"{prefix}events.jsonl: {len(made)}", dict(sorted(tally.items())))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", "demo", "models"], default="all")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    if args.what in ("all", "demo"):
        demo(args.root)
    if args.what in ("all", "models"):
        import further_models

        further_models.make(args.root / "models")


if __name__ == "__main__":
    main()
