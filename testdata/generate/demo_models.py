"""The documents of the demo and the learners behind them."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn2pmml.decoration import CategoricalDomain, ContinuousDomain
from sklearn2pmml.pipeline import PMMLPipeline
from xgboost import XGBClassifier

import datasets
from export import export
from learners import Classifier, Regressor, SinglePrecision

LIGHTGBM = dict(n_jobs=1, verbose=-1, random_state=7, deterministic=True, force_row_wise=True)


def make(folder):
    """Fit and export; returns file name -> learner."""
    return {
        "tumour-1.pmml": tumour(folder / "tumour-1.pmml", n_estimators=20, max_depth=3),
        "tumour-2.pmml": tumour(folder / "tumour-2.pmml", n_estimators=60, max_depth=5, learning_rate=0.2),
        "visits-2026-10.pmml": visits_logistic(folder / "visits-2026-10.pmml"),
        "visits-2026-11.pmml": visits_boosted(folder / "visits-2026-11.pmml"),
        "progression-a.pmml": progression_boosted(folder / "progression-a.pmml"),
        "progression-b.pmml": progression_linear(folder / "progression-b.pmml"),
    }


def tumour(path, **settings):
    """Gradient boosted trees in single precision; a missing measurement takes each split's default way."""
    x, y = datasets.tumour()
    model = XGBClassifier(n_jobs=1, random_state=7, tree_method="exact", **settings)
    pipeline = PMMLPipeline([("classifier", model)]).fit(x, y)
    model.pmml_classes_ = ["malignant", "benign"]
    export(pipeline, path)
    boosted = SinglePrecision(model, base_margin(path))
    return Classifier(lambda frame: boosted.predict_proba(frame.astype(float)), model.pmml_classes_, list(x.columns))


def base_margin(path):
    """What the exported document adds to the sum of the trees: its Target's rescaleConstant."""
    target = ElementTree.parse(path).find(".//{*}Target[@rescaleConstant]")
    return np.float32(target.get("rescaleConstant"))


def visits_logistic(path):
    """One-hot categories and scaled numbers into a logistic regression, with three ways to treat what is wrong:
    an unknown limitation counts as missing, an unknown other category and a number out of range are invalid."""
    x, y = datasets.visits()
    prepare = ColumnTransformer(
        [
            ("categories", make_pipeline(CategoricalDomain(), OneHotEncoder(sparse_output=False, handle_unknown="ignore")),
             ["health", "coinsurance", "deductible"]),
            ("limitation", make_pipeline(
                CategoricalDomain(missing_value_treatment="as_mode", missing_value_replacement="no", invalid_value_treatment="as_missing"),
                OneHotEncoder(sparse_output=False)), ["limitation"]),
            ("diseases", make_pipeline(ContinuousDomain(), SimpleImputer(strategy="median"), StandardScaler()), ["diseases"]),
            ("money", make_pipeline(ContinuousDomain(with_data=False), SimpleImputer(strategy="mean"), StandardScaler()),
             ["incentive", "expenditure"]),
        ]
    )
    pipeline = PMMLPipeline([("prepare", prepare), ("classifier", LogisticRegression(max_iter=1000))]).fit(x, y)
    pipeline.verify(x.dropna().drop_duplicates().sample(12, random_state=7), precision=1e-9, zeroThreshold=1e-9)
    export(pipeline, path)
    return Classifier(pipeline.predict_proba, list(pipeline.classes_), list(x.columns))


def visits_boosted(path):
    """LightGBM on the same inputs; categories are split as sets, missing values take each split's default way."""
    x, y = datasets.visits()
    prepare = ColumnTransformer(
        [(name, CategoricalDomain(dtype="category", invalid_value_treatment="as_missing" if name == "limitation" else "return_invalid"), [name])
         for name in datasets.VISITS_CATEGORIES]
        + [("numbers", ContinuousDomain(with_data=False), datasets.VISITS_NUMBERS)],
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    model = LGBMClassifier(n_estimators=40, num_leaves=12, **LIGHTGBM)
    pipeline = PMMLPipeline([("prepare", prepare), ("classifier", model)]).fit(x, y)
    export(pipeline, path)

    categories = {name: sorted(x[name].dropna().unique()) for name in datasets.VISITS_CATEGORIES}

    def predict_proba(frame):
        typed = frame.astype({name: float for name in datasets.VISITS_NUMBERS})
        for name, values in categories.items():
            typed[name] = pd.Categorical(frame[name], categories=values)
        return model.predict_proba(typed)

    return Classifier(predict_proba, list(model.classes_), list(x.columns))


def progression_boosted(path):
    """LightGBM regression; a missing measurement takes each split's default way."""
    x, y = datasets.progression()
    model = LGBMRegressor(n_estimators=40, num_leaves=8, **LIGHTGBM)
    pipeline = PMMLPipeline([("regressor", model)]).fit(x, y)
    export(pipeline, path)
    return Regressor(model.predict, list(x.columns))


def progression_linear(path):
    """Least squares with nothing in place of a missing measurement: such a row has no result."""
    x, y = datasets.progression()
    model = LinearRegression()
    pipeline = PMMLPipeline([("regressor", model)]).fit(x, y)
    pipeline.verify(x.sample(10, random_state=7), precision=1e-9, zeroThreshold=1e-9)
    export(pipeline, path)
    return Regressor(model.predict, list(x.columns), needs_all=True)
