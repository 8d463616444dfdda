"""The demo's events: rows of the real data, sampled with replacement, at random times of the control file's week.

About one event in twelve is wrong in some way on purpose; the lines are nearly, not wholly, in order of time.
"""

import datetime
import json
import re

import numpy as np

import datasets
import table

FIRST, LAST = table.milliseconds("2026-11-01T21:00:00Z"), table.milliseconds("2026-11-08T21:00:00Z")
VERSIONS = {
    "tumour": ["1", "2", "3", "9"],
    "visits": ["2026-10", "2026-11", "2026-09"],
    "progression": ["a", "b", "c"],
    "trial/recurrence": ["1", "2"],
    "report": ["1"],
    "churn": ["1"],  # a model that nobody ever adds
    "nobody": ["1"],  # only ever deleted
}
SHARE = {"tumour": 0.36, "visits": 0.38, "progression": 0.22, "trial/recurrence": 0.015, "report": 0.01, "churn": 0.01, "nobody": 0.005}


def rfc3339(ms, form="Z"):
    moment = table.EPOCH + datetime.timedelta(milliseconds=int(ms))
    if form == "offset":
        local = moment.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
        return local.isoformat(timespec="milliseconds")
    if form == "micro":
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
    if ms % 1000 == 0:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(value):
    """A cell as a JSON value; None for a missing one."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


class Writer:
    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.data = {"tumour": datasets.tumour()[0], "visits": datasets.visits()[0], "progression": datasets.progression()[0]}

    def features(self, model):
        frame = self.data.get(model, self.data["progression"])
        row = frame.iloc[int(self.random.integers(len(frame)))]
        return {name: plain(value) for name, value in row.items()}

    def reference(self, model):
        kind = self.random.random()
        if kind < 0.62:
            return model
        version = str(self.random.choice(VERSIONS[model]))
        return f"{model}@{version}" if kind < 0.86 else "#" + table.hash_of(model, version)

    def event(self, model=None, reference=None, ms=None, changes=None):
        """One good event as a dict; changes are features to set or (None) to leave out."""
        model = model or str(self.random.choice(list(SHARE), p=list(SHARE.values())))
        ms = int(self.random.integers(FIRST, LAST)) if ms is None else ms
        form = self.random.random()
        time = int(ms) if form < 0.25 else rfc3339(ms, "offset" if form < 0.33 else "micro" if form < 0.36 else "Z")
        features = self.features(model)
        if changes is None and self.random.random() < 0.07:
            for name in self.random.choice(list(features), size=int(self.random.integers(1, 4)), replace=False):
                if self.random.random() < 0.5:
                    features[str(name)] = None
                else:
                    del features[str(name)]
        features.update(changes or {})
        event = {"id": "", "time": time, "model": reference or self.reference(model)}
        if self.random.random() < 0.1:
            event["site"] = str(self.random.choice(["north", "süd", "東"]))  # of no interest to any model
        return ms, {**event, **features}


def line(event):
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def build(messages, count, seed):
    """All lines of an event file, as bytes without line ends."""
    w = Writer(seed)
    made = []  # (event time, event, its shape as a line)

    def add(event_and_time, shape=line):
        ms, event = event_and_time
        made.append((ms, event, shape))

    for m in messages:  # the edges: the last millisecond before a message, and its own moment
        if m["model"] in SHARE:
            for ms in (m["at"] - 1, m["at"]):
                add(w.event(m["model"], m["model"], ms))
                if "version" in m:
                    add(w.event(m["model"], f"{m['model']}@{m['version']}", ms))
    for model, changes in INVALID:
        for _ in range(max(1, count // 700)):
            add(w.event(model, changes=changes))
    for shape in SHAPES:
        for _ in range(max(1, count // 1200)):
            add(w.event(), shape)
    while len(made) < count:
        add(w.event())
    jitter = w.random.normal(0, 20 * 60_000, size=len(made))  # twenty minutes of disorder
    lines = []
    for number, i in enumerate(np.argsort([ms + j for (ms, _, _), j in zip(made, jitter)], kind="stable"), 1):
        _, event, shape = made[i]
        lines.append(shape({**event, "id": f"e-{number:05d}"}))
    return lines


INVALID = [
    ("tumour", {"worst texture": "rough"}),  # text where a number must be
    ("tumour", {"worst concave points": [0.1]}),
    ("tumour", {"mean radius": None, "worst area": None}),  # missing: no fault
    ("tumour", {"worst texture": "NaN"}),  # the document declares this text a missing value
    ("visits", {"health": "splendid"}),  # not a category of the document
    ("visits", {"coinsurance": "10%"}),
    ("visits", {"limitation": "sometimes"}),  # asMissing in both documents
    ("visits", {"diseases": 120.5}),  # outside the interval of one of the two documents
    ("visits", {"diseases": 58.6}),  # its closed end
    ("visits", {"health": None, "deductible": None}),
    ("visits", {"incentive": {"amount": 5}}),
    ("progression", {"bmi": "high"}),
    ("progression", {"bmi": None}),  # without a result in the linear model
    ("progression", {"s5": None}),
    ("progression", {"nurse": "Ivy", "note": None}),  # unknown members are nobody's business
]


def changed(**members):
    """The event with these members set (None: left out)."""
    return lambda e: line({k: v for k, v in {**e, **members}.items() if not (k in members and members[k] is None)})


def text(change):
    return lambda e: change(line(e))


SHAPES = [
    text(lambda b: b[: len(b) // 2]),  # cut off
    text(lambda b: b[:-1] + b",}"),
    text(lambda b: b + b" " + b),  # two objects on one line
    text(lambda b: b'{"model":"tumour",' + b[1:]),  # a key twice
    text(lambda b: b'{"time":0,' + b[1:]),
    text(lambda b: b[:-1] + b',"age":1,"age":2}'),
    text(lambda b: b[:-1] + b',"site2":"\xff\xfe"}'),  # not UTF-8
    text(lambda b: b"[" + b + b"]"),  # not an object
    text(lambda b: b'"tumour"'),
    text(lambda b: b"id,time,model"),
    changed(time=None),
    changed(time="yesterday"),
    changed(time="2026-02-30T12:00:00Z"),
    changed(time="2026-11-04 12:00"),
    changed(time=1793664000000.5),
    changed(time=True),
    changed(model=None),  # no reference
    changed(model=""),
    changed(model=None, time=None),  # undecodable comes first
    changed(model=17),
    changed(model="#XYZ"),
    changed(model="#" + table.hash_of("tumour", "1").upper()),
    changed(model="#" + table.hash_of("tumour", "1")[:8]),
    changed(model="#" + table.hash_of("tumour", "77")),  # a hash that nobody has
    changed(model="a@b@c"),
    changed(model="tumour@"),
    changed(model="@1"),
    changed(model="tumour 1"),
    changed(model="x" * 201),
    changed(model="tumour@77"),
    changed(model="churn@1"),
    changed(id=None),  # known by its place in the file only
    text(lambda b: b.replace(b'"model":"', b'"model":"\\u0074\\u006fo/', 1)),  # escapes in a reference: a name that nobody has
    text(lambda b: re.sub(rb'"model":"([a-z])', lambda m: b'"model":"\\u%04x' % ord(m[1]), b)),  # escapes in a good reference
    text(lambda b: b"  " + b.replace(b'":', b'" :\t').replace(b',"', b' ,  "')),  # white space
    lambda e: line(dict(reversed(e.items()))),  # the envelope at the end
    lambda e: json.dumps(e).encode(),  # escapes and spaces
]
