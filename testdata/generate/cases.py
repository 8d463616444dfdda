"""A folder per model in testdata/models: model.pmml, rows.csv, expected.jsonl (the learner's own predictions), case.json."""

import csv
import json

from document import SPACE
from export import export
from lxml import etree


def shortest(value):
    return repr(float(value)) if not float(value).is_integer() else str(int(value))


def cell(value):
    if value is None or value != value:
        return ""
    return value if isinstance(value, str) else shortest(value)


def write(folder, pipeline, rows, results, tol, learner, data, prepare=None):
    """rows: DataFrame; results: one dict a row, name -> value. They are put into the document's order of names.

    prepare changes the exported text (said in case.json).
    """
    path = folder / "model.pmml"
    export(pipeline, path)
    case = {"learner": learner, "data": data, "tol": tol, "rows": len(rows)}
    if prepare:
        case["changed"] = prepare.__doc__.strip()
        path.write_text(prepare(path.read_text(encoding="utf-8")), encoding="utf-8")
    root = etree.parse(str(path)).getroot()
    inputs = input_names(root)
    with open(folder / "rows.csv", "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(inputs)
        for _, row in rows[inputs].iterrows():
            out.writerow([cell(v) for v in row])
    names = output_names(root)
    with open(folder / "expected.jsonl", "w", encoding="utf-8") as f:
        for result in results:
            known = [n for n in names if n in result]
            assert set(known) <= set(result), (folder, names, result)
            rest = [n for n in result if n not in names]
            f.write(json.dumps({n: result[n] for n in known + rest}, separators=(",", ":"), ensure_ascii=False) + "\n")
    (folder / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert path.stat().st_size <= 200 << 10, (folder, path.stat().st_size)


def first_schema(root):
    return next(e for e in root if isinstance(e.tag, str) and e.tag.endswith("Model")).find(SPACE + "MiningSchema")


def input_names(root):
    return [f.get("name") for f in first_schema(root).iter(SPACE + "MiningField") if f.get("usageType") not in ("target", "predicted")]


def output_names(root):
    targets = [f.get("name") for f in first_schema(root).iter(SPACE + "MiningField") if f.get("usageType") in ("target", "predicted")]
    return targets + [f.get("name") for f in root.iter(SPACE + "OutputField") if f.get("isFinalResult") != "false"]
