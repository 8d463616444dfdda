package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.model.fnexecution.v1.BeamFnApi.BundleApplication;
import org.apache.beam.model.fnexecution.v1.BeamFnApi.DelayedBundleApplication;
import org.apache.beam.model.fnexecution.v1.BeamFnApi.ProcessBundleResponse;
import org.apache.beam.runners.core.InMemoryStateInternals;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StateTags;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.vendor.grpc.v1p69p0.com.google.protobuf.ByteString;
import org.apache.beam.vendor.grpc.v1p69p0.com.google.protobuf.Duration;
import org.apache.beam.vendor.grpc.v1p69p0.com.google.protobuf.Timestamp;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class ResidualsTest {
  private final Coder<WindowedValue<String>> coder =
      WindowedValues.getFullCoder(StringUtf8Coder.of(), GlobalWindow.Coder.INSTANCE);
  private final StateNamespace namespace =
      StateNamespaces.window(GlobalWindow.Coder.INSTANCE, GlobalWindow.INSTANCE);
  private final Map<String, InMemoryStateInternals<String>> states = new HashMap<>();
  private final List<SetTimer> timers = new ArrayList<>();

  /** What was asked of the timers. */
  private static final class SetTimer {
    final String state;
    final Instant resume;
    final Instant hold;

    SetTimer(Object[] arguments) {
      state = (String) arguments[1];
      resume = (Instant) arguments[3];
      hold = (Instant) arguments[4];
    }
  }

  private final Residuals<String> residuals =
      new Residuals<>(
          key -> recorder(),
          key -> states.computeIfAbsent(key, InMemoryStateInternals::forKey),
          coder,
          GlobalWindow.Coder.INSTANCE);

  private TimerInternals recorder() {
    return (TimerInternals)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {TimerInternals.class},
            (proxy, method, arguments) -> {
              assertEquals("setTimer", method.getName());
              timers.add(new SetTimer(arguments));
              return null;
            });
  }

  private DelayedBundleApplication.Builder residual(String element) throws Exception {
    byte[] bytes =
        CoderUtils.encodeToByteArray(coder, WindowedValues.valueInGlobalWindow(element));
    return DelayedBundleApplication.newBuilder()
        .setApplication(BundleApplication.newBuilder().setElement(ByteString.copyFrom(bytes)));
  }

  private void keep(DelayedBundleApplication.Builder residual) {
    residuals.onCheckpoint(ProcessBundleResponse.newBuilder().addResidualRoots(residual).build());
  }

  private ValueState<WindowedValue<String>> state(String key, String name) {
    return states.get(key).state(namespace, StateTags.value(name, coder));
  }

  private Object take(String key, String name) {
    Object taken = Residuals.take(state(key, name));
    return taken == null ? null : ((WindowedValue<?>) taken).getValue();
  }

  @Test
  void aResidualLiesInTheStateThatItsTimerNames() throws Exception {
    keep(residual("lane 1"));
    assertTrue(timers.get(0).state.startsWith("sdf_checkpoint"), "the operator knows it by this");
    assertEquals("lane 1", take("lane 1", timers.get(0).state));
  }

  @Test
  void aSourceThatPausesForEverNeedsOneName() throws Exception {
    for (int i = 0; i < 100; i++) {
      keep(residual("lane 1"));
      assertEquals("lane 1", take("lane 1", timers.get(i).state));
    }
    assertEquals(1, timers.stream().map(t -> t.state).distinct().count());
  }

  @Test
  void residualsOfOneKeyThatWaitTogetherDoNotHideEachOther() throws Exception {
    keep(residual("lane 1"));
    keep(residual("lane 1"));
    keep(residual("lane 2"));
    assertEquals("lane 1", take("lane 1", timers.get(0).state));
    assertEquals("lane 1", take("lane 1", timers.get(1).state));
    assertEquals(timers.get(0).state, timers.get(2).state, "names are shared between keys");
    assertEquals("lane 2", take("lane 2", timers.get(2).state));
  }

  @Test
  void whatWasTakenIsGone() throws Exception {
    keep(residual("lane 1"));
    take("lane 1", timers.get(0).state);
    assertNull(take("lane 1", timers.get(0).state));
  }

  @Test
  void aResumeDelayCountsInMilliseconds() throws Exception {
    Instant before = Instant.now();
    keep(residual("lane 1").setRequestedTimeDelay(Duration.newBuilder().setSeconds(3).setNanos(250_000_000)));
    Instant after = Instant.now();
    Instant resume = timers.get(0).resume;
    assertTrue(!resume.isBefore(before.plus(3250)) && !resume.isAfter(after.plus(3250)), resume.toString());
  }

  @Test
  void theLeastWatermarkIsHeldInMilliseconds() throws Exception {
    DelayedBundleApplication.Builder root = residual("lane 1");
    root.getApplicationBuilder()
        .putOutputWatermarks("a", Timestamp.newBuilder().setSeconds(20).setNanos(5_000_000).build())
        .putOutputWatermarks("b", Timestamp.newBuilder().setSeconds(10).setNanos(7_000_000).build());
    keep(root);
    assertEquals(new Instant(10_007), timers.get(0).hold);
  }

  @Test
  void withoutAWatermarkNothingMoves() throws Exception {
    keep(residual("lane 1"));
    assertEquals(BoundedWindow.TIMESTAMP_MIN_VALUE, timers.get(0).hold);
  }
}
