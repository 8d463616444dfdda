package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each correction, on the very runner that the class path has. */
class CorrectionsTest {
  private static final String OURS = "io/github/beampmml/flink/";
  private static final String OPERATOR =
      "org/apache/beam/runners/flink/translation/wrappers/streaming/ExecutableStageDoFnOperator";

  private static final Map<String, Set<String>> FILES =
      Map.of(
          "side-input-state",
          Set.of(OURS + "SideInputState", "org/apache/beam/runners/core/SideInputHandler"),
          "residuals",
          Set.of(OURS + "Residuals", OPERATOR, OPERATOR + "$SdkHarnessDoFnRunner"),
          "loopback",
          Set.of(
              OURS + "Loopback",
              "org/apache/beam/sdk/fn/server/ServerFactory$InetSocketAddressServerFactory"),
          "no-upload",
          Set.of(OURS + "NoUpload"));

  @TempDir Path directory;

  @Test
  void eachWritesItsOwnFilesAndNoOthers() throws IOException {
    assertEquals(FILES.keySet(), Corrections.names());
    for (String name : Corrections.names()) {
      Path alone = directory.resolve(name);
      Corrections.write(name, alone);
      assertEquals(FILES.get(name), classes(alone), name);
    }
  }

  @Test
  void allTogetherAreTheUnion() throws IOException {
    Corrections.main(
        Stream.concat(Stream.of(directory.toString()), Corrections.names().stream())
            .toArray(String[]::new));
    assertEquals(
        FILES.values().stream().flatMap(Set::stream).collect(Collectors.toSet()), classes(directory));
  }

  @Test
  void noneIsNothing() throws IOException {
    Corrections.main(new String[] {directory.toString()});
    assertEquals(Set.of(), classes(directory));
  }

  @Test
  void theClassesOfTheRunnerThatWereChangedCallOursAndPassTheVerifier() throws Exception {
    for (String name : Corrections.names()) {
      Path alone = directory.resolve(name);
      Corrections.write(name, alone);
      String ours = FILES.get(name).stream().filter(f -> f.startsWith(OURS)).findFirst().get();
      try (Shadow classPath = new Shadow(alone)) {
        for (String file : FILES.get(name)) {
          Class<?> loaded = Class.forName(file.replace('/', '.'), true, classPath);
          assertEquals(
              alone.toUri().toURL(), loaded.getProtectionDomain().getCodeSource().getLocation());
          assertTrue(contains(alone.resolve(file + ".class"), ours), file + " does not name " + ours);
        }
      }
    }
  }

  @Test
  void anUnknownOneIsRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Corrections.write("no-such", directory));
    assertTrue(e.getMessage().contains("side-input-state, residuals, loopback, no-upload"), e.getMessage());
  }

  private static boolean contains(Path classFile, String name) throws IOException {
    return new String(Files.readAllBytes(classFile), StandardCharsets.ISO_8859_1).contains(name);
  }

  private static Set<String> classes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> directory.relativize(f).toString().replaceAll("\\.class$", ""))
          .collect(Collectors.toSet());
    }
  }
}
