//go:build profile

package flink

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"
)

// A build for those who look where a worker spends its time (-tags profile; the trials' flag -profile makes it): as long as
// it lives it writes CPU profiles beside its executable, one every few seconds, which go tool pprof adds up.

func init() {
	if !IsWorker(os.Args[1:]) {
		return
	}
	executable, err := os.Executable()
	if err != nil {
		panic(err)
	}
	go profileForEver(filepath.Dir(executable))
}

const profileTime = 5 * time.Second

func profileForEver(dir string) {
	for n := 0; ; n++ {
		name := filepath.Join(dir, fmt.Sprintf("worker-%d-%03d.prof", os.Getpid(), n))
		if err := profileOnce(name); err != nil {
			fmt.Fprintln(os.Stderr, "no profile:", err)
			return
		}
	}
}

func profileOnce(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	time.Sleep(profileTime)
	pprof.StopCPUProfile()
	return f.Close()
}
