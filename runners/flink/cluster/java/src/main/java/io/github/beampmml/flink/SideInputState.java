package io.github.beampmml.flink;

import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.values.WindowedValues.WindowedValueCoder;

/**
 * Makes the state that holds a side input writable to a checkpoint.
 *
 * <p>The state holds an iterable of elements, and the runner asks for its coder by {@code
 * IterableCoder.of(coder of an element)}. The translation of portable streaming pipelines answers
 * with the coder of the stream that fills the side input instead, which is a windowed value of an
 * iterable. Writing the state with it fails with a ClassCastException, hence every checkpoint does.
 */
public final class SideInputState {

  private SideInputState() {}

  /** Stands in for {@code IterableCoder.of} in SideInputHandler. */
  public static IterableCoder<?> of(Coder<?> coder) {
    if (coder instanceof WindowedValueCoder) {
      Coder<?> held = ((WindowedValueCoder<?>) coder).getValueCoder();
      if (held instanceof IterableCoder) {
        return (IterableCoder<?>) held;
      }
    }
    return IterableCoder.of(coder);
  }
}
