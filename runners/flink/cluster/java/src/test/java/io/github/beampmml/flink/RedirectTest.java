package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedirectTest {

  /** What a runner's class calls. */
  public static class Stock {
    private final String name;

    public Stock(String name) {
      this.name = name;
    }

    public static String make(int n) {
      return "stock " + n;
    }

    public String read(String suffix) {
      return name + suffix;
    }
  }

  /** What it is to call. */
  public static class Ours extends Stock {
    public Ours(String name) {
      super("our " + name);
    }

    public static String make(int n) {
      return "our " + n;
    }

    public static String take(Stock stock, String suffix) {
      return "taken " + stock.read(suffix);
    }
  }

  /** A class of the runner. */
  public static class Caller implements Supplier<String> {
    @Override
    public String get() {
      return Stock.make(7) + ", " + new Stock("one").read("!");
    }
  }

  /** One of another version, where there are two such calls. */
  public static class CallerOfTwo implements Supplier<String> {
    @Override
    public String get() {
      return Stock.make(1) + Stock.make(2);
    }
  }

  @TempDir Path directory;

  @Test
  void aStaticCallGoesElsewhere() throws Exception {
    Redirect.call(name(Caller.class), name(Stock.class), "make", Ours.class, "make").write(directory);
    assertEquals("our 7, one!", new Shadow(directory).run(Caller.class));
  }

  @Test
  void aCallOfAnObjectGoesToAStaticMethodThatGetsTheObject() throws Exception {
    Redirect.call(name(Caller.class), name(Stock.class), "read", Ours.class, "take").write(directory);
    assertEquals("stock 7, taken one!", new Shadow(directory).run(Caller.class));
  }

  @Test
  void aCreationMakesAnotherClass() throws Exception {
    Redirect.creation(name(Caller.class), name(Stock.class), Ours.class).write(directory);
    assertEquals("stock 7, our one!", new Shadow(directory).run(Caller.class));
  }

  @Test
  void aClassOfAnotherVersionIsRefusedAndNotWritten() {
    assertRefused(
        "2 times", Redirect.call(name(CallerOfTwo.class), name(Stock.class), "make", Ours.class, "make"));
    assertRefused(
        "0 times", Redirect.call(name(Caller.class), name(Stock.class), "gone", Ours.class, "make"));
    assertRefused("no class", Redirect.call("not/There", name(Stock.class), "make", Ours.class, "make"));
  }

  private void assertRefused(String says, Redirect redirect) {
    IOException e = assertThrows(IOException.class, () -> redirect.write(directory));
    assertTrue(e.getMessage().contains(says), e.getMessage());
    assertFalse(Files.exists(directory.resolve(name(Caller.class) + ".class")));
    assertFalse(Files.exists(directory.resolve(name(CallerOfTwo.class) + ".class")));
  }

  private static String name(Class<?> c) {
    return c.getName().replace('.', '/');
  }
}
