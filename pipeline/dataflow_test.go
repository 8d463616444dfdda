package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/google/go-cmp/cmp"
)

// onDataflow are the flags of a run that reads and writes Pub/Sub.
var onDataflow = []string{
	"run", "--runner=dataflow", "--project=my-project", "--region=europe-west1", "--staging_location=gs://bucket/staging", "--job_name=scores",
	"--events=pubsub://my-project/events", "--control=projects/my-project/subscriptions/control", "--out=pubsub://my-project/scores",
	"--allow-models=gs://bucket/models",
}

// pipelineOnDataflow runs the program with an environment of its own, which names stand-ins for Google's interfaces. It
// returns what was logged.
func pipelineOnDataflow(t *testing.T, env []string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // one that waits for its job never ends
	defer cancel()
	cmd := exec.CommandContext(ctx, "pipeline", args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "CLOUDSDK_CONFIG=" + t.TempDir()}, env...)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, &stderr)
	}
	return stderr.String()
}

// fakeWorker is an executable for Dataflow as far as its header says.
func fakeWorker(t *testing.T) string {
	t.Helper()
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01") // 64 bits, little endian, version 1
	header[16], header[18], header[20] = 2, 62, 1
	header[52] = 64
	path := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(path, header, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// The job that would be submitted. Where this fails after a change that is meant, the log's job is the new golden file:
// read what has changed.
func TestDryRunOnDataflow(t *testing.T) {
	buckets := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"name":"bucket"}`)) }))
	defer buckets.Close()
	worker := fakeWorker(t)
	log := pipelineOnDataflow(t, []string{"STORAGE_EMULATOR_HOST=" + buckets.URL}, append(slices.Clone(onDataflow),
		"--dry_run", "--worker_binary="+worker, "--shards=32", "--pubsub-id-attribute=key", "--pubsub-time-attribute=ts", "--machine_type=n2-standard-4",
		"--max_num_workers=8", "--no_use_public_ips", "--subnetwork=regions/europe-west1/subnetworks/s", "--service_account_email=scorer@my-project.iam.gserviceaccount.com",
		`--labels={"team":"risk"}`, "--number_of_worker_harness_threads=12", "--experiments=use_network_tags=scorer")...)
	found := regexp.MustCompile(`msg=("\{\\n.*)`).FindStringSubmatch(log)
	if found == nil {
		t.Fatalf("no job is logged:\n%s", log)
	}
	job, err := strconv.Unquote(strings.TrimSpace(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "dataflow-job.json")
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), sameEverywhere(t, job, worker)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// sameEverywhere takes from a job what is another each time: the clock, the worker's path, the hash of a model whose bytes
// have no order, and the order of the options.
func sameEverywhere(t *testing.T, job, worker string) string {
	t.Helper()
	job = strings.ReplaceAll(job, worker, "WORKER")
	job = regexp.MustCompile(`go-\d+-\d+`).ReplaceAllString(job, "go-1-TIME")
	job = regexp.MustCompile(`("pipelineProtoHash": ")[0-9a-f]{64}"`).ReplaceAllString(job, `${1}HASH"`)
	var tree map[string]any
	if err := json.Unmarshal([]byte(job), &tree); err != nil {
		t.Fatalf("%v:\n%s", err, job)
	}
	environment, _ := tree["environment"].(map[string]any)
	options, _ := environment["sdkPipelineOptions"].(map[string]any)
	data, _ := options["display_data"].([]any)
	text := func(option any) string {
		o, _ := option.(map[string]any)
		return fmt.Sprint(o["key"], " ", o["namespace"])
	}
	slices.SortFunc(data, func(a, b any) int { return strings.Compare(text(a), text(b)) })
	pools, _ := environment["workerPools"].([]any)
	for _, pool := range pools {
		images, _ := pool.(map[string]any)["sdkHarnessContainerImages"].([]any)
		for _, image := range images {
			abilities, _ := image.(map[string]any)["capabilities"].([]any)
			slices.SortFunc(abilities, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
	}
	out, err := json.MarshalIndent(tree, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// An update finds the state of the running job by the names of transforms: see TestTransformNamesAreFrozen.
func TestTransformNamesOnDataflowAreFrozen(t *testing.T) {
	for _, join := range []string{"state", "keyed", "side-input"} {
		t.Run(join, func(t *testing.T) {
			o := &runOptions{events: "pubsub://my-project/events", control: "pubsub://my-project/control", out: "pubsub://my-project/scores",
				allow: "gs://bucket/models", join: join, runner: "dataflow", streaming: true, shards: 16, subShards: 1, block: 100, shadow: "next"}
			p, s := beam.NewPipelineWithRoot()
			if err := buildRun(s, o, nil); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "transforms-dataflow-"+join+".txt")
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), strings.Join(transformNames(t, p), "\n")+"\n"); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}
