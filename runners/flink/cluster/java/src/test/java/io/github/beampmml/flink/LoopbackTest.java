package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.apache.beam.vendor.grpc.v1p69p0.io.grpc.Server;
import org.junit.jupiter.api.Test;

class LoopbackTest {

  @Test
  void aServerListensOnLoopback() throws Exception {
    Server server = Loopback.forPort(0).build().start();
    try {
      assertTrue(
          server.getListenSockets().stream()
              .allMatch(a -> ((InetSocketAddress) a).getAddress().isLoopbackAddress()),
          server.getListenSockets().toString());
    } finally {
      server.shutdownNow();
    }
  }
}
