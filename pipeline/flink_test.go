package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// fakeFlink lists two jobs, one of which runs, and stops, saves and cancels that one.
func fakeFlink(t *testing.T) (url string, calls *[]string) {
	t.Helper()
	calls = new([]string)
	answers := map[string]string{
		"GET /jobs/overview":        `{"jobs":[{"jid":"7","name":"fraud","state":"RUNNING","start-time":1793491200000},{"jid":"6","name":"fraud","state":"FAILED","start-time":0}]}`,
		"POST /jobs/7/stop":         `{"request-id":"r"}`,
		"POST /jobs/7/savepoints":   `{"request-id":"r"}`,
		"GET /jobs/7/savepoints/r":  `{"status":{"id":"COMPLETED"},"operation":{"location":"file:/savepoints/1"}}`,
		"GET /jobs/7":               `{"state":"FINISHED"}`,
		"PATCH /jobs/7?mode=cancel": `{}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := r.Method + " " + r.URL.RequestURI()
		*calls = append(*calls, call)
		text, known := answers[call]
		if !known {
			w.WriteHeader(http.StatusNotFound)
		}
		w.Write([]byte(text))
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func TestFlinkCommands(t *testing.T) {
	for _, c := range []struct {
		args   []string
		prints string
		call   string
	}{
		{[]string{"jobs"}, "7  RUNNING  2026-11-01T00:00:00Z  fraud\n6  FAILED   1970-01-01T00:00:00Z  fraud\n", "GET /jobs/overview"},
		{[]string{"jobs", "--json"}, `{"id":"7","name":"fraud","state":"RUNNING","started":"2026-11-01T00:00:00Z"}` + "\n" +
			`{"id":"6","name":"fraud","state":"FAILED","started":"1970-01-01T00:00:00Z"}` + "\n", "GET /jobs/overview"},
		{[]string{"stop", "fraud"}, "file:/savepoints/1\n", "POST /jobs/7/stop"},
		{[]string{"stop", "7"}, "file:/savepoints/1\n", "POST /jobs/7/stop"},
		{[]string{"savepoint", "fraud"}, "file:/savepoints/1\n", "POST /jobs/7/savepoints"},
		{[]string{"cancel", "fraud"}, "", "PATCH /jobs/7?mode=cancel"},
	} {
		url, calls := fakeFlink(t)
		var out bytes.Buffer
		root := newRootCommand()
		root.SetOut(&out)
		root.SetArgs(append([]string{"flink", "--flink-rest=" + url}, c.args...))
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Errorf("%v: %v", c.args, err)
		}
		if out.String() != c.prints {
			t.Errorf("%v prints %q, want %q", c.args, out.String(), c.prints)
		}
		if !strings.Contains(strings.Join(*calls, "\n"), c.call) {
			t.Errorf("%v has called %v", c.args, *calls)
		}
	}
}

func TestFlinkCommandsThatFail(t *testing.T) {
	url, calls := fakeFlink(t)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"stop", "nobody"}, exitFailed, "no running job"},
		{[]string{"cancel", "6"}, exitFailed, "no running job"}, // it has ended
		{[]string{"stop"}, exitUsage, "accepts 1 arg"},
		{[]string{"start", "fraud"}, exitUsage, "unknown command"},
		{[]string{"jobs", "--flink-rest=http://localhost:1"}, exitFailed, "REST interface does not answer at http://localhost:1"},
	} {
		root := newRootCommand()
		root.SetArgs(append([]string{"flink", "--flink-rest=" + url}, c.args...))
		err := root.ExecuteContext(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.says) || exitCode(err) != c.code {
			t.Errorf("%v: exit %d, %v", c.args, exitCode(err), err)
		}
	}
	if text := strings.Join(*calls, "\n"); strings.Contains(text, "POST") || strings.Contains(text, "PATCH") {
		t.Errorf("something was done: %s", text)
	}
}
