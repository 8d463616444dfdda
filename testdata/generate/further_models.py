"""testdata/models: small documents of many shapes, each with rows and what its learner says about them."""

import numpy as np
import pandas as pd
import re
import statsmodels.datasets
from lightgbm import LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris, load_wine
from sklearn.ensemble import (AdaBoostRegressor, GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier,
                              StackingRegressor, VotingClassifier)
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PolynomialFeatures, StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn2pmml.decoration import CategoricalDomain, ContinuousDomain, DateDomain
from sklearn2pmml.pipeline import PMMLPipeline
from sklearn2pmml.preprocessing import CutTransformer, DaysSinceYearTransformer, ExpressionTransformer
from xgboost import XGBClassifier, XGBRegressor

import cases
import damaged
import datasets
from demo_models import LIGHTGBM
from learners import DOUBLE, FLOAT

SEED = 11
EDUCATION = ["8 grades", "some high school", "high school", "some college", "college", "master", "PhD"]


def iris():
    bunch = load_iris(as_frame=True)
    x = bunch.data.rename(columns=lambda n: n.replace(" (cm)", ""))
    return x, pd.Series(bunch.target_names[bunch.target].astype(object), name="species")


def wine():
    bunch = load_wine(as_frame=True)
    return bunch.data, pd.Series(np.array(["barolo", "grignolino", "barbera"], dtype=object)[bunch.target], name="cultivar")


def anes():
    """American National Election Study 1996: 944 answers."""
    raw = statsmodels.datasets.anes96.load_pandas().data
    x = pd.DataFrame({
        "popul": raw.popul, "tvnews": raw.TVnews, "age": raw.age, "income": raw.income,
        "education": [EDUCATION[int(n) - 1] for n in raw.educ],
    }).astype({"education": object})
    return x, raw.selfLR.rename("leaning")


def class_results(model, x, target):
    names = list(getattr(model, "pmml_classes_", model.classes_))
    names = [n.item() if hasattr(n, "item") else n for n in names]
    return [{target: names[int(np.argmax(p))], **{f"probability({n})": float(v) for n, v in zip(names, p)}} for p in model.predict_proba(x)]


def number_results(model, x, target):
    return [{target: float(v)} for v in model.predict(x)]


def single(x):
    """x as a document reads it that declares its inputs float."""
    return x.astype("float32").astype(float)


def holes(x, share=0.08):
    """x with cells taken out at random."""
    mask = np.random.default_rng(SEED).random(x.shape) < share
    return x.mask(mask)


def tree_iris(folder):
    x, y = iris()
    p = PMMLPipeline([("classifier", DecisionTreeClassifier(max_depth=4, random_state=SEED))]).fit(x, y)
    rows = x.iloc[::3]
    for name, change in (("tree_iris", None), ("tree_iris_without_output", without_output)):
        cases.write(folder / name, p, rows, class_results(p, rows, "species"), DOUBLE, "scikit-learn DecisionTreeClassifier", "iris", change)


def without_output(text):
    """the Output element is taken out: predicted value and probabilities come all the same"""
    text, found = re.subn(r"\s*<Output>.*?</Output>", "", text, flags=re.S)
    assert found == 1
    return text


def softmax_wine(folder):
    x, y = wine()
    p = PMMLPipeline([("scale", StandardScaler()), ("classifier", LogisticRegression(max_iter=500))]).fit(x, y)
    p.verify(x.iloc[::20], precision=1e-9, zeroThreshold=1e-9)
    rows = x.iloc[1::4]
    cases.write(folder / "softmax_wine", p, rows, class_results(p, rows, "cultivar"), DOUBLE,
                "scikit-learn StandardScaler, LogisticRegression; ModelVerification embedded", "wine")


def polynomial_diabetes(folder):
    x, y = datasets.progression()
    x = x[["age", "bmi", "bp", "s5"]]
    p = PMMLPipeline([("terms", PolynomialFeatures(degree=2)), ("regressor", LinearRegression())]).fit(x, y)
    rows = x.iloc[::9]
    cases.write(folder / "polynomial_diabetes", p, rows, number_results(p, rows, "progression"), DOUBLE,
                "scikit-learn PolynomialFeatures, LinearRegression", "diabetes")


def forest_wine(folder):
    x, y = wine()
    p = PMMLPipeline([("classifier", RandomForestClassifier(n_estimators=15, max_depth=6, random_state=SEED, n_jobs=1))]).fit(x, y)
    rows = x.iloc[::4]
    cases.write(folder / "forest_wine", p, rows, class_results(p, rows, "cultivar"), DOUBLE, "scikit-learn RandomForestClassifier", "wine")


def gbm_diabetes(folder):
    x, y = datasets.progression()
    p = PMMLPipeline([("regressor", GradientBoostingRegressor(n_estimators=40, max_depth=3, random_state=SEED))]).fit(x, y)
    rows = x.iloc[::7]
    cases.write(folder / "gbm_diabetes", p, rows, number_results(p, rows, "progression"), DOUBLE, "scikit-learn GradientBoostingRegressor", "diabetes")


def gbm_wine(folder):
    x, y = wine()
    p = PMMLPipeline([("classifier", GradientBoostingClassifier(n_estimators=10, max_depth=3, random_state=SEED))]).fit(x, y)
    rows = x.iloc[2::5]
    cases.write(folder / "gbm_wine", p, rows, class_results(p, rows, "cultivar"), DOUBLE, "scikit-learn GradientBoostingClassifier", "wine")


def adaboost_diabetes(folder):
    x, y = datasets.progression()
    m = AdaBoostRegressor(estimator=DecisionTreeRegressor(max_depth=4, random_state=SEED), n_estimators=10, random_state=SEED)
    p = PMMLPipeline([("regressor", m)]).fit(x, y)
    rows = x.iloc[::11]
    cases.write(folder / "adaboost_diabetes", p, rows, number_results(p, rows, "progression"), DOUBLE, "scikit-learn AdaBoostRegressor (weighted median)", "diabetes")


def voting_iris(folder):
    x, y = iris()
    m = VotingClassifier([("tree", DecisionTreeClassifier(max_depth=3, random_state=SEED)), ("logistic", LogisticRegression(max_iter=500))],
                         voting="soft", weights=[1, 3])
    p = PMMLPipeline([("classifier", m)]).fit(x, y)
    rows = x.iloc[::4]
    cases.write(folder / "voting_iris", p, rows, class_results(p, single(rows), "species"), DOUBLE,
                "scikit-learn VotingClassifier (soft, weighted) of a tree and a logistic regression", "iris")


def stacking_diabetes(folder):
    x, y = datasets.progression()
    m = StackingRegressor([("tree", DecisionTreeRegressor(max_depth=3, random_state=SEED)), ("ridge", Ridge())], final_estimator=LinearRegression(), cv=3)
    p = PMMLPipeline([("regressor", m)]).fit(x, y)
    rows = x.iloc[::11]
    cases.write(folder / "stacking_diabetes", p, rows, number_results(p, single(rows), "progression"), DOUBLE,
                "scikit-learn StackingRegressor of a tree and a ridge regression", "diabetes")


def xgboost_wine(folder):
    x, y = wine()
    x = holes(x)
    m = XGBClassifier(n_estimators=8, max_depth=3, n_jobs=1, random_state=SEED, tree_method="exact")
    names = ["barolo", "grignolino", "barbera"]
    p = PMMLPipeline([("classifier", m)]).fit(x, y.map(names.index))
    m.pmml_classes_ = names
    rows = x.iloc[::3]
    cases.write(folder / "xgboost_wine", p, rows, class_results(m, rows, "cultivar"), FLOAT, "xgboost XGBClassifier (softmax of three)", "wine, 8 % of cells taken out")


def xgboost_diabetes(folder):
    x, y = datasets.progression()
    x = holes(x)
    m = XGBRegressor(n_estimators=30, max_depth=4, n_jobs=1, random_state=SEED, tree_method="exact")
    p = PMMLPipeline([("regressor", m)]).fit(x, y)
    rows = x.iloc[::6]
    cases.write(folder / "xgboost_diabetes", p, rows, number_results(m, rows, "progression"), FLOAT, "xgboost XGBRegressor", "diabetes, 8 % of cells taken out")


def lightgbm_visits(folder):
    """Counts of visits by LightGBM with a Poisson objective; categories split as sets, missing values and unseen categories."""
    x, _ = datasets.visits()
    y = statsmodels.datasets.randhie.load_pandas().data.mdvis.rename("visits")
    prepare = ColumnTransformer(
        [(n, CategoricalDomain(dtype="category", invalid_value_treatment="as_missing"), [n]) for n in datasets.VISITS_CATEGORIES]
        + [("numbers", ContinuousDomain(with_data=False), datasets.VISITS_NUMBERS)],
        verbose_feature_names_out=False).set_output(transform="pandas")
    m = LGBMRegressor(objective="poisson", n_estimators=25, num_leaves=10, **LIGHTGBM)
    p = PMMLPipeline([("prepare", prepare), ("regressor", m)]).fit(x, y)
    rows = x.sample(80, random_state=SEED).reset_index(drop=True)
    rows = rows.mask(np.random.default_rng(SEED).random(rows.shape) < 0.06)
    rows.loc[[3, 9], "health"] = "splendid"
    typed = rows.astype({n: float for n in datasets.VISITS_NUMBERS})
    for n in datasets.VISITS_CATEGORIES:
        typed[n] = pd.Categorical(rows[n], categories=sorted(x[n].dropna().unique()))
    cases.write(folder / "lightgbm_visits", p, rows, number_results(m, typed, "visits"), DOUBLE, "lightgbm LGBMRegressor (Poisson)",
                "RAND HIE; cells taken out, two unseen categories")


def derived_anes(folder):
    """Derived fields of many kinds: arithmetic and a condition, a discretisation, a table, one-hot categories."""
    x, y = anes()
    prepare = ColumnTransformer([
        ("per year", make_pipeline(ContinuousDomain(), ExpressionTransformer("X[0] / X[1] if X[1] > 30 else X[0] / 30 - 1")), ["income", "age"]),
        ("place", make_pipeline(ContinuousDomain(), FunctionTransformer(np.log1p)), ["popul"]),
        ("news", make_pipeline(ContinuousDomain(), CutTransformer(bins=[-1.0, 0.0, 2.0, 5.0, 7.0], labels=["0 days", "1-2 days", "3-5 days", "6-7 days"]),
                               OneHotEncoder(sparse_output=False)), ["tvnews"]),
        ("education", make_pipeline(CategoricalDomain(), TargetEncoder(target_type="continuous", smooth=10.0, random_state=SEED)), ["education"]),
    ])
    p = PMMLPipeline([("prepare", prepare), ("regressor", Ridge(alpha=1.0))]).fit(x, y)
    rows = x.iloc[::13]
    cases.write(folder / "derived_anes", p, rows, number_results(p, rows, "leaning"), DOUBLE,
                "sklearn2pmml ExpressionTransformer, CutTransformer; scikit-learn OneHotEncoder, TargetEncoder, Ridge", "ANES 1996")


def dates_co2(folder):
    """A date as input: carbon dioxide at Mauna Loa by the day."""
    raw = statsmodels.datasets.co2.load_pandas().data.dropna()
    x = pd.DataFrame({"day": pd.to_datetime(raw.index)})
    y = pd.Series(raw.co2.to_numpy(), name="co2")
    prepare = ColumnTransformer([("day", make_pipeline(DateDomain(), DaysSinceYearTransformer(year=1960), PolynomialFeatures(degree=2, include_bias=False)), ["day"])])
    p = PMMLPipeline([("prepare", prepare), ("regressor", LinearRegression())]).fit(x, y)
    rows = x.iloc[::60]
    results = number_results(p, rows, "co2")
    text = pd.DataFrame({"day": rows["day"].dt.strftime("%Y-%m-%d")})
    cases.write(folder / "dates_co2", p, text, results, DOUBLE, "sklearn2pmml DaysSinceYearTransformer; scikit-learn LinearRegression", "CO2 at Mauna Loa")


def make(folder):
    for one in (tree_iris, softmax_wine, polynomial_diabetes, forest_wine, gbm_diabetes, gbm_wine, adaboost_diabetes, voting_iris, stacking_diabetes,
                xgboost_wine, xgboost_diabetes, lightgbm_visits, derived_anes, dates_co2):
        one(folder)
    damaged.make(folder)
