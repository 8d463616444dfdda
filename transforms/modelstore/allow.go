package modelstore

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// allowList holds the places below which documents may be opened.
type allowList []Place

// parseAllow reads the list of a Config. An entry is an absolute path, or a uri without query; a trailing slash says nothing.
func parseAllow(entries []string) (allowList, error) {
	var list allowList
	for _, entry := range entries {
		p, err := parsePrefix(entry)
		if fault, ok := errors.AsType[*Error](err); ok {
			return nil, fmt.Errorf("modelstore: entry %q of the allow-list: %s", show(entry), fault.Detail)
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func parsePrefix(entry string) (Place, error) {
	if strings.ContainsAny(entry, "?#*\\") {
		return Place{}, fault(BadURI, "no query, fragment, wildcard or backslash can be listed")
	}
	if !hasScheme(entry) {
		if !filepath.IsAbs(entry) {
			return Place{}, fault(BadURI, "a path must be absolute, since workers run in folders of their own")
		}
		return folderPlace(entry), nil
	}
	u, err := url.Parse(entry)
	if err != nil {
		return Place{}, fault(BadURI, "it does not follow the syntax of uris")
	}
	p, err := prefixOf(u)
	if err != nil {
		return Place{}, err
	}
	if !known(p.Scheme) {
		return Place{}, fault(BadURI, "nothing opens the scheme %q here; add it with modelstore.Register", p.Scheme)
	}
	return p, nil
}

// folderPlace turns an operator's absolute path into a place; an operator may write ".." and double slashes, a message may not.
func folderPlace(path string) Place {
	p := Place{Scheme: "file"}
	for _, s := range strings.Split(filepath.ToSlash(filepath.Clean(path)), "/") {
		if s != "" {
			p.Segments = append(p.Segments, s)
		}
	}
	return p
}

// match returns the longest listed prefix of p: scheme and host equal, path by whole segments.
func (l allowList) match(p Place) (Place, bool) {
	best, found := Place{}, false
	for _, prefix := range l {
		if !prefix.covers(p) || found && len(prefix.Segments) < len(best.Segments) {
			continue
		}
		best, found = prefix, true
	}
	return best, found
}

func (p Place) covers(q Place) bool {
	return p.Scheme == q.Scheme && p.Host == q.Host && len(p.Segments) <= len(q.Segments) &&
		slices.Equal(p.Segments, q.Segments[:len(p.Segments)])
}
