"""What a set of control messages means at a point in event time: docs of the protocol, read literally and slowly.

Written from the protocol's text alone, as a second opinion on the Go code; it shares nothing with it. Every question
replays all messages of a name from the start.
"""

import datetime
import hashlib
import json
import re

NAME = re.compile(r"[A-Za-z0-9._/-]{1,200}\Z")
VERSION = re.compile(r"[A-Za-z0-9._-]{1,200}\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
HASH = re.compile(r"[0-9a-f]{16}\Z")
AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z\Z")
RANK = {"DEL": 0, "ADD": 1, "UPDATE": 2}
COMMON = {"op", "model", "version", "at", "seq", "v", "labels"}
KEYS = {"DEL": COMMON, "ADD": COMMON | {"uri", "sha256", "preload"}, "UPDATE": COMMON | {"uri", "sha256", "preload"}}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Unusable(ValueError):
    """A message that cannot be used, with the reason."""


def unique(pairs):
    """object_pairs_hook that refuses a key that is there twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def milliseconds(text):
    """RFC 3339 to epoch milliseconds."""
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(milliseconds=1)


def parse(line):
    """One control line to a message (a dict with `at` in milliseconds), or Unusable."""
    if len(line) > 8192:
        raise Unusable("longer than 8 KiB")
    try:
        message = json.loads(line.decode("utf-8"), object_pairs_hook=unique)
    except ValueError as e:
        raise Unusable(str(e)) from e
    if not isinstance(message, dict):
        raise Unusable("not an object")
    op = message.get("op")
    if op not in KEYS:
        raise Unusable("unknown op")
    if set(message) - KEYS[op]:
        raise Unusable("a key that the op does not take")
    needed = {"model", "at"} | ({"version", "uri"} if op != "DEL" else set())
    if needed - set(message):
        raise Unusable("a key is missing")
    checks = {"model": NAME, "version": VERSION, "sha256": DIGEST, "at": AT}
    for key, form in checks.items():
        if key in message and not (isinstance(message[key], str) and form.match(message[key])):
            raise Unusable(f"{key} is not of its form")
    try:
        return {**message, "at": milliseconds(message["at"])}
    except ValueError as e:
        raise Unusable("at is no time") from e


def order(message):
    seq = message.get("seq")
    return (
        message["at"], (0, 0) if seq is None else (1, seq), RANK[message["op"]],
        message.get("version", "").encode(), message.get("uri", "").encode(), message.get("sha256", "").encode(),
    )


def document(message):
    return (message["uri"], message.get("sha256"))


class State:
    """A name at a time: what is known, what serves, and what ever was known."""

    def __init__(self):
        self.known, self.served, self.ever, self.conflicts = {}, [], set(), []

    def take(self, m):
        if m["op"] == "DEL":
            gone = [m["version"]] if "version" in m else list(self.known)
            for version in gone:
                self.known.pop(version, None)
            self.served = [v for v in self.served if v not in gone]
            return
        version = m["version"]
        if m["op"] == "UPDATE":
            self.known[version] = document(m)
            self.served = [v for v in self.served if v != version] + [version]
        elif version in self.known and self.known[version] != document(m):
            self.conflicts.append(m)
            return
        else:
            self.known[version] = document(m)
            self.served = self.served or [version]
        self.ever.add(version)


def hash_of(name, version):
    return hashlib.sha256(f"{name}@{version}".encode()).hexdigest()[:16]


class Table:
    def __init__(self, messages):
        self.messages = {}
        for m in sorted({order(m) + (m["model"],): m for m in messages}.values(), key=order):
            self.messages.setdefault(m["model"], []).append(m)

    def state(self, name, t):
        state = State()
        for m in self.messages.get(name, []):
            if m["at"] <= t:
                state.take(m)
        return state

    def at(self, t):
        """The table as `control table --json` prints it."""
        table = {}
        for name in sorted(self.messages):
            s = self.state(name, t)
            if s.known:
                known = {v: {"uri": uri, "sha256": digest} for v, (uri, digest) in sorted(s.known.items())}
                table[name] = {"serves": s.served[-1] if s.served else None, "known": known}
        return table

    def resolve(self, reference, t):
        """(name, version, (uri, sha256)) or the reason as text. The reference is of its form and not empty."""
        if reference.startswith("#"):
            now, ever = [], False
            for name in self.messages:
                s = self.state(name, t)
                ever = ever or any(hash_of(name, v) == reference[1:] for v in s.ever)
                now += [(name, v, s.known[v]) for v in s.known if hash_of(name, v) == reference[1:]]
            if len(now) > 1:
                return "ambiguous_reference"
            return now[0] if now else "deleted" if ever else "unknown_version"
        name, _, version = reference.partition("@")
        s = self.state(name, t)
        if not s.ever:
            return "unknown_model"
        if not version:
            if not s.served:
                return "deleted"
            version = s.served[-1]
        elif version not in s.ever:
            return "unknown_version"
        elif version not in s.known:
            return "deleted"
        return (name, version, s.known[version])


def is_reference(text):
    """Is text of one of the three forms?"""
    if text.startswith("#"):
        return bool(HASH.match(text[1:]))
    name, at, version = text.partition("@")
    return bool(NAME.match(name)) and (not at or bool(VERSION.match(version)))
