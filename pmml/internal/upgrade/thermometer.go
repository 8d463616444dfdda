package upgrade

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// thermometer: since 4.3 NormDiscrete has no method. What "thermometer" meant, 1 from a value on in the order of the field's values,
// becomes if(isMissing(field), missing, if(isIn(field, those values), 1, 0)).
func thermometer(u *upgrader, n, _ *node) {
	method, ok := n.take("method")
	if !ok || method != "thermometer" {
		return
	}
	field, _ := n.get("field")
	first, _ := n.get("value")
	values, kind := u.valuesOf(field)
	from := slices.Index(values, first)
	if from < 0 {
		u.fault(n, "NormDiscrete of %q by thermometer: the values of the field do not say what follows %q", field, first)
		return
	}
	values = slices.DeleteFunc(values[from:], func(v string) bool { return !canBe(kind, v) })
	missing, mapped := n.take("mapMissingTo")
	*n = node{name: "Apply", at: n.at}
	n.set("function", "if")
	n.add("Apply", "function", "isMissing").add("FieldRef", "field", field)
	if mapped {
		n.constant("double", missing)
	} else {
		n.add("Constant", "dataType", "double", "missing", "true")
	}
	if len(values) == 0 {
		n.constant("double", "0")
		return
	}
	known := n.add("Apply", "function", "if")
	in := known.add("Apply", "function", "isIn")
	in.add("FieldRef", "field", field)
	for _, v := range values {
		in.constant(kind, v)
	}
	known.constant("double", "1")
	known.constant("double", "0")
}

// canBe says whether a field of a type can have a value at all.
func canBe(kind, text string) bool {
	t, known := value.TypeOf(kind)
	return !known || value.ParseString(t, text).IsValid()
}

func (n *node) constant(kind, value string) {
	c := n.add("Constant", "dataType", kind)
	if value != "" {
		c.children = []*node{{text: []byte(value)}}
	}
}

// valuesOf returns the valid values of a field in the document's order, and its dataType.
func (u *upgrader) valuesOf(field string) (values []string, kind string) {
	places := []*node{u.root.child("DataDictionary"), u.root.child("TransformationDictionary")}
	for _, n := range u.path {
		places = append(places, n.child("LocalTransformations"))
	}
	for _, place := range places {
		if place == nil {
			continue
		}
		for _, f := range place.children {
			if name, _ := f.get("name"); name != field || f.name != "DataField" && f.name != "DerivedField" {
				continue
			}
			values = nil
			kind, _ = f.get("dataType")
			for _, v := range f.children {
				property, _ := v.get("property")
				if text, ok := v.get("value"); ok && v.name == "Value" && (property == "" || property == "valid") {
					values = append(values, text)
				}
			}
		}
	}
	return values, kind
}
