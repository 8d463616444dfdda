"""The expected outcome of every event: which version is in force at its own time, and what the learner itself says."""

import datetime
import json
import re

import table
from document import RETURN_INVALID, Document

RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")


class Fault(ValueError):
    """Why an event has no result: args[0] is the reason."""


def event_time(value):
    """Epoch milliseconds; RFC 3339 or whole epoch milliseconds."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = RFC3339.match(value) if isinstance(value, str) else None
    if not match:
        raise Fault("undecodable")
    try:
        return table.milliseconds(match[1] + (match[2] or "")[:7] + match[3])
    except ValueError as e:
        raise Fault("undecodable") from e


def decode(line):
    """(object, event id or None): the object is None where the line is not one JSON object with unlike keys."""
    try:
        event = json.loads(line.decode("utf-8"), object_pairs_hook=table.unique)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


class Outcomes:
    """Resolves events against a control file; scores are computed in one go per document at the end."""

    def __init__(self, control, documents, digests, learners):
        self.table = table.Table(control)
        self.documents, self.digests, self.learners = documents, digests, learners
        self.waiting = {}

    def of(self, lines):
        outcomes, offset = [], 0
        for line in lines:
            event = decode(line)
            outcome = {"offset": offset, "id": event.get("id") if event else None}
            outcomes.append(outcome)
            offset += len(line) + 1
            try:
                self.choose(event, outcome)
            except Fault as fault:
                outcome["reason"] = fault.args[0]
        for uri, rows in self.waiting.items():
            learner, document = self.learners[uri], self.documents[uri]
            for (outcome, _), result in zip(rows, learner.score([row for _, row in rows], document.target)):
                if result is None:
                    outcome.pop("sha256")
                    outcome["reason"] = "no_result"
                    continue
                assert set(result) == {document.target, *document.outputs}, (uri, document.outputs, result)
                outcome["outputs"] = {name: result[name] for name in dict.fromkeys(document.outputs)}
                outcome["tol"] = learner.tol
        self.waiting = {}
        return outcomes

    def choose(self, event, outcome):
        if event is None:
            raise Fault("undecodable")
        at = event_time(event.get("time"))
        reference = event.get("model", "")
        if not isinstance(reference, str):
            raise Fault("undecodable")
        if reference == "":
            raise Fault("no_reference")
        if not table.is_reference(reference):
            raise Fault("undecodable")
        choice = self.table.resolve(reference, at)
        if isinstance(choice, str):
            raise Fault(choice)
        outcome["model"], outcome["version"], (uri, digest) = choice
        if uri not in self.learners or digest not in (None, self.digests[uri]):
            raise Fault("load_failed")
        row = self.documents[uri].prepare(event)
        if row is RETURN_INVALID:
            raise Fault("invalid_input")
        outcome["sha256"] = self.digests[uri]
        self.waiting.setdefault(uri, []).append((outcome, row))
