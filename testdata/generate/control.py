"""The demo's control file: a week in which models come, are replaced, fail and go."""

import hashlib
import json

BROKEN, ABSENT, HTML = "models/tumour-3-broken.pmml", "models/progression-c.pmml", "models/report.html"


def damaged_documents(folder):
    """A document that ends in the middle, and one that is no document."""
    whole = (folder / "models/tumour-2.pmml").read_bytes()
    (folder / BROKEN).write_bytes(whole[: len(whole) // 3])
    (folder / HTML).write_text(
        "<!DOCTYPE html>\n<html><head><title>404</title></head><body><p>The model that you look for has moved.</p></body></html>\n")


def lines(folder):
    """Every line of control.jsonl, as bytes without the line end."""

    def digest(uri):
        return hashlib.sha256((folder / uri).read_bytes()).hexdigest()

    def message(op, model, version=None, uri=None, at=None, sha256="", **more):
        m = {"op": op, "model": model}
        if version is not None:
            m["version"] = version
        if uri is not None:
            m["uri"] = uri
            if sha256 == "":
                m["sha256"] = digest(uri)
            elif sha256 is not None:
                m["sha256"] = sha256
        if at is not None:
            m["at"] = at
        m.update(more)
        return json.dumps(m, separators=(",", ":"), ensure_ascii=False).encode()

    t1, t2 = "models/tumour-1.pmml", "models/tumour-2.pmml"
    v10, v11 = "models/visits-2026-10.pmml", "models/visits-2026-11.pmml"
    pa, pb = "models/progression-a.pmml", "models/progression-b.pmml"
    nobody = hashlib.sha256(b"a document that nobody has").hexdigest()
    first_visits = message("ADD", "visits", "2026-10", v10, "2026-11-02T09:30:00.500Z")
    return [
        # Monday: the first models.
        message("ADD", "progression", "a", pa, "2026-11-02T00:00:00Z", seq=1, v=1),
        message("ADD", "tumour", "1", t1, "2026-11-02T06:00:00Z", seq=2, labels={"actor": "ana", "reason": "first model"}),
        first_visits,
        first_visits,  # the same message again: nothing changes
        message("ADD", "tumour", "0", t1, sha256="0" * 64, seq=3),  # a line of a file must say `at`
        # Tuesday: things that go wrong, and a second version that waits.
        message("DEL", "nobody", at="2026-11-03T01:00:00Z"),
        message("PATCH", "tumour", "1", t1, "2026-11-03T02:00:00Z"),
        message("ADD", "trial/recurrence", "1", "../elsewhere/recurrence.pmml", "2026-11-03T06:00:00Z", sha256=nobody, seq=4),
        message("ADD", "report", "1", HTML, "2026-11-03T09:00:00Z", seq=5),
        message("ADD", "tumour", "2", t2, "2026-11-03T12:00:00Z", seq=6, preload=True),
        b'{"op":"ADD","model":"tumour","version":"2"',
        # Wednesday: version 2 takes over; somebody adds version 1 again with another document.
        message("UPDATE", "tumour", "2", t2, "2026-11-04T00:00:00Z", seq=7, labels={"actor": "ben", "ticket": "ML-12"}),
        message("ADD", "progression", "b", pb, "2026-11-03T18:00:00Z", seq=8),  # the file is not in order of `at`
        message("ADD", "tumour", "1", t2, "2026-11-04T08:00:00Z", seq=9),  # CONFLICT
        message("ADD", "visits", "2026-11", v11, "2026-11-04T10:00:00Z", sha256=digest(v10), seq=10),  # the digest of another file
        message("DEL", "visits", "2026-10", v10, "2026-11-04T11:00:00Z"),  # DEL takes no uri
        # Thursday: a broken version is rolled out and taken back; two unlike messages at the same moment.
        message("UPDATE", "tumour", "3", BROKEN, "2026-11-05T00:00:00Z", seq=11),
        message("UPDATE", "progression", "b", pb, "2026-11-05T03:00:00Z"),  # TIE with the next: DEL comes first
        message("DEL", "progression", "a", at="2026-11-05T03:00:00Z"),
        message("DEL", "tumour", "3", at="2026-11-05T06:00:00Z", seq=12),
        message("UPDATE", "trial/recurrence", "2", "https://models.example.org/recurrence-2.pmml", "2026-11-05T08:00:00Z", sha256=nobody),
        message("UPDATE", "visits", "2026-11", v11, "2026-11-05T12:00:00Z", sha256=digest(v10), seq=13),
        message("UPDATE", "visits", "2026-11", v11, "2026-11-05T18:00:00Z", seq=14),  # with its own digest at last
        message("ADD", "tumour", "4", t2, "2026-11-05T20:00:00+01:00"),  # `at` ends in Z
        # Friday: old versions go, a document that is not there, no tumour model in the afternoon.
        message("DEL", "tumour", "2", at="2026-11-06T00:00:00Z", seq=15),
        message("DEL", "visits", "2026-10", at="2026-11-06T04:00:00Z", seq=16),
        message("ADD", "progression", "c", ABSENT, "2026-11-06T08:00:00Z", sha256=nobody, seq=17),
        message("DEL", "tumour", at="2026-11-06T12:00:00Z", seq=18),
        message("ADD", "visits", "2026-12", v11, "2026-11-06T13:00:00Z", colour="blue"),  # unknown key
        # Saturday: back again.
        message("ADD", "tumour", "1", t1, "2026-11-07T00:00:00Z", seq=19),
        message("UPDATE", "progression", "a", pa, "2026-11-07T06:00:00Z", sha256=None, seq=20),  # without a digest: UNPINNED
        message("DEL", "report", "1", at="2026-11-07T12:00:00Z", seq=21),
        # Sunday: the second version once more, and the first of visits beside it.
        message("UPDATE", "tumour", "2", t2, "2026-11-08T00:00:00Z", seq=22),
        message("ADD", "visits", "2026-10", v10, "2026-11-08T06:00:00Z", seq=23),
    ]
