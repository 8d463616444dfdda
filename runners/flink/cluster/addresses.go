package cluster

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// Addresses tell others, such as a script, where something listens. They lie in the file addresses.json of the folder from
// the time when it is ready until it is ended.
type Addresses struct {
	REST      string `json:"rest,omitempty"`       // Flink's REST interface and UI, http://host:port
	JobServer string `json:"job_server,omitempty"` // Beam's job server, host:port
	Kafka     string `json:"kafka,omitempty"`      // the broker, host:port
}

func (f folder) addressesFile() string { return f.path("addresses.json") }

func (f folder) writeAddresses(a Addresses) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return os.WriteFile(f.addressesFile(), append(data, '\n'), 0o644)
}

func (f folder) removeAddresses() error {
	if err := os.Remove(f.addressesFile()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// AddressesOf returns where the cluster of these settings listens; nowhere if it is not up.
func AddressesOf(s Settings) (Addresses, error) {
	s, err := s.complete()
	if err != nil {
		return Addresses{}, err
	}
	return s.folder().readAddresses()
}

// KafkaAddresses returns where the broker of these settings listens; nowhere if it is not up.
func KafkaAddresses(s KafkaSettings) (Addresses, error) {
	s, err := s.complete()
	if err != nil {
		return Addresses{}, err
	}
	return s.folder().readAddresses()
}

func (f folder) readAddresses() (Addresses, error) {
	var a Addresses
	data, err := os.ReadFile(f.addressesFile())
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(data, &a)
}
