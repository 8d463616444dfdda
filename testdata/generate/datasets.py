"""The real data that everything here is learned from. Nothing is downloaded: each set is a file inside a pinned package."""

import numpy as np
import pandas as pd
import statsmodels.datasets
from sklearn.datasets import load_breast_cancer, load_diabetes

HEALTH = ["excellent", "good", "fair", "poor"]
VISITS_CATEGORIES = ["health", "coinsurance", "deductible", "limitation"]
VISITS_NUMBERS = ["diseases", "incentive", "expenditure"]


def tumour():
    """Breast cancer Wisconsin (diagnostic): 569 tumours, 30 measurements, under their own names."""
    bunch = load_breast_cancer(as_frame=True)
    return bunch.data, bunch.target.rename("diagnosis")  # 0 malignant, 1 benign


def progression():
    """Diabetes: 442 patients, 10 measurements in their own units; disease progression after a year."""
    bunch = load_diabetes(scaled=False, as_frame=True)
    return bunch.data, bunch.target.rename("progression")


def visits():
    """RAND Health Insurance Experiment: 20,190 person years; does a person see a doctor often (five times a year or more)?

    The indicator columns of the published table are put back into the categories that they stand for. `physlm` between 0
    and 1 is the publishers' fill-in for an answer that was not given: it becomes a missing value again.
    """
    raw = statsmodels.datasets.randhie.load_pandas().data
    percent = np.round(np.exp(raw.lncoins) - 1).astype(int)
    table = pd.DataFrame(
        {
            "health": np.select([raw.hlthg == 1, raw.hlthf == 1, raw.hlthp == 1], ["good", "fair", "poor"], "excellent"),
            "coinsurance": [f"{p}%" for p in percent],
            "deductible": np.where(raw.idp == 1, "individual", "family"),
            "limitation": [{0.0: "no", 1.0: "yes"}.get(v) for v in raw.physlm],
            "diseases": raw.disea,
            "incentive": raw.lpi.round(4),
            "expenditure": raw.fmde.round(4),
        }
    ).astype({name: object for name in VISITS_CATEGORIES})
    table["limitation"] = table["limitation"].where(table["limitation"].notna(), None)
    target = pd.Series(np.where(raw.mdvis >= 5, "frequent", "seldom"), name="use")
    return table, target
