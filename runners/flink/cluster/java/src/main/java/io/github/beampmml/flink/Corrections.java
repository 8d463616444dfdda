package io.github.beampmml.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the corrected classes of the runner into a directory.
 *
 * <p>{@code Corrections DIRECTORY NAME...}: each correction is asked for by its name, so any can be
 * left out.
 */
public final class Corrections {
  private static final String OPERATOR =
      "org/apache/beam/runners/flink/translation/wrappers/streaming/ExecutableStageDoFnOperator";

  private static final Map<String, List<Redirect>> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "side-input-state",
        List.of(
            Redirect.call(
                "org/apache/beam/runners/core/SideInputHandler",
                "org/apache/beam/sdk/coders/IterableCoder",
                "of",
                SideInputState.class,
                "of")));
    ALL.put(
        "residuals",
        List.of(
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
  }

  private Corrections() {}

  public static void main(String[] args) throws IOException {
    Path directory = Paths.get(args[0]);
    for (int i = 1; i < args.length; i++) {
      List<Redirect> redirects = ALL.get(args[i]);
      if (redirects == null) {
        throw new IllegalArgumentException(
            "no correction " + args[i] + "; there are " + ALL.keySet());
      }
      for (Redirect redirect : redirects) {
        redirect.write(directory);
      }
    }
  }
}
