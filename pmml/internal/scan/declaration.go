package scan

import "strings"

// xmlDecl is what an XML declaration says (XML 1.0, 2.8).
type xmlDecl struct {
	version, encoding string
	encodingAt        int // offset of the encoding's name
	end               int // offset after ?>
}

// declFault is a place at which an XML declaration is damaged.
type declFault struct {
	offset  int
	message string
}

// parseXMLDeclaration reads the declaration at the beginning of doc, which begins with "<?xml" and white space.
func parseXMLDeclaration(doc []byte) (xmlDecl, *declFault) {
	var d xmlDecl
	p := len("<?xml")
	for part := 0; ; {
		space := p
		for p < len(doc) && isSpace(doc[p]) {
			p++
		}
		if hasPrefix(doc, p, "?>") {
			if d.version == "" {
				return d, &declFault{p, "the XML declaration names no version"}
			}
			d.end = p + len("?>")
			return d, nil
		}
		name := p
		for p < len(doc) && 'a' <= doc[p] && doc[p] <= 'z' {
			p++
		}
		key := string(doc[name:p])
		place := strings.Index(" version encoding standalone", " "+key)
		if key == "" || place < part || p == space {
			return d, &declFault{name, "damaged XML declaration"}
		}
		part = place + 1
		for p < len(doc) && isSpace(doc[p]) {
			p++
		}
		if peek(doc, p) != '=' {
			return d, &declFault{p, "expected = in the XML declaration"}
		}
		for p++; p < len(doc) && isSpace(doc[p]); p++ {
		}
		quote := peek(doc, p)
		if quote != '"' && quote != '\'' {
			return d, &declFault{p, "a value in the XML declaration is not in quotes"}
		}
		p++
		begin := p
		for p < len(doc) && isDeclValue(doc[p]) {
			p++
		}
		if peek(doc, p) != quote || p == begin {
			return d, &declFault{p, "damaged value in the XML declaration"}
		}
		value := string(doc[begin:p])
		p++
		switch key {
		case "version":
			d.version = value
			if value != "1.0" {
				return d, &declFault{begin, "XML version " + value + " is not supported: 1.0 is"}
			}
		case "encoding":
			d.encoding, d.encodingAt = value, begin
		case "standalone":
			if value != "yes" && value != "no" {
				return d, &declFault{begin, "standalone is neither yes nor no"}
			}
		}
	}
}

func isDeclValue(c byte) bool {
	return c == '.' || c == '_' || c == '-' || c == ':' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// xmlDeclaration passes over the declaration at the beginning. What encoding it names does not matter any more: Decode has
// seen to it.
func (s *Scanner) xmlDeclaration() bool {
	d, fault := parseXMLDeclaration(s.doc)
	if fault != nil {
		return s.fail(fault.offset, fault.message)
	}
	s.pos = d.end
	return true
}
