package upgrade

import (
	"bytes"
	"strings"
)

const (
	pmmlSpace = "http://www.dmg.org/PMML-4_4"
	xmlSpace  = "http://www.w3.org/XML/1998/namespace"
)

func isPMML(space string) bool {
	rest := strings.TrimPrefix(strings.TrimPrefix(space, "http://"), "https://")
	return rest != space && strings.HasPrefix(rest, "www.dmg.org/PMML-")
}

func trimmed(text []byte) []byte { return bytes.Trim(text, " \t\r\n") }

// write prints a document: one element a line but where an element holds text.
func write(out *bytes.Buffer, root *node, s *spaces) {
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	p := printer{out: out, spaces: s, used: map[string]bool{}}
	p.use(root)
	p.element(root, 0, true)
}

type printer struct {
	out    *bytes.Buffer
	spaces *spaces
	used   map[string]bool // namespaces
}

// use finds the namespaces that are left.
func (p *printer) use(n *node) {
	p.used[n.space] = true
	for _, a := range n.attributes {
		p.used[a.space] = true
	}
	for _, c := range n.children {
		p.use(c)
	}
}

var (
	inText  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	inValue = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")
)

func (p *printer) name(local, space string) string {
	switch space {
	case "":
		return local
	case xmlSpace:
		return "xml:" + local
	}
	return p.spaces.prefixes[space] + ":" + local
}

func (p *printer) element(n *node, depth int, lines bool) {
	indent := func(depth int) {
		if lines {
			p.out.WriteString(strings.Repeat(" ", depth))
		}
	}
	name := p.name(n.name, n.space)
	indent(depth)
	p.out.WriteString("<" + name)
	if depth == 0 {
		p.declarations()
	}
	for _, a := range n.attributes {
		p.out.WriteString(" " + p.name(a.name, a.space) + `="` + inValue.Replace(a.value) + `"`)
	}
	inner := lines
	for _, c := range n.children {
		inner = inner && c.isElement() // white space next to text would become part of it
	}
	switch {
	case len(n.children) == 0:
		p.out.WriteString("/>")
	default:
		p.out.WriteString(">")
		if inner {
			p.out.WriteString("\n")
		}
		for _, c := range n.children {
			if c.isElement() {
				p.element(c, depth+1, inner)
			} else {
				p.out.WriteString(inText.Replace(string(c.text)))
			}
		}
		if inner {
			indent(depth)
		}
		p.out.WriteString("</" + name + ">")
	}
	if lines {
		p.out.WriteString("\n")
	}
}

func (p *printer) declarations() {
	p.out.WriteString(` xmlns="` + pmmlSpace + `"`)
	for _, space := range p.spaces.order {
		if !p.used[space] {
			continue
		}
		p.out.WriteString(" xmlns:" + p.spaces.prefixes[space] + `="` + inValue.Replace(space) + `"`)
	}
}
