package sideinput

// MaxNameLength bounds names of models and of versions, in bytes.
const MaxNameLength = 200

// isName says whether s is a model's name: 1 to 200 ASCII letters, digits,
// '.', '_', '-', '/'.
func isName[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > MaxNameLength {
		return false
	}
	for i := range len(s) {
		if !isVersionByte(s[i]) && s[i] != '/' {
			return false
		}
	}
	return true
}

// isVersion says whether s is a version, or a label: as a name, without '/'.
func isVersion[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > MaxNameLength {
		return false
	}
	for i := range len(s) {
		if !isVersionByte(s[i]) {
			return false
		}
	}
	return true
}

func isVersionByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == '-'
}
