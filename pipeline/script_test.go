package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts of testdata/script call this program as pipeline.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"pipeline": func() { os.Exit(realMain(os.Args[1:])) },
	})
}

// TestScript runs the transcripts in testdata/script: the program as a person calls it, and what it prints.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"gzip":    gzipFile,
			"until":   until,
			"append":  appendText,
			"replace": replaceText,
		},
	})
}

// exits CODE COMMAND ARGS… runs the command and wants that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// gzip FROM TO writes a compressed copy.
func gzipFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gzip FROM TO")
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o644))
}

// until FILE PATTERN waits until a line of the file matches; a background program writes it.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILE PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var data []byte
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if data, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && pattern.Match(data) {
			return
		}
	}
	ts.Fatalf("no line of %s matches %s within a minute:\n%s", args[0], args[1], data)
}

// append FILE TEXT appends to a file, \n being a line's end.
func appendText(ts *testscript.TestScript, neg bool, args []string) {
	writeText(ts, neg, args, os.O_APPEND)
}

// replace FILE TEXT writes a file anew in its place, \n being a line's end.
func replaceText(ts *testscript.TestScript, neg bool, args []string) {
	writeText(ts, neg, args, os.O_TRUNC)
}

func writeText(ts *testscript.TestScript, neg bool, args []string, how int) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append|replace FILE TEXT")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY|how, 0)
	ts.Check(err)
	_, err = f.WriteString(strings.ReplaceAll(args[1], `\n`, "\n"))
	ts.Check(err)
	ts.Check(f.Close())
}
