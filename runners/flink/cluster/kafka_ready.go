package cluster

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// brokerAnswers says whether a broker at this address answers requests. It listens long before that, so a connection alone
// says nothing. Asked is which versions it speaks (ApiVersions, version 0), the one request that needs no knowledge of it.
func brokerAnswers(ctx context.Context, address string) bool {
	const correlation = 7
	var request []byte
	request = binary.BigEndian.AppendUint16(request, 18) // ApiVersions
	request = binary.BigEndian.AppendUint16(request, 0)
	request = binary.BigEndian.AppendUint32(request, correlation)
	request = binary.BigEndian.AppendUint16(request, 0xffff) // no client id
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok && conn.SetDeadline(deadline) != nil {
		return false
	}
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(request))), request...)); err != nil {
		return false
	}
	var answer [10]byte // size, correlation, error
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return false
	}
	return binary.BigEndian.Uint32(answer[4:]) == correlation && binary.BigEndian.Uint16(answer[8:]) == 0
}
