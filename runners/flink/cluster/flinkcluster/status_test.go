package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

func write(t *testing.T, text string, elem ...string) {
	t.Helper()
	path := filepath.Join(elem...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestStatus(t *testing.T) {
	rest := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{"jobs":[{"jid":"7","name":"fraud","state":"RUNNING","start-time":1793491200000}]}`))
	}))
	defer rest.Close()
	s, k := cluster.Settings{Dir: t.TempDir(), Cache: t.TempDir()}, cluster.KafkaSettings{Dir: t.TempDir(), Cache: t.TempDir()}
	print := func() string {
		t.Helper()
		var out bytes.Buffer
		if err := status(t.Context(), &out, s, k); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	if got := print(); got != "nothing runs" {
		t.Errorf("before anything was started: %s", got)
	}
	write(t, "1 another-time\n", s.Dir, "pids", "jobmanager")
	write(t, `{"rest":"`+rest.URL+`","job_server":"localhost:1234"}`, s.Dir, "addresses.json")
	write(t, `{"kafka":"localhost:5678"}`, k.Dir, "addresses.json")
	got := print()
	for _, want := range []string{
		"jobmanager pid 1 has ended " + filepath.Join(s.Dir, "logs", "jobmanager.log"),
		"REST and UI " + rest.URL, "job server localhost:1234", "Kafka localhost:5678",
		"job fraud 7 RUNNING since 2026-11-01T00:00:00Z",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"start"}, {"up", "none"}, {"tm-kill"}, {"tm-kill", "0"}, {"up", "1", "2"}, {"down", "1"}, {"-slots=x", "up"}} {
		if code := run(append([]string{"-dir=" + t.TempDir(), "-cache=" + t.TempDir()}, args...)); code != 2 {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}
