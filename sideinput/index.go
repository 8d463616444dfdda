package sideinput

import (
	"hash/maphash"
	"maps"
	"slices"
)

// indexShards is how many maps an index is cut into, so that a table which
// differs from another in few names copies few entries.
const indexShards = 256

var indexSeed = maphash.MakeSeed()

// A nameIndex finds histories by name. It is a value: an edit of a copy leaves
// the original as it was.
type nameIndex struct {
	shards [indexShards]map[string]*history
	size   int
}

func (x *nameIndex) get(name string) *history {
	return x.shards[maphash.String(indexSeed, name)%indexShards][name]
}

func (x *nameIndex) find(name []byte) *history {
	return x.shards[maphash.Bytes(indexSeed, name)%indexShards][string(name)]
}

// all lists the histories by name.
func (x *nameIndex) all() []*history {
	list := make([]*history, 0, x.size)
	for _, shard := range x.shards {
		for _, h := range shard {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b *history) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return list
}

// A hashIndex finds the versions that have a hash: one, but for collisions.
type hashIndex struct {
	shards [indexShards]map[uint64]versionKeys
}

type versionKey struct{ name, version string }

// versionKeys are the versions of one hash. Without a collision they need no
// memory of their own.
type versionKeys struct {
	first versionKey
	more  []versionKey // shared with other tables: never changed in place
}

func (x *hashIndex) get(hash uint64) (versionKeys, bool) {
	keys, ok := x.shards[hash%indexShards][hash]
	return keys, ok
}

// An edit builds the indexes of a new table from those of an old one. It
// copies a shard when it first writes to it.
type edit struct {
	names       nameIndex
	hashes      hashIndex
	preloads    int
	ownedNames  [indexShards]bool
	ownedHashes [indexShards]bool
}

func (t *Table) edit() *edit {
	return &edit{names: t.names, hashes: t.hashes, preloads: t.preloads}
}

func (e *edit) table(r Revision) *Table {
	return &Table{revision: r, names: e.names, hashes: e.hashes, preloads: e.preloads}
}

// replace puts after in place of before; either may be nil.
func (e *edit) replace(before, after *history) {
	e.preloads += after.preloads() - before.preloads()
	var gone, come map[string][]moment
	if before != nil {
		gone = before.versions
	}
	if after != nil {
		come = after.versions
		shard := e.nameShard(after.name)
		if shard[after.name] == nil {
			e.names.size++
		}
		shard[after.name] = after
	} else if before != nil {
		delete(e.nameShard(before.name), before.name)
		e.names.size--
	}
	for version := range gone {
		if _, stays := come[version]; !stays {
			e.removeHash(versionKey{before.name, version})
		}
	}
	for version := range come {
		if _, wasThere := gone[version]; !wasThere {
			e.addHash(versionKey{after.name, version})
		}
	}
}

func (e *edit) nameShard(name string) map[string]*history {
	i := maphash.String(indexSeed, name) % indexShards
	if !e.ownedNames[i] {
		e.ownedNames[i] = true
		if e.names.shards[i] = maps.Clone(e.names.shards[i]); e.names.shards[i] == nil {
			e.names.shards[i] = make(map[string]*history)
		}
	}
	return e.names.shards[i]
}

func (e *edit) hashShard(hash uint64) map[uint64]versionKeys {
	i := hash % indexShards
	if !e.ownedHashes[i] {
		e.ownedHashes[i] = true
		if e.hashes.shards[i] = maps.Clone(e.hashes.shards[i]); e.hashes.shards[i] == nil {
			e.hashes.shards[i] = make(map[uint64]versionKeys)
		}
	}
	return e.hashes.shards[i]
}

// hashOf is Hash; a test replaces it to make versions collide.
var hashOf = Hash

func (e *edit) addHash(k versionKey) {
	hash := hashOf(k.name, k.version)
	shard := e.hashShard(hash)
	keys, taken := shard[hash]
	if taken {
		keys.more = append(slices.Clip(keys.more), k)
	} else {
		keys.first = k
	}
	shard[hash] = keys
}

func (e *edit) removeHash(k versionKey) {
	hash := hashOf(k.name, k.version)
	shard := e.hashShard(hash)
	keys := shard[hash]
	switch {
	case keys.first != k:
		keys.more = slices.DeleteFunc(slices.Clone(keys.more), func(other versionKey) bool { return other == k })
	case len(keys.more) == 0:
		delete(shard, hash)
		return
	default:
		keys.first, keys.more = keys.more[0], keys.more[1:]
	}
	shard[hash] = keys
}
