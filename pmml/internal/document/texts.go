package document

import "strings"

// texts keeps strings in blocks, so that a document costs few allocations.
type texts struct {
	block strings.Builder
	last  string // the two sides of a split name one threshold
}

const textBlock = 64 << 10

func (t *texts) keep(b []byte) string {
	if string(b) == t.last {
		return t.last
	}
	if len(b) > textBlock/8 {
		return string(b)
	}
	if t.block.Cap()-t.block.Len() < len(b) {
		t.block = strings.Builder{}
		t.block.Grow(textBlock)
	}
	from := t.block.Len()
	t.block.Write(b)
	t.last = t.block.String()[from:]
	return t.last
}

// names keeps each text once.
type names struct {
	all    map[string]string
	recent [128]string // by a poor hash of the last two bytes: the names of fields mostly differ there
}

func (n *names) keep(b []byte) string {
	if len(b) < 2 {
		return n.find(b)
	}
	recent := &n.recent[(31*b[len(b)-2]+b[len(b)-1])%128]
	if string(b) != *recent {
		*recent = n.find(b)
	}
	return *recent
}

func (n *names) find(b []byte) string {
	s, ok := n.all[string(b)]
	if !ok {
		s = string(b)
		n.all[s] = s
	}
	return s
}
