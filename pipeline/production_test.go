package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var kubernetesFolder = filepath.Join("..", "runners", "flink", "kubernetes")

// objects reads all of a file's documents.
func objects(t *testing.T, file string) (list []map[string]any) {
	t.Helper()
	f, err := os.Open(filepath.Join(kubernetesFolder, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for d := yaml.NewDecoder(f); ; {
		var object map[string]any
		if err := d.Decode(&object); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, key := range []string{"apiVersion", "kind", "metadata", "spec"} {
			if object[key] == nil {
				t.Errorf("%s: an object without %s", file, key)
			}
		}
		list = append(list, object)
	}
}

// container finds the container of that name, wherever it is.
func container(t *testing.T, tree any, name string) map[string]any {
	t.Helper()
	var find func(any) map[string]any
	find = func(at any) map[string]any {
		switch at := at.(type) {
		case map[string]any:
			if at["name"] == name && at["image"] != nil {
				return at
			}
			for _, value := range at {
				if found := find(value); found != nil {
					return found
				}
			}
		case []any:
			for _, value := range at {
				if found := find(value); found != nil {
					return found
				}
			}
		case []map[string]any:
			for _, value := range at {
				if found := find(value); found != nil {
					return found
				}
			}
		}
		return nil
	}
	found := find(tree)
	if found == nil {
		t.Fatalf("no container %s", name)
	}
	return found
}

func argsOf(container map[string]any) (args []string) {
	list, _ := container["args"].([]any)
	for _, arg := range list {
		text, _ := arg.(string)
		args = append(args, text)
	}
	return args
}

func TestKubernetesExample(t *testing.T) {
	cluster, job := objects(t, "flink.yaml"), objects(t, "job.yaml")
	workers, submit, server := container(t, cluster, "workers"), container(t, job, "submit"), container(t, cluster, "job-server")
	if workers["image"] != submit["image"] {
		t.Errorf("workers are of %v, the job of %v", workers["image"], submit["image"])
	}
	// The program reads its flags before it prints its help, and stops at one that it does not know or cannot read.
	for _, args := range [][]string{argsOf(workers), argsOf(submit)} {
		if out, err := exec.Command("pipeline", append(args, "--help")...).CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	value := func(args []string, name string) string {
		for _, arg := range args {
			if v, ok := strings.CutPrefix(arg, name+"="); ok {
				return v
			}
		}
		return ""
	}
	pool := value(argsOf(workers), "--listen")
	if got := value(argsOf(submit), "--environment_config"); got != pool || pool == "" {
		t.Errorf("workers listen at %q, the job looks for them at %q", pool, got)
	}
	if host, _, _ := strings.Cut(pool, ":"); host != "127.0.0.1" {
		t.Errorf("workers listen at %s, where others than their TaskManager reach them", pool)
	}
	name := cluster[0]["metadata"].(map[string]any)["name"].(string)
	for _, want := range []struct{ args, flag, value string }{
		{"submit", "--flink-rest", "http://" + name + "-rest:8081"}, // what the operator calls the cluster's service
		{"server", "--flink-master", name + "-rest:8081"},
		{"submit", "--endpoint", name + "-job-server:8099"},
	} {
		args := argsOf(submit)
		if want.args == "server" {
			args = argsOf(server)
		}
		if got := value(args, want.flag); got != want.value {
			t.Errorf("%s is %q, want %q", want.flag, got, want.value)
		}
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(server["image"].(string), "apache/beam_flink"), "_")
	if image, _ := cluster[0]["spec"].(map[string]any)["image"].(string); !strings.HasPrefix(image, "flink:"+version+".") {
		t.Errorf("the job server is for Flink %s, the cluster is %s", version, image)
	}
}

// foreign are flags of other programs that the page names, and the one that all commands have.
var foreign = []string{
	"help", "sdk-language", "metadata-file", "image", "template-file-gcs-location", "parameters", "staging-location", "service-account-email", "max-workers", "output",
}

// The page of production names flags that there are.
func TestFlagsOfTheProductionPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "production.md"))
	if err != nil {
		t.Fatal(err)
	}
	pool := newWorkerPoolCommand().Flags()
	table := newControlCommand()
	n := 0
	for _, found := range regexp.MustCompile("(?:^|[\\s`(])--([a-z][a-z0-9_-]*)").FindAllStringSubmatch(string(text), -1) {
		name := found[1]
		n++
		known := flag.CommandLine.Lookup(name) != nil || pool.Lookup(name) != nil || slices.Contains(foreign, name)
		for _, c := range table.Commands() {
			known = known || c.Flags().Lookup(name) != nil
		}
		if !known {
			t.Errorf("docs/production.md names --%s, which no command has", name)
		}
	}
	if n < 20 {
		t.Errorf("only %d flags found: the test looks in the wrong place", n)
	}
}
