package io.github.beampmml.flink;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.beam.vendor.grpc.v1p69p0.io.grpc.netty.NettyServerBuilder;

/**
 * Makes the job server, and what a TaskManager opens for its workers, listen on loopback alone.
 *
 * <p>The runner binds its gRPC servers to all interfaces, whatever host they are given. None of them
 * knows its callers: who reaches the job server can run programs on the cluster.
 */
public final class Loopback {

  private Loopback() {}

  /** Stands in for {@code NettyServerBuilder.forPort} in ServerFactory. */
  public static NettyServerBuilder forPort(int port) {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }
}
