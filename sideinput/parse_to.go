package sideinput

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

const nextTo = `write a version, or a list of {"version":"3","weight":90}; an empty list removes the label`

// to reads where a label points: one version, or a list of versions with their
// weights. The place of its error is relative to the value.
func (p *messageParser) to(value jsontext.Value) *MessageError {
	if version, ok := stringValue(value); ok {
		if !isVersion(version) {
			return fault(fmt.Sprintf("%q is not a version", shorten(version)), nextVersion)
		}
		p.m.To = []Target{{Version: version, Weight: 1}}
		return nil
	}
	if value.Kind() != '[' {
		return fault("neither a string nor a list", nextTo)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	if _, err := dec.ReadToken(); err != nil { // the bracket
		return fault("not readable", nextTo)
	}
	var to []Target
	for dec.PeekKind() != ']' {
		element, err := dec.ReadValue()
		if err != nil {
			return fault("not readable", nextTo)
		}
		offset := int(dec.InputOffset()) - len(element)
		target, problem := readTarget(element)
		if problem == nil {
			if err := checkTarget(to, target); err != nil {
				problem = fault(err.Error(), fmt.Sprintf("name each version once, and at most %d", MaxTargets))
			}
		}
		if problem != nil {
			problem.Offset += offset
			return problem
		}
		to = append(to, target)
	}
	if err := checkTargets(to); err != nil {
		return fault(err.Error(), "give one of them a weight, or write [] to remove the label")
	}
	p.m.To = to
	return nil
}

// readTarget reads an element of the list. The place of its error is relative
// to the element.
func readTarget(element jsontext.Value) (target Target, problem *MessageError) {
	if element.Kind() != '{' {
		return target, fault("a target is not an object", nextTo)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(element))
	if _, err := dec.ReadToken(); err != nil { // the brace
		return target, fault("not readable", nextTo)
	}
	hasWeight := false
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return target, fault("not readable", nextTo)
		}
		name := key.String()
		value, err := dec.ReadValue()
		if err != nil {
			return target, fault("not readable", nextTo)
		}
		switch name {
		case "version":
			version, ok := stringValue(value)
			if !ok || !isVersion(version) {
				problem = fault(fmt.Sprintf("%s is not a version", shorten(string(value))), nextVersion)
			}
			target.Version = version
		case "weight":
			weight, err := strconv.ParseUint(string(value), 10, 64)
			if err != nil || weight > MaxWeight {
				problem = fault(fmt.Sprintf("%s is not a weight", shorten(string(value))), fmt.Sprintf("write a whole number of 0 to %d", MaxWeight))
			}
			target.Weight, hasWeight = weight, true
		default:
			problem = fault(fmt.Sprintf("a target has no %q", shorten(name)), nextTo)
		}
		if problem != nil {
			problem.Offset = int(dec.InputOffset()) - len(value)
			return target, problem
		}
	}
	if target.Version == "" || !hasWeight {
		return target, fault("a target without version or weight", nextTo)
	}
	return target, nil
}
