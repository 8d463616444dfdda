"""Writes pmml/internal/upgrade/schema.tsv from the XML schema of PMML 4.4.1, whose path is the argument.

A line says of an element: its attributes, a required one with "!" after it; and its children in the schema's order, each with its rank: children
of one rank may stand in any order among each other. An element that may hold anything has the child "*". An enumeration follows its
attribute as "(a|b)".
"""
import sys
import xml.etree.ElementTree as ET

X = "{http://www.w3.org/2001/XMLSchema}"
root = ET.parse(sys.argv[1]).getroot()
groups = {g.get("name"): g for g in root if g.tag == X + "group"}
types = {t.get("name"): t for t in root if t.tag in (X + "complexType", X + "simpleType")}


def enumeration(attribute):
    simple = attribute.find(X + "simpleType")
    if simple is None:
        simple = types.get(attribute.get("type"))
    if simple is None:
        return ""
    values = [e.get("value") for e in simple.iter(X + "enumeration")]
    return "(" + "|".join(values) + ")" if values else ""


def walk(particle, rank, fixed, out):
    """Appends (name, rank) of what a particle holds; returns the next rank. Within what repeats, all have one rank."""
    for p in particle:
        many = p.get("maxOccurs", "1") != "1"
        if p.tag == X + "element":
            out.append((p.get("ref") or p.get("name"), rank))
            rank += 0 if fixed else 1
        elif p.tag == X + "any":
            out.append(("*", rank))
        elif p.tag in (X + "sequence", X + "choice"):
            one = fixed or many
            after = rank
            if p.tag == X + "choice" and not one:
                for branch in p:
                    holder = ET.Element("holder")
                    holder.append(branch)
                    after = max(after, walk(holder, rank, False, out))
            else:
                after = walk(p, rank, one, out)
            rank = rank if fixed else max(after, rank + 1)
        elif p.tag == X + "group":
            one = fixed or many
            after = walk(groups[p.get("ref")], rank, one, out)
            rank = rank if fixed else max(after, rank + 1)
    return rank


def content(kind):
    """The particles of a complex type, those that it extends first."""
    extension = kind.find(f"{X}complexContent/{X}extension")
    if extension is None:
        return [kind]
    return content(types[extension.get("base")]) + [extension]


lines = []
for element in root:
    if element.tag != X + "element":
        continue
    kind = element.find(X + "complexType")
    if kind is None:
        kind = types.get(element.get("type"))
    attributes, children = [], []
    if kind is not None:
        rank = 0
        for part in content(kind):
            rank = walk(part, rank, False, children)
            for a in part.iter(X + "attribute"):
                name = a.get("name")
                if name and a.get("use") != "prohibited":
                    attributes.append(name + ("!" if a.get("use") == "required" else "") + enumeration(a))
    first = {}
    for name, at in children:
        first.setdefault(name, at)
    lines.append("\t".join([element.get("name"), " ".join(sorted(attributes)), " ".join(f"{n}:{r}" for n, r in first.items())]))
print("\n".join(sorted(lines)))
