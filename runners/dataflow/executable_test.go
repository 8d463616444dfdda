package dataflow

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// executable writes a file that has the header of a program for Linux, and one segment.
func executable(t *testing.T, machine elf.Machine, segment elf.ProgType) string {
	t.Helper()
	var out bytes.Buffer
	header := elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT), Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	for _, part := range []any{header, elf.Prog64{Type: uint32(segment)}} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(path, out.Bytes(), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWorkersThatDataflowCannotStart(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{executable(t, elf.EM_X86_64, elf.PT_LOAD), ""},
		{executable(t, elf.EM_AARCH64, elf.PT_LOAD), ""},
		{executable(t, elf.EM_X86_64, elf.PT_INTERP), "needs libraries of the machine"},
		{executable(t, elf.EM_RISCV, elf.PT_LOAD), "is for EM_RISCV"},
		{script, "is no executable for Linux"},
		{filepath.Join(t.TempDir(), "nowhere"), "no such file"},
	} {
		err := checkWorker(c.path)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "--worker_binary")) {
			t.Errorf("%v; want %q", err, c.want)
		}
	}
}
