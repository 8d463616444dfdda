package sideinput

// SetHash replaces the hash of versions, so that tests can make them collide,
// and returns what puts it back.
func SetHash(hash func(name, version string) uint64) (restore func()) {
	old := hashOf
	hashOf = hash
	return func() { hashOf = old }
}

// SetKeepsEnd changes from how many facts on a history is extended rather than
// replayed, so that small tests reach that.
func SetKeepsEnd(facts int) { keepsEnd = facts }
