package sideinput

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
)

// Bounds of the targets of one ALIAS. The sum of weights is far from what 64
// bits hold.
const (
	MaxTargets = 16
	MaxWeight  = 1_000_000_000
)

// A Target is a version that a label points at, and its share of the events.
type Target struct {
	Version string
	Weight  uint64 // its share is this over the sum of all weights of the label
}

// checkTargets says why a label cannot point at these versions; no targets
// remove it.
func checkTargets(to []Target) error {
	var sum uint64
	for i, target := range to {
		if err := checkTarget(to[:i], target); err != nil {
			return err
		}
		sum += target.Weight
	}
	if len(to) > 0 && sum == 0 {
		return errors.New("all weights are 0")
	}
	return nil
}

// checkTarget says why a target cannot follow those before it.
func checkTarget(before []Target, target Target) error {
	if len(before) == MaxTargets {
		return fmt.Errorf("more than %d targets", MaxTargets)
	}
	if !isVersion(target.Version) {
		return fmt.Errorf("%q is not a version", shorten(target.Version))
	}
	if target.Weight > MaxWeight {
		return fmt.Errorf("a weight of more than %d", MaxWeight)
	}
	for _, other := range before {
		if other.Version == target.Version {
			return fmt.Errorf("version %s stands twice", shorten(target.Version))
		}
	}
	return nil
}

// appendTargets appends the canonical bytes of targets: of each, in their
// order, the text of its version and the varint of its weight.
func appendTargets(dst []byte, to []Target) []byte {
	for _, target := range to {
		dst = binary.AppendUvarint(appendText(dst, target.Version), target.Weight)
	}
	return dst
}

// decodeTargets reads what appendTargets wrote, which must be usable.
func decodeTargets(text string) ([]Target, error) {
	d := decoder{rest: text}
	var to []Target
	for d.rest != "" && len(to) <= MaxTargets {
		to = append(to, Target{d.text(), d.uvarint()})
	}
	if d.err != nil {
		return nil, d.err
	}
	return to, checkTargets(to)
}

// nextTarget reads the first of encoded targets that were checked before. It
// allocates nothing.
func nextTarget(text string) (version string, weight uint64, rest string) {
	n, text := checkedUvarint(text)
	version, text = text[:n], text[n:]
	weight, text = checkedUvarint(text)
	return version, weight, text
}

func checkedUvarint(text string) (v uint64, rest string) {
	for i := range len(text) {
		v |= uint64(text[i]&0x7f) << (7 * i)
		if text[i] < 0x80 {
			return v, text[i+1:]
		}
	}
	return v, ""
}

// chooseTarget is the version among encoded targets that a reference's share
// falls on: the only one, or the one in whose stretch of the sum of weights,
// laid out in the order of the list, the reference's hash lies.
func chooseTarget(targets string, ref Reference) string {
	version, sum, rest := nextTarget(targets)
	if rest == "" {
		return version
	}
	for more := rest; more != ""; {
		var weight uint64
		_, weight, more = nextTarget(more)
		sum += weight
	}
	place := ref.splitHash() % sum
	for rest = targets; ; {
		var weight uint64
		if version, weight, rest = nextTarget(rest); place < weight {
			return version
		}
		place -= weight
	}
}

// appendTo appends the member to as a message writes it: one version of weight
// 1 as its text, all else as a list.
func appendTo(dst []byte, to []Target) []byte {
	if len(to) == 1 && to[0].Weight == 1 {
		return appendMember(dst, "to", to[0].Version)
	}
	dst = append(dst, `,"to":[`...)
	for i, target := range to {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendMember(append(dst, '{'), "version", target.Version)
		dst = strconv.AppendUint(append(dst, `,"weight":`...), target.Weight, 10)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}
