package dataflow

import (
	"debug/elf"
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// chooseWorker makes this executable the worker unless another one is given. Without any, Beam would call the Go toolchain
// to compile the sources, which a machine that submits jobs need not have.
func chooseWorker() error {
	if *jobopts.WorkerBinary == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("dataflow: path of this executable: %w", err)
		}
		*jobopts.WorkerBinary = self
	}
	return checkWorker(*jobopts.WorkerBinary)
}

// checkWorker refuses an executable that would start on no worker: the job would be accepted, and its workers fail for ever.
func checkWorker(path string) error {
	bad := func(why string) error {
		return fmt.Errorf("dataflow: the worker %s %s; build one by CGO_ENABLED=0 GOOS=linux GOARCH=amd64 and give it as --worker_binary", path, why)
	}
	f, err := elf.Open(path)
	if err != nil {
		return bad("is no executable for Linux (" + err.Error() + ")")
	}
	defer f.Close()
	if f.Machine != elf.EM_X86_64 && f.Machine != elf.EM_AARCH64 {
		return bad("is for " + f.Machine.String())
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return bad("needs libraries of the machine that it runs on")
		}
	}
	return nil
}
