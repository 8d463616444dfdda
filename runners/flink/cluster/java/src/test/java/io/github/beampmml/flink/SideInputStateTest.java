package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.WindowedValues;
import org.junit.jupiter.api.Test;

class SideInputStateTest {
  private final Coder<Iterable<String>> strings = IterableCoder.of(StringUtf8Coder.of());

  @Test
  void theCoderOfAStreamGivesWayToThatOfWhatItHolds() throws Exception {
    Coder<?> stream = WindowedValues.getFullCoder(strings, GlobalWindow.Coder.INSTANCE);
    @SuppressWarnings("unchecked")
    Coder<Iterable<String>> state = (Coder<Iterable<String>>) (Coder<?>) SideInputState.of(stream);
    Iterable<String> view = List.of("a", "b");
    assertEquals(view, CoderUtils.clone(state, view));
  }

  @Test
  void anyOtherCoderIsThatOfAnElement() {
    assertEquals(strings, SideInputState.of(StringUtf8Coder.of()));
    Coder<?> ofPlain = WindowedValues.getFullCoder(StringUtf8Coder.of(), GlobalWindow.Coder.INSTANCE);
    assertEquals(IterableCoder.of(ofPlain), SideInputState.of(ofPlain));
  }
}
