"""What a document says about its inputs: an independent reading of DataDictionary and MiningSchema.

Enough for the documents made here: double, float and string fields, listed values, intervals, and the treatments
returnInvalid and asMissing. Anything else is an assertion error, so that nothing is silently read wrongly.
"""

import math

from lxml import etree

SPACE = "{http://www.dmg.org/PMML-4_4}"
RETURN_INVALID = object()
CLOSED = {"closedClosed"}


class Document:
    def __init__(self, path):
        root = etree.parse(str(path)).getroot()
        fields = {f.get("name"): f for f in root.iter(SPACE + "DataField")}
        schema = next(e for e in root if e.tag.endswith("Model")).find(SPACE + "MiningSchema")
        self.inputs, self.target = {}, None
        for mining in schema.iter(SPACE + "MiningField"):
            if mining.get("usageType") in ("target", "predicted"):
                self.target = mining.get("name")
            else:
                self.inputs[mining.get("name")] = Input(fields[mining.get("name")], mining)
        self.outputs = [self.target] + [f.get("name") for f in root.iter(SPACE + "OutputField") if f.get("isFinalResult") != "false"]

    def prepare(self, event):
        """Event members to the learner's row (None = missing), or RETURN_INVALID."""
        row = {}
        for name, field in self.inputs.items():
            row[name] = field.prepare(event.get(name))
            if row[name] is RETURN_INVALID:
                return RETURN_INVALID
        return row


class Input:
    def __init__(self, field, mining):
        self.text = field.get("dataType") == "string"
        assert self.text or field.get("dataType") in ("double", "float"), field.get("dataType")
        values = field.findall(SPACE + "Value")
        self.missing = {v.get("value") for v in values if v.get("property") == "missing"}
        self.valid = {v.get("value") for v in values if v.get("property") in (None, "valid")}
        assert self.text or not self.valid
        self.intervals = []
        for i in field.findall(SPACE + "Interval"):
            assert i.get("closure") in CLOSED
            self.intervals.append((float(i.get("leftMargin", -math.inf)), float(i.get("rightMargin", math.inf))))
        self.invalid_is_missing = mining.get("invalidValueTreatment", "returnInvalid") == "asMissing"
        assert mining.get("invalidValueTreatment") in (None, "returnInvalid", "asMissing")
        assert mining.get("outliers") in (None, "asIs")
        self.replacement = mining.get("missingValueReplacement")
        if self.replacement is not None and not self.text:
            self.replacement = float(self.replacement)

    def prepare(self, value):
        if value is None or (isinstance(value, str) and value in self.missing):
            return self.replacement
        if self.is_valid(value):
            return value if self.text else float(value)
        return self.replacement if self.invalid_is_missing else RETURN_INVALID

    def is_valid(self, value):
        if self.text:
            return isinstance(value, str) and (not self.valid or value in self.valid)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return not self.intervals or any(low <= value <= high for low, high in self.intervals)
