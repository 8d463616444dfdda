package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// google stands in for what a submission speaks to: the token service, the bucket and Dataflow.
type google struct {
	*httptest.Server
	mu      sync.Mutex
	staged  map[string][]byte // by the object's last name
	created []map[string]any  // jobs, as they came
	asked   int               // for the state of a job
}

func newGoogle(t *testing.T) *google {
	g := &google{staged: map[string][]byte{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	answer := func(text string) { _, _ = io.WriteString(w, text) }
	switch path := r.URL.Path; {
	case path == "/token":
		answer(`{"access_token":"t","token_type":"Bearer","expires_in":3600}`)
	case strings.HasPrefix(path, "/upload/"):
		// A form of two parts: what the object is, and its bytes.
		head, data, _ := bytes.Cut(body, []byte("application/octet-stream\r\n\r\n"))
		if len(data) == 0 {
			head, data, _ = bytes.Cut(body, []byte("text/plain; charset=utf-8\r\n\r\n"))
		}
		end := bytes.LastIndex(data, []byte("\r\n--"))
		for _, name := range []string{"worker", "model"} {
			if end >= 0 && bytes.Contains(head, []byte("/"+name+`"`)) {
				g.staged[name] = data[:end]
			}
		}
		answer(`{"bucket":"bucket","name":"object"}`)
	case strings.HasPrefix(path, "/storage/"):
		answer(`{"name":"bucket"}`)
	case strings.HasSuffix(path, "/jobs") && r.Method == http.MethodPost:
		var job map[string]any
		if json.Unmarshal(body, &job) == nil {
			g.created = append(g.created, job)
		}
		answer(`{"id":"2026-11-30_new"}`)
	case strings.HasSuffix(path, "/jobs"):
		answer(`{"jobs":[{"id":"2026-11-01_other","name":"others"},{"id":"2026-11-01_old","name":"scores"}]}`)
	case strings.Contains(path, "/jobs/"):
		g.asked++
		answer(`{"id":"2026-11-30_new","currentState":"JOB_STATE_RUNNING"}`)
	default:
		http.NotFound(w, r)
	}
}

// env makes the program speak to the stand-in, with a key that was made for this test.
func (g *google) env(t *testing.T) []string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "my-project", "client_email": "test@my-project.iam.gserviceaccount.com", "token_uri": g.URL + "/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(path, account, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"GOOGLE_APPLICATION_CREDENTIALS=" + path, "STORAGE_EMULATOR_HOST=" + g.URL}
}

// A launcher starts the program with flags alone and waits for its end; the job goes on for ever.
func TestTemplateEndsOnceTheJobIsSubmitted(t *testing.T) {
	g, worker := newGoogle(t), fakeWorker(t)
	args := append(slices.Clone(onDataflow[2:]), "--worker_binary="+worker, "--dataflow_endpoint="+g.URL+"/")
	log := pipelineOnDataflow(t, append(g.env(t), "FLEX_TEMPLATE_GO_BINARY=/template/beam-pmml"), args...)
	if len(g.created) != 1 || g.asked != 0 {
		t.Fatalf("%d jobs were submitted, their state asked for %d times:\n%s", len(g.created), g.asked, log)
	}
	job := g.created[0]
	if job["type"] != "JOB_TYPE_STREAMING" || job["name"] != "scores" || job["replaceJobId"] != nil {
		t.Errorf("%v %v %v", job["type"], job["name"], job["replaceJobId"])
	}
	binary, err := os.ReadFile(worker)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(g.staged["worker"], binary) {
		t.Errorf("%d bytes were staged for a worker of %d", len(g.staged["worker"]), len(binary))
	}
	sum := sha256.Sum256(binary)
	if text, _ := json.Marshal(job); !bytes.Contains(text, []byte(hex.EncodeToString(sum[:]))) {
		t.Error("the job does not name the worker's digest")
	}
	for _, part := range []string{"projects/my-project/subscriptions/events", "projects/my-project/topics/scores.dead-letters", "pmml.Score/transforms.stateFn"} {
		if !bytes.Contains(g.staged["model"], []byte(part)) {
			t.Errorf("the model does not name %s", part)
		}
	}
}

func TestUpdateReplacesTheRunningJob(t *testing.T) {
	g := newGoogle(t)
	pipelineOnDataflow(t, g.env(t), append(slices.Clone(onDataflow), "--worker_binary="+fakeWorker(t), "--dataflow_endpoint="+g.URL+"/",
		"--update", `--transform_name_mapping={"pmml.Score/old":"pmml.Score/transforms.stateFn"}`)...)
	if len(g.created) != 1 {
		t.Fatalf("%d jobs were submitted", len(g.created))
	}
	job := g.created[0]
	names, _ := job["transformNameMapping"].(map[string]any)
	if job["replaceJobId"] != "2026-11-01_old" || names["pmml.Score/old"] != "pmml.Score/transforms.stateFn" {
		t.Errorf("replaces %v with names %v", job["replaceJobId"], names)
	}
}
