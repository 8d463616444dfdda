package modelstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync"
	"time"
)

// Config says where documents may be opened, and how much of them. It is plain data: it travels to workers as JSON within a
// DoFn, and holds no secrets.
type Config struct {
	// Models is the folder below which a uri without a scheme lies, as an absolute path. Empty: such uris are refused.
	Models string `json:"models,omitempty"`

	// Allow lists the places below which documents may be opened: absolute paths, or uris such as "gs://bucket/folder" and
	// "https://host/folder". A uri lies below an entry when scheme and host are equal and the entry's path is made of its
	// first segments. Empty: Models alone. Otherwise nothing but the list, so Models has to be on it to stay in use.
	Allow []string `json:"allow,omitempty"`

	// Networks lists address ranges ("10.20.0.0/16") that hosts of http(s) uris may resolve to although they are loopback,
	// private, link-local or otherwise not public. A host that is listed in Allow as an address needs no entry here.
	Networks []string `json:"networks,omitempty"`

	// MaxBytes bounds a document, in bytes as stored and again after decompression; 0 means 256 MiB.
	MaxBytes int64 `json:"max_bytes,omitempty"`

	// MaxRatio bounds bytes after decompression by bytes before it; 0 means 100. The first MiB is free.
	MaxRatio int64 `json:"max_ratio,omitempty"`

	// Timeout bounds the time from Open to the last byte, in nanoseconds of JSON; 0 means 60 s.
	Timeout time.Duration `json:"timeout,omitempty"`
}

// The defaults of a Config.
const (
	DefaultMaxBytes = 256 << 20
	DefaultMaxRatio = 100
	DefaultTimeout  = 60 * time.Second
)

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.MaxRatio == 0 {
		c.MaxRatio = DefaultMaxRatio
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if len(c.Allow) == 0 && c.Models != "" {
		c.Allow = []string{c.Models}
	}
	return c
}

func (c Config) check() error {
	switch {
	case c.Models != "" && !filepath.IsAbs(c.Models):
		return fmt.Errorf("modelstore: the models folder %q must be an absolute path, since workers run in folders of their own", c.Models)
	case c.MaxBytes < 0 || c.MaxRatio < 0 || c.Timeout < 0:
		return errors.New("modelstore: limits must not be negative")
	}
	return nil
}

func parseNetworks(texts []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("modelstore: %q is not an address range such as 10.20.0.0/16", text)
		}
		networks = append(networks, n.Masked())
	}
	return networks, nil
}

var shared struct {
	sync.Mutex
	stores map[string]*Store
}

// Shared returns the process's one Store for this Config, so that DoFn instances that come and go do not make their own.
func Shared(c Config) (*Store, error) {
	key, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	shared.Lock()
	defer shared.Unlock()
	if s := shared.stores[string(key)]; s != nil {
		return s, nil
	}
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	if shared.stores == nil {
		shared.stores = map[string]*Store{}
	}
	shared.stores[string(key)] = s
	return s, nil
}
