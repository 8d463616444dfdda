package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// openToOthers returns the sockets on which one of these processes listens for more than this machine.
func openToOthers(pids []int) ([]string, error) {
	owned := map[string]int{} // socket -> pid
	for _, pid := range pids {
		links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, "socket:[") {
				owned[strings.Trim(to, "socket:[]")] = pid
			}
		}
	}
	var open []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, err := os.ReadFile(table)
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(data) {
			fields := strings.Fields(string(line))
			const listens = "0A"
			if len(fields) < 10 || fields[3] != listens {
				continue
			}
			if pid, ours := owned[fields[9]]; ours && !loopback(fields[1]) {
				open = append(open, fmt.Sprintf("pid %d at %s", pid, fields[1]))
			}
		}
	}
	return open, nil
}

// loopback says whether an address of /proc/net/tcp, in hexadecimal words of the machine, is of this machine alone.
func loopback(address string) bool {
	host, _, _ := strings.Cut(address, ":")
	const one = "00000000000000000000000001000000"                                                                                 // ::1
	return host == one || strings.HasSuffix(host, "7F") && (len(host) == 8 || strings.HasPrefix(host, "0000000000000000FFFF0000")) // 127.0.0.0/8
}
