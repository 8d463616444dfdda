package flink

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// logTail is how much is shown of what a worker printed, bytes.
const logTail = 2000

// printed returns the end of what the worker process that wrote last has printed into the folder since then, for an error; empty
// if there is none, or if the folder is on another machine.
func printed(folder string, since time.Time) string {
	if folder == "" {
		return ""
	}
	files, err := filepath.Glob(filepath.Join(folder, "worker-*.log"))
	if err != nil {
		return ""
	}
	var newest string
	at := since
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.Size() > 0 && !info.ModTime().Before(at) {
			newest, at = file, info.ModTime()
		}
	}
	text, err := tailOf(newest)
	if err != nil || text == "" {
		return ""
	}
	return fmt.Sprintf("the worker printed, into %s:\n%s", newest, text)
}

func tailOf(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-logTail), logTail))
	return strings.TrimSpace(string(data)), err
}

// workerLogs is where the workers of a job print: where the options say, else in a folder of the job's own where the
// cluster says.
func (o Options) workerLogs(a about, jobName string) string {
	if o.Worker.Logs != "" || o.Environment != Process || a.workerLogs == "" || !filepath.IsAbs(a.workerLogs) {
		return o.Worker.Logs
	}
	return filepath.Join(a.workerLogs, fileName(jobName))
}

// fileName makes a job's name one of a folder, below the one that holds it.
func fileName(job string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:`, r) || r < ' ' {
			return '_'
		}
		return r
	}, job)
	return "job-" + name
}
