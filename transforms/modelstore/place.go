package modelstore

import (
	"net/netip"
	"net/url"
	"strings"
)

// maxURI bounds the length of a uri in bytes.
const maxURI = 4096

// Place is a uri taken apart. Places are compared, never texts: two spellings of one place are one.
type Place struct {
	Scheme   string   // in lower case; "file" for a path
	Host     string   // bucket, or host with its port unless that is the scheme's own; "" for files
	Segments []string // of the path, percent-decoded; never "", "." or ".."
	Pin      string   // generation (gs) or version id (s3); "" when the uri names whatever lies there now

	relative bool // a path below the models folder
}

// Path returns the segments joined by "/", without a leading one: the name of an object in its bucket.
func (p Place) Path() string { return strings.Join(p.Segments, "/") }

// parsePlace takes apart a uri of a document. The error is a BadURI that says what is wrong and repeats nothing of the text.
func parsePlace(uri string) (Place, error) {
	if uri == "" {
		return Place{}, fault(BadURI, "it is empty")
	}
	if len(uri) > maxURI {
		return Place{}, fault(BadURI, "it is longer than %d bytes", maxURI)
	}
	for i := range len(uri) {
		if uri[i] < ' ' || uri[i] == 0x7f || uri[i] == '\\' {
			return Place{}, fault(BadURI, "it holds a backslash or a control character at byte %d", i)
		}
	}
	if !hasScheme(uri) {
		return parsePath(uri)
	}
	u, err := url.Parse(uri)
	if err != nil {
		return Place{}, fault(BadURI, "it does not follow the syntax of uris (percent signs are written %%25)")
	}
	return placeOf(u)
}

// hasScheme says whether text starts as RFC 3986 §3.1 has it: a letter, then letters, digits, "+", "-", ".", then a colon.
func hasScheme(text string) bool {
	for i := range len(text) {
		c := text[i] | 0x20
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && (text[i] >= '0' && text[i] <= '9' || text[i] == '+' || text[i] == '-' || text[i] == '.'):
		default:
			return i > 0 && text[i] == ':'
		}
	}
	return false
}

// parsePath takes apart a path: it is read literally, so a percent sign in it is one.
func parsePath(path string) (Place, error) {
	p := Place{Scheme: "file", relative: !strings.HasPrefix(path, "/")}
	if strings.ContainsAny(path, "?#") {
		return Place{}, fault(BadURI, "a path has no query and no fragment")
	}
	for _, s := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		if s == "." { // as in ./fraud.pmml
			continue
		}
		if err := checkSegment(s); err != nil {
			return Place{}, err
		}
		p.Segments = append(p.Segments, s)
	}
	if len(p.Segments) == 0 {
		return Place{}, fault(BadURI, "it names no document")
	}
	return p, nil
}

// placeOf takes apart a parsed uri: one of a message, or the target of a redirect.
func placeOf(u *url.URL) (Place, error) {
	p, err := prefixOf(u)
	if err != nil {
		return Place{}, err
	}
	if len(p.Segments) == 0 || strings.HasSuffix(u.Path, "/") {
		return Place{}, fault(BadURI, "it names no document")
	}
	if p.Pin, err = pinOf(p.Scheme, u); err != nil {
		return Place{}, err
	}
	return p, nil
}

// prefixOf takes apart all but the query, and accepts a path that names a folder.
func prefixOf(u *url.URL) (Place, error) {
	p := Place{Scheme: strings.ToLower(u.Scheme)}
	switch {
	case u.User != nil:
		return Place{}, fault(BadURI, "it holds userinfo; credentials belong into the worker's environment")
	case u.Fragment != "" || u.RawFragment != "":
		return Place{}, fault(BadURI, "it holds a fragment")
	case u.Opaque != "":
		return Place{}, fault(BadURI, "two slashes must follow the scheme")
	}
	var err error
	if p.Host, err = hostOf(p.Scheme, u.Host); err != nil {
		return Place{}, err
	}
	path := strings.TrimSuffix(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if path == "" {
		return p, nil
	}
	for _, escaped := range strings.Split(path, "/") {
		s, err := url.PathUnescape(escaped)
		if err != nil {
			return Place{}, fault(BadURI, "it holds a wrong percent-encoding")
		}
		if err := checkSegment(s); err != nil {
			return Place{}, err
		}
		p.Segments = append(p.Segments, s)
	}
	return p, nil
}

// checkSegment refuses what a server or a file system could read as another path, at any depth of percent-encoding:
// some servers decode twice.
func checkSegment(s string) error {
	for {
		switch {
		case s == "":
			return fault(BadURI, "it holds an empty segment (two slashes in a row, or one at the end)")
		case s == "." || s == "..":
			return fault(BadURI, `it holds the segment "." or ".."`)
		case strings.ContainsAny(s, "/\\\x00"):
			return fault(BadURI, "a segment holds an encoded slash, backslash or NUL")
		}
		for i := range len(s) {
			if s[i] < ' ' || s[i] == 0x7f {
				return fault(BadURI, "a segment holds an encoded control character")
			}
		}
		next := unescaped(s)
		if next == s {
			return nil
		}
		s = next
	}
}

// unescaped decodes percent-encoding once; what is not validly encoded stands for itself.
func unescaped(s string) string {
	if next, err := url.PathUnescape(s); err == nil {
		return next
	}
	return s
}

// hostOf returns the host in the one form in which hosts are compared.
func hostOf(scheme, host string) (string, error) {
	if scheme == "file" {
		if host != "" {
			return "", fault(BadURI, "a file uri has no host: file:///folder/name")
		}
		return "", nil
	}
	if host == "" {
		return "", fault(BadURI, "it has no host or bucket")
	}
	for i := range len(host) {
		if c := host[i]; c >= 0x80 || c == '%' {
			return "", fault(BadURI, "its host is not ASCII; write an international name in its xn-- form")
		}
	}
	if scheme != "http" && scheme != "https" {
		if strings.ContainsAny(host, ":[]") {
			return "", fault(BadURI, "a bucket has no port")
		}
		return host, nil // names of buckets are told apart by case
	}
	return webHost(scheme, host)
}

// webHost puts an http host into lower case, without the port that its scheme implies.
func webHost(scheme, host string) (string, error) {
	name, port := host, ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		name, port = host[:i], host[i+1:]
		if port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "" || port[0] == '0' {
			return "", fault(BadURI, "its port is not a number")
		}
	}
	if literal, ok := strings.CutPrefix(name, "["); ok {
		a, err := netip.ParseAddr(strings.TrimSuffix(literal, "]"))
		if err != nil || !a.Is6() || a.Zone() != "" {
			return "", fault(BadURI, "its host is not an address")
		}
		name = "[" + a.String() + "]"
	}
	name = strings.ToLower(name)
	if name == "" {
		return "", fault(BadURI, "it has no host or bucket")
	}
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return name, nil
	}
	return name + ":" + port, nil
}

// pinOf reads the query: nothing but the pin that the scheme knows, once.
func pinOf(scheme string, u *url.URL) (string, error) {
	if u.RawQuery == "" && !u.ForceQuery {
		return "", nil
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(values) != 1 {
		return "", fault(BadURI, "its query is not a single generation or versionId")
	}
	for key, v := range values {
		if len(v) != 1 || v[0] == "" || !pinKey(scheme, key) {
			return "", fault(BadURI, "its query is not the one pin of its scheme (gs: generation, s3: versionId)")
		}
		if key == "generation" && (len(v[0]) > 19 || strings.Trim(v[0], "0123456789") != "") {
			return "", fault(BadURI, "its generation is not a number")
		}
		return v[0], nil
	}
	return "", nil
}

// pinKey says whether a uri of the scheme may be pinned by the key. Registered schemes may use either.
func pinKey(scheme, key string) bool {
	switch scheme {
	case "gs":
		return key == "generation"
	case "s3":
		return key == "versionId"
	case "file", "http", "https":
		return false
	}
	return key == "generation" || key == "versionId"
}

// maxShown bounds a uri in an error text, in bytes.
const maxShown = 500

// show returns a uri, or any text, as it may be printed: without userinfo, query, fragment and control characters. It works
// on what does not parse, too, and then rather hides too much.
func show(uri string) string {
	if i := strings.IndexAny(uri, "?#"); i >= 0 {
		uri = uri[:i]
	}
	if i := strings.Index(uri, ":"); i >= 0 && hasScheme(uri) {
		scheme, rest := uri[:i+1], uri[i+1:]
		if authority, ok := strings.CutPrefix(rest, "//"); ok {
			end := strings.IndexByte(authority, '/')
			if end < 0 {
				end = len(authority)
			}
			rest = "//" + authority[strings.LastIndexByte(authority[:end], '@')+1:]
		} else { // not a uri that is ever opened; credentials may stand anywhere before an @
			rest = rest[strings.LastIndexByte(rest, '@')+1:]
		}
		uri = scheme + rest
	}
	uri = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(uri, ""))
	if len(uri) > maxShown {
		uri = strings.ToValidUTF8(uri[:maxShown], "") + "…"
	}
	return uri
}
