package sideinput

import "sync"

// A replay is the state of a name while its messages are applied in order:
// known (version -> document), served (a list of versions, the last of which
// serves) and aliases (label -> the ALIAS that set it last).
type replay struct {
	known map[string]knownVersion
	// stack is served with entries that no longer count left in place: one
	// counts while its stamp is that of its version. So moving a version to the
	// end, or removing it from the middle, costs nothing.
	stack []servedVersion
	stamp int

	aliases map[string]*fact // nil for most names
}

type knownVersion struct {
	fact  *fact // that set the document
	stamp int   // of its entry in stack; 0 if never served
}

type servedVersion struct {
	version string
	stamp   int
}

// replays lends replays, so that a large table is built with few of them.
var replays = sync.Pool{New: func() any { return new(replay) }}

// start is the state at the cut.
func (r *replay) start(others, served, labels []*fact) {
	if r.known == nil {
		r.known = make(map[string]knownVersion, len(others)+len(served))
	}
	clear(r.known)
	r.stack, r.stamp, r.aliases = r.stack[:0], 0, nil
	for _, f := range others {
		r.known[f.Version] = knownVersion{fact: f}
	}
	for _, f := range served {
		r.set(f)
		r.serve(f.Version)
	}
	for _, f := range labels {
		r.point(f)
	}
}

// apply is the effect of one message on the state (DESIGN: state of a name).
func (r *replay) apply(f *fact) EffectKind {
	switch f.op {
	case Add:
		k, isKnown := r.known[f.Version]
		if isKnown && (k.fact.URI != f.URI || k.fact.SHA256 != f.SHA256) {
			return EffectConflict
		}
		serves := r.serving() != nil
		if isKnown && serves {
			return EffectNone
		}
		if !isKnown {
			r.set(f)
		}
		if !serves {
			r.serve(f.Version)
		}
		return EffectAdd
	case Update:
		r.set(f)
		r.serve(f.Version)
		return EffectUpdate
	case Del:
		if f.Version == "" {
			if len(r.known) == 0 && len(r.aliases) == 0 {
				return EffectNone
			}
			clear(r.known)
			clear(r.aliases)
			r.stack = r.stack[:0]
			return EffectDel
		}
		if _, isKnown := r.known[f.Version]; !isKnown {
			return EffectNone
		}
		delete(r.known, f.Version)
		return EffectDel
	case Alias:
		if f.targets() != "" {
			r.point(f)
			return EffectAlias
		}
		if r.aliases[f.label()] == nil {
			return EffectNone
		}
		delete(r.aliases, f.label())
		return EffectAlias
	}
	return EffectNone
}

// point sets a label.
func (r *replay) point(f *fact) {
	if r.aliases == nil {
		r.aliases = make(map[string]*fact)
	}
	r.aliases[f.label()] = f
}

func (r *replay) set(f *fact) {
	k := r.known[f.Version]
	k.fact = f
	r.known[f.Version] = k
}

// serve moves a known version to the end of the list.
func (r *replay) serve(version string) {
	r.stamp++
	k := r.known[version]
	k.stamp = r.stamp
	r.known[version] = k
	r.stack = append(r.stack, servedVersion{version, r.stamp})
}

// serving is the document of the last version of the list; nil if it is empty.
func (r *replay) serving() *fact {
	for len(r.stack) > 0 {
		top := r.stack[len(r.stack)-1]
		if k, ok := r.known[top.version]; ok && k.stamp == top.stamp {
			return k.fact
		}
		r.stack = r.stack[:len(r.stack)-1]
	}
	return nil
}

// document is the document of a version; nil if it is not known.
func (r *replay) document(version string) *fact { return r.known[version].fact }

// list is served, each version with its document.
func (r *replay) list() []*fact {
	var served []*fact
	for _, s := range r.stack {
		if k, ok := r.known[s.version]; ok && k.stamp == s.stamp {
			served = append(served, k.fact)
		}
	}
	return served
}
