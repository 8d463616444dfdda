package io.github.beampmml.flink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes corrections of the runner into a directory that stands first in the cluster's class path.
 *
 * <p>{@code Corrections DIRECTORY NAME...}: each correction is asked for by its name and brings all
 * that it needs, so any can be left out and leaves nothing behind.
 */
public final class Corrections {
  private static final String OPERATOR =
      "org/apache/beam/runners/flink/translation/wrappers/streaming/ExecutableStageDoFnOperator";

  /** A class of ours, and the calls in the runner's classes that go to it. */
  private static final class Correction {
    final Class<?> ours;
    final List<Redirect> redirects;

    Correction(Class<?> ours, Redirect... redirects) {
      this.ours = ours;
      this.redirects = List.of(redirects);
    }
  }

  private static final Map<String, Correction> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "side-input-state",
        new Correction(
            SideInputState.class,
            Redirect.call(
                "org/apache/beam/runners/core/SideInputHandler",
                "org/apache/beam/sdk/coders/IterableCoder",
                "of",
                SideInputState.class,
                "of")));
    ALL.put(
        "residuals",
        new Correction(
            Residuals.class,
            Redirect.creation(
                OPERATOR,
                "org/apache/beam/runners/fnexecution/control/"
                    + "BundleCheckpointHandlers$StateAndTimerBundleCheckpointHandler",
                Residuals.class),
            Redirect.call(
                OPERATOR + "$SdkHarnessDoFnRunner",
                "org/apache/beam/sdk/state/ValueState",
                "read",
                Residuals.class,
                "take")));
    ALL.put(
        "loopback",
        new Correction(
            Loopback.class,
            Redirect.call(
                "org/apache/beam/sdk/fn/server/ServerFactory$InetSocketAddressServerFactory",
                "org/apache/beam/vendor/grpc/v1p69p0/io/grpc/netty/NettyServerBuilder",
                "forPort",
                Loopback.class,
                "forPort")));
    ALL.put("no-upload", new Correction(NoUpload.class)); // asked for by each job
  }

  private Corrections() {}

  public static void main(String[] args) throws IOException {
    Path directory = Paths.get(args[0]);
    for (int i = 1; i < args.length; i++) {
      write(args[i], directory);
    }
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  static void write(String name, Path directory) throws IOException {
    Correction correction = ALL.get(name);
    if (correction == null) {
      throw new IllegalArgumentException("no correction " + name + "; there are " + names());
    }
    copy(correction.ours, directory);
    for (Redirect redirect : correction.redirects) {
      redirect.write(directory);
    }
  }

  private static void copy(Class<?> ours, Path directory) throws IOException {
    String file = ours.getName().replace('.', '/') + ".class";
    Path to = directory.resolve(file);
    Files.createDirectories(to.getParent());
    try (InputStream in = Corrections.class.getClassLoader().getResourceAsStream(file)) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
