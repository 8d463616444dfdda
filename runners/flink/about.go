package flink

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Lines of a cluster's config.yaml that say what it is to a submitter. Package cluster writes them; whoever runs a cluster
// of their own may write them, too.
const (
	confCorrections = "beam-pmml.corrections" // corrections of the runner in its class path, separated by commas
	confWorkerLogs  = "beam-pmml.worker-logs" // absolute folder, on each TaskManager's machine, for what workers print
)

// Corrections of the runner that matter to a submitter, see package cluster.
const (
	sideInputState = "side-input-state"
	noUpload       = "no-upload"
)

// An about is what a cluster says about itself.
type about struct {
	version     string // of Flink
	corrections []string
	workerLogs  string
}

func (c *restClient) about(ctx context.Context) (about, error) {
	var a about
	var config struct {
		Version string `json:"flink-version"`
	}
	if err := c.call(ctx, http.MethodGet, "/config", nil, &config); err != nil {
		return a, err
	}
	if config.Version == "" {
		return a, fmt.Errorf("no Flink there: GET /config names no version")
	}
	a.version = config.Version
	var lines []struct{ Key, Value string }
	if err := c.call(ctx, http.MethodGet, "/jobmanager/config", nil, &lines); err != nil {
		return a, err
	}
	for _, l := range lines {
		switch l.Key {
		case confCorrections:
			a.corrections = strings.Split(l.Value, ",")
		case confWorkerLogs:
			a.workerLogs = l.Value
		}
	}
	return a, nil
}

func (a about) has(correction string) bool { return slices.Contains(a.corrections, correction) }
