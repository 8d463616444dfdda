"""testdata/models/damaged: documents that must be refused, and where their faults are (faults.tsv; a line
only where there is one that every reader must name)."""

HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n <Header/>\n'
DICTIONARY = """ <DataDictionary>
  <DataField name="y" optype="continuous" dataType="double"/>
  <DataField name="x" optype="continuous" dataType="double"/>
 </DataDictionary>
"""
SCHEMA = """  <MiningSchema>
   <MiningField name="y" usageType="target"/>
   <MiningField name="x"/>
  </MiningSchema>
"""


def tree(nodes, dictionary=DICTIONARY, schema=SCHEMA, more=""):
    return f'{HEAD}{dictionary} <TreeModel functionName="regression">\n{schema}{more}{nodes} </TreeModel>\n</PMML>\n'


def root(predicate="<True/>", score="1"):
    return f'  <Node score="{score}">\n   {predicate}\n  </Node>\n'


# name -> (text, [(text that stands on the faulty line, what is wrong)]); no place: the document as a whole, or more than one place is right
DOCUMENTS = {
    "empty.pmml": ("", []),
    "json.pmml": ('{"model": "a tree, but in JSON", "nodes": [{"score": 1}]}\n', [('{"model"', "not XML")]),
    "page.html": ("<html>\n<head><title>404</title></head>\n<body>Not here.<br></body>\n</html>\n", [("<br>", "not well-formed, and not PMML")]),
    "other-root.pmml": ('<?xml version="1.0"?>\n<model xmlns="urn:example">\n <tree/>\n</model>\n', [("<model", "the root is not PMML")]),
    "dtd.pmml": ('<?xml version="1.0"?>\n<!DOCTYPE PMML [<!ENTITY one "1">]>\n' + tree(root(score="&one;")), [("<!DOCTYPE", "a DTD")]),
    "entities.pmml": (
        '<?xml version="1.0"?>\n<!DOCTYPE PMML [\n<!ENTITY a "aaaaaaaaaa">\n'
        + "".join(f'<!ENTITY {chr(b)} "{f"&{chr(b - 1)};" * 10}">\n' for b in range(ord("b"), ord("k"))) + "]>\n" + tree(root(score="&j;")),
        [("<!DOCTYPE", "a DTD (whose entities would grow to 10 GB)")]),
    "outside-entity.pmml": ('<!DOCTYPE PMML SYSTEM "file:///etc/passwd">\n' + tree(root()), [("<!DOCTYPE", "a DTD")]),
    "mismatched-tag.pmml": (tree(root()).replace("</Node>", "</Knot>"), [("</Knot>", "end tag of another element")]),
    "two-roots.pmml": (tree(root()) + "<PMML/>\n", [("<PMML/>", "a second root")]),
    "unknown-entity.pmml": (tree(root(score="&uml;")), [("&uml;", "an entity that is not declared")]),
    "no-model.pmml": (HEAD + DICTIONARY + "</PMML>\n", [("<PMML", "no model")]),
    "unknown-model.pmml": (f'{HEAD}{DICTIONARY} <OracleModel functionName="regression">\n{SCHEMA} </OracleModel>\n</PMML>\n',
                           [("<OracleModel", "a model element that no schema has")]),
    "unknown-field.pmml": (tree(root('<SimplePredicate field="z" operator="lessThan" value="3"/>')), [('field="z"', "a field that is not declared")]),
    "undeclared-mining-field.pmml": (tree(root('<SimplePredicate field="w" operator="lessThan" value="3"/>'), schema=SCHEMA.replace('"x"', '"w"')),
                                     [(None, "w is a mining field and not in the DataDictionary")]),
    "unknown-function.pmml": (
        tree(root('<SimplePredicate field="d" operator="lessThan" value="3"/>'),
             more='  <LocalTransformations>\n   <DerivedField name="d" optype="continuous" dataType="double">\n'
                  '    <Apply function="transmogrify"><FieldRef field="x"/></Apply>\n   </DerivedField>\n  </LocalTransformations>\n'),
        [("transmogrify", "a function that does not exist")]),
    "three-faults.pmml": (
        tree('  <Node score="none">\n   <True/>\n   <Node score="1">\n    <SimplePredicate field="x" operator="nearly" value="3"/>\n   </Node>\n'
             '   <Node score="2">\n    <SimplePredicate field="q" operator="equal" value="3"/>\n   </Node>\n  </Node>\n'),
        [('score="none"', "a score that is no number"), ('operator="nearly"', "an unknown operator"), ('field="q"', "a field that is not declared")]),
    "missing-attribute.pmml": (tree(root('<SimplePredicate field="x" value="3"/>')), [('<SimplePredicate field="x" value', "no operator")]),
    "bad-dictionary.pmml": (tree(root(), dictionary=DICTIONARY.replace('name="x" optype="continuous" dataType="double"', 'name="x" optype="continuous" dataType="quaternion"')),
                            [("quaternion", "an unknown data type")]),
    "cycle.pmml": (
        tree(root('<SimplePredicate field="a" operator="lessThan" value="3"/>'),
             more='  <LocalTransformations>\n   <DerivedField name="a" optype="continuous" dataType="double">\n    <FieldRef field="b"/>\n   </DerivedField>\n'
                  '   <DerivedField name="b" optype="continuous" dataType="double">\n    <FieldRef field="a"/>\n   </DerivedField>\n  </LocalTransformations>\n'),
        [(None, "derived fields that need each other")]),
}


def make(folder):
    folder = folder / "damaged"
    folder.mkdir(parents=True, exist_ok=True)
    table = ["file\tline\twhat is wrong\n"]
    for name, (text, faults) in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
        for mark, why in faults or [(None, "nothing there")]:
            line = 0 if mark is None else next(n for n, line in enumerate(text.split("\n"), 1) if mark in line)
            table.append(f"{name}\t{line or ''}\t{why}\n")
    whole = tree(root()).encode()
    for name, data, why in (
        ("latin1.pmml", b'<?xml version="1.0" encoding="UTF-8"?>\n' + whole.replace(b"<Header/>", b'<Header description="f\xfcr"/>'), ("3", "not UTF-8, though it says so")),
        ("nul.pmml", whole.replace(b"<True/>", b"<True/>\x00"), ("13", "a character that XML does not allow")),
        ("truncated.pmml", whole[: whole.index(b"<True/>") + 3], ("13", "ends in the middle")),
    ):
        (folder / name).write_bytes(data)
        table.append(f"{name}\t{why[0]}\t{why[1]}\n")
    (folder / "faults.tsv").write_text("".join(table), encoding="utf-8")
