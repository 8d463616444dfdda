#!/usr/bin/env python3
"""Writes the golden bytes of this folder from messages.jsonl, following
docs/protocol.md alone: canonical bytes and digest of the messages, and the
encoded table without a cut and with one. Tables of form 1 are of messages.jsonl
alone, those of form 2 of aliases.jsonl as well. Python's standard library only.

    python3 golden.py     # in this folder
"""
import hashlib, json
from datetime import datetime, timezone

OPS = {"DEL": 1, "ADD": 2, "UPDATE": 3, "ALIAS": 4}
HOUR = 3_600_000


def ms(text):
    t = datetime.fromisoformat(text.replace("Z", "+00:00")) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (t.days * 86_400 + t.seconds) * 1000 + t.microseconds // 1000


def uvarint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def varint(n):
    return uvarint(2 * n if n >= 0 else -2 * n - 1)


def text(s):
    b = s.encode()
    return uvarint(len(b)) + b


def int64(n):
    return n.to_bytes(8, "big", signed=True)


def targets(m):
    to = m.get("to", [])
    if isinstance(to, str):
        to = [{"version": to, "weight": 1}]
    return b"".join(text(t["version"]) + uvarint(t["weight"]) for t in to)


def canonical(m):
    out = bytes([1, OPS[m["op"]]])
    for key in ("model", "version", "uri", "sha256"):
        out += text(m.get(key, ""))
    out += int64(ms(m["at"]))
    out += b"\1" + int64(m["seq"]) if "seq" in m else b"\0"
    return out + (text(m["alias"]) + targets(m) if m["op"] == "ALIAS" else b"")


def order(m):
    return (ms(m["at"]), "seq" in m, m.get("seq", 0), OPS[m["op"]], m.get("version", ""), m.get("uri", ""), m.get("sha256", ""),
            m.get("alias", ""), targets(m))


def fact(m):
    marks = OPS[m["op"]] | (0x10 if "seq" in m else 0) | (0x20 if "sha256" in m else 0) | (0x40 if m.get("preload") else 0)
    out = bytes([marks]) + varint(ms(m["at"]))
    if "seq" in m:
        out += varint(m["seq"])
    if m["op"] == "ALIAS":
        t = targets(m)
        return out + text(m["alias"]) + uvarint(len(t)) + t
    out += text(m.get("version", "")) + text(m.get("uri", ""))
    return out + bytes.fromhex(m.get("sha256", ""))


def state(messages):
    known, served, aliases = {}, [], {}
    for m in messages:
        v = m.get("version")
        if m["op"] == "DEL":
            gone = [v] if v else list(known)
            if not v:
                aliases = {}
            for g in gone:
                known.pop(g, None)
            served = [s for s in served if s not in gone]
        elif m["op"] == "ALIAS":
            aliases[m["alias"]] = m
        elif m["op"] == "UPDATE":
            known[v] = m
            served = [s for s in served if s != v] + [v]
        else:
            same = v not in known or (known[v]["uri"], known[v].get("sha256")) == (m["uri"], m.get("sha256"))
            if same:
                known.setdefault(v, m)
                if not served:
                    served = [v]
    return known, served, {label: m for label, m in aliases.items() if targets(m)}


def table(form, messages, cut):
    distinct = {}
    for m in messages:
        hint = distinct.get(canonical(m), {}).get("preload", False)
        distinct[canonical(m)] = {**m, "preload": hint or m.get("preload", False)}
    digest = sum(int.from_bytes(hashlib.sha256(c).digest()[:16], "big") for c in distinct) % 2**128
    names, hints = [], 0
    for name in sorted({m["model"] for m in distinct.values()}, key=str.encode):
        mine = sorted((m for m in distinct.values() if m["model"] == name), key=order)
        before = [m for m in mine if cut is not None and ms(m["at"]) < cut]
        after = [m for m in mine if m not in before]
        known, served, aliases = state(before)  # small enough that a cut retires nothing
        others = [known[v] for v in sorted(known) if v not in served]
        lists = [others, [known[v] for v in served]]
        if form == 2:
            lists.append([aliases[label] for label in sorted(aliases)])
        lists.append(after)
        hints += sum(m["preload"] for l in lists for m in l)
        if any(lists):
            names.append(text(name) + b"".join(uvarint(len(l)) + b"".join(map(fact, l)) for l in lists))
    out = bytes([form]) + digest.to_bytes(16, "big") + int64(-(2**63) if cut is None else cut) + int64(len(distinct))
    if form == 2:
        out += int64(hints)
    return out + uvarint(len(names)) + b"".join(names)


messages, aliases = ([json.loads(line) for line in open(name)] for name in ("messages.jsonl", "aliases.jsonl"))
for name, some in (("canonical-1.hex", messages), ("canonical-1-aliases.hex", aliases)):
    with open(name, "w") as f:
        f.writelines(canonical(m).hex() + "\n" for m in some)
for form, some in ((1, messages), (2, messages + aliases)):
    for name, cut in (("table-%d.hex", None), ("table-%d-cut.hex", ms("2026-11-01T02:00:00Z"))):
        with open(name % form, "w") as f:
            f.write(table(form, some, cut).hex() + "\n")
