package main

import (
	"net"
	"os"
	"testing"
)

func TestOpenToOthers(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue // no such interface
		}
		if open, err := openToOthers([]int{os.Getpid()}); err != nil || len(open) != 0 {
			t.Errorf("%s: %v %v", address, open, err)
		}
		l.Close()
	}
	l, err := net.Listen("tcp", ":0") //nolint:gosec // what must be found
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if open, err := openToOthers([]int{os.Getpid()}); err != nil || len(open) != 1 {
		t.Errorf("%v %v", open, err)
	}
	if open, err := openToOthers([]int{1 << 22}); err != nil || len(open) != 0 {
		t.Errorf("of another process: %v %v", open, err)
	}
}
