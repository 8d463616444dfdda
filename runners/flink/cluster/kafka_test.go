package cluster

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
)

func TestTheBrokerListensOnLoopbackAlone(t *testing.T) {
	s, err := KafkaSettings{Dir: t.TempDir(), Cache: t.TempDir(), Port: 19092, Conf: []string{"num.partitions=7"}}.complete()
	if err != nil {
		t.Fatal(err)
	}
	properties := string(s.properties())
	for _, line := range []string{
		"listeners=PLAINTEXT://localhost:19092,CONTROLLER://localhost:9093", "advertised.listeners=PLAINTEXT://localhost:19092",
		"log.dirs=" + s.folder().path("data"), "auto.create.topics.enable=true", "log.retention.ms=-1",
	} {
		if !strings.Contains("\n"+properties, "\n"+line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
	if !strings.HasSuffix(properties, "\nnum.partitions=7\n") {
		t.Error("a line of the caller must be the last of its key")
	}
	if got := s.Address(); got != "localhost:19092" {
		t.Errorf("clients are told %s", got)
	}
}

// fakeBroker answers one request with these bytes after the size, and returns what it was asked.
func fakeBroker(t *testing.T, answer []byte) (address string, asked chan []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	asked = make(chan []byte, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var size [4]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		request := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(conn, request); err != nil {
			return
		}
		asked <- request
		conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(answer))), answer...))
	}()
	return l.Addr().String(), asked
}

func TestABrokerIsReadyWhenItAnswers(t *testing.T) {
	address, asked := fakeBroker(t, []byte{0, 0, 0, 7, 0, 0, 0, 0, 0, 0})
	if !brokerAnswers(t.Context(), address) {
		t.Error("it answers")
	}
	if got := <-asked; string(got) != "\x00\x12\x00\x00\x00\x00\x00\x07\xff\xff" {
		t.Errorf("asked %x", got)
	}
}

func TestABrokerIsNotReadyWhile(t *testing.T) {
	withError, _ := fakeBroker(t, []byte{0, 0, 0, 7, 0, 35, 0, 0, 0, 0})
	other, _ := fakeBroker(t, []byte("HTTP/1.1 400"))
	cut, _ := fakeBroker(t, []byte{0, 0})
	for name, address := range map[string]string{"it refuses": withError, "another listens": other, "the answer is cut": cut} {
		if brokerAnswers(t.Context(), address) {
			t.Errorf("%s: ready", name)
		}
	}
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if brokerAnswers(t.Context(), l.Addr().String()) {
		t.Error("nobody listens: ready")
	}
}

func TestKillOfABrokerThatWasNotStarted(t *testing.T) {
	s, err := KafkaSettings{Dir: t.TempDir(), Cache: t.TempDir()}.complete()
	if err != nil {
		t.Fatal(err)
	}
	if err := (&Kafka{Settings: s}).Kill(t.Context()); err == nil || !strings.Contains(err.Error(), "was not started") {
		t.Errorf("%v", err)
	}
	if err := KafkaDown(t.Context(), s); err != nil {
		t.Errorf("down of what does not run: %v", err)
	}
}
