"""Writes testdata/texts: a TextModel, and for every choice of weights, normalization and similarity what texts are most like, by numpy.

    python text_cases.py            # from this folder; needs numpy

Weights of the specification's section Text Models: local termFrequency f, binary 1 if f > 0, logarithmic log10(1+f), augmentedNormalizedTermFrequency
(1 + f/max f)/2 if f > 0; global none 1, inverseDocumentFrequency ln(N/df), GFIDF sum of f over df, normal 1/sqrt(sum of f^2), probabilisticInverse ln((N-df)/df)
over the N documents of the matrix. A term that no document has, and for probabilisticInverse one that all have, weighs 0. Expected values are
never taken from this project's engine.
"""
import itertools
import json
import pathlib
import re

import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "texts"
TERMS = ["apple", "pear", "sour plum", "plum", "fig", "Quince", "date"]
COUNTS = np.array([[2, 1, 0, 0, 1, 0, 1], [0, 1, 1, 3, 1, 0, 0], [1, 0, 0, 1, 1, 0, 4], [0, 0, 2, 2, 1, 0, 0], [3, 3, 0, 0, 1, 0, 0]], float)
TEXTS = ["apple, pear: Apple!", "a sour plum and a plum; SOUR  PLUM", "fig quince fig date date date date", "date plum fig", "pear pear pear apple"]
LOCAL = ["termFrequency", "binary", "logarithmic", "augmentedNormalizedTermFrequency"]
GLOBAL = ["inverseDocumentFrequency", "none", "GFIDF", "normal", "probabilisticInverse"]


def local_weight(x, kind):
    if kind == "termFrequency":
        return x
    if kind == "binary":
        return (x > 0) * 1.0
    if kind == "logarithmic":
        return np.log10(1 + x)
    return np.where(x > 0, 0.5 + 0.5 * x / max(x.max(), 1), 0.0)


def global_weight(kind):
    n, df = len(COUNTS), (COUNTS > 0).sum(axis=0)
    out = np.zeros(len(TERMS))
    for j, d in enumerate(df):
        f = COUNTS[:, j]
        if kind == "none":
            out[j] = 1
        elif d == 0:
            continue
        elif kind == "inverseDocumentFrequency":
            out[j] = np.log(n / d)
        elif kind == "GFIDF":
            out[j] = f.sum() / d
        elif kind == "normal":
            out[j] = 1 / np.sqrt((f ** 2).sum())
        elif d < n:
            out[j] = np.log((n - d) / d)
    return out


def vector(counts, local, weights, unit):
    v = local_weight(counts, local) * weights
    length = np.linalg.norm(v)
    return v / length if unit and length > 0 else v


def count(text):
    words = re.findall(r"[a-z]+", text.lower())
    joined = [(" ".join(words[i:i + k])) for k in (1, 2) for i in range(len(words) - k + 1)]
    return np.array([joined.count(t.lower()) for t in TERMS], float)


def answer(text, local, glob, normal, similarity):
    weights = global_weight(glob)
    documents = [vector(c, local, weights, normal == "cosine") for c in COUNTS]
    v = vector(count(text), local, weights, normal == "cosine")
    if similarity == "euclidean":
        found = [float(np.linalg.norm(v - d)) for d in documents]
        best = int(np.argmin(found))
    else:
        found = []
        for d in documents:
            lengths = np.linalg.norm(v) * np.linalg.norm(d)
            found.append(float(v @ d / lengths) if lengths > 0 else None)
        known = [i for i, a in enumerate(found) if a is not None]
        best = max(known, key=lambda i: found[i]) if known else None
    return {"best": None if best is None else f"d{best + 1}", "affinities": {f"d{i + 1}": a for i, a in enumerate(found)}}


def document():
    rows = "\n".join(f'        <Array n="{len(TERMS)}" type="real">{" ".join(str(int(c)) for c in row)}</Array>' for row in COUNTS)
    outputs = "\n".join(f'      <OutputField name="d{i + 1}" optype="continuous" dataType="double" feature="affinity" value="d{i + 1}"/>' for i in range(len(COUNTS)))
    terms = " ".join(f'"{t}"' if " " in t else t for t in TERMS)
    corpus = "".join(f'<TextDocument id="d{i + 1}" name="n" length="9" file="f"/>' for i in range(len(COUNTS)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="text" optype="categorical" dataType="string"/>
  </DataDictionary>
  <TextModel functionName="clustering" numberOfTerms="{len(TERMS)}" numberOfDocuments="{len(COUNTS)}">
    <MiningSchema>
      <MiningField name="text"/>
    </MiningSchema>
    <Output>
      <OutputField name="best" optype="categorical" dataType="string" feature="entityId"/>
      <OutputField name="second" optype="categorical" dataType="string" feature="entityId" rank="2"/>
{outputs}
    </Output>
    <TextDictionary>
      <Array n="{len(TERMS)}" type="string">{terms}</Array>
    </TextDictionary>
    <TextCorpus>{corpus}</TextCorpus>
    <DocumentTermMatrix>
      <Matrix nbRows="{len(COUNTS)}" nbCols="{len(TERMS)}">
{rows}
      </Matrix>
    </DocumentTermMatrix>
    <TextModelNormalization/>
    <TextModelSimiliarity/>
  </TextModel>
</PMML>
"""


OUT.mkdir(parents=True, exist_ok=True)
(OUT / "model.pmml").write_text(document())
lines = []
for local, glob, normal, similarity in itertools.product(LOCAL, GLOBAL, ["none", "cosine"], ["cosine", "euclidean"]):
    for text in TEXTS:
        lines.append(json.dumps({"local": local, "global": glob, "normalization": normal, "similarity": similarity, "text": text, **answer(text, local, glob, normal, similarity)}))
(OUT / "expected.jsonl").write_text("\n".join(lines) + "\n")
