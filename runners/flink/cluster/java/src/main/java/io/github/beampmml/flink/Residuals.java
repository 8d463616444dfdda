package io.github.beampmml.flink;

import java.util.List;
import org.apache.beam.model.fnexecution.v1.BeamFnApi.DelayedBundleApplication;
import org.apache.beam.model.fnexecution.v1.BeamFnApi.ProcessBundleResponse;
import org.apache.beam.runners.core.StateInternalsFactory;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StateTags;
import org.apache.beam.runners.core.TimerInternalsFactory;
import org.apache.beam.runners.fnexecution.control.BundleCheckpointHandler;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.vendor.grpc.v1p69p0.com.google.protobuf.Timestamp;
import org.joda.time.Instant;

/**
 * Keeps what a self-checkpointing source has left to read (a residual) until its timer fires.
 *
 * <p>Stands in for the streaming operator's own handler, which gives every residual a keyed state
 * of a new name and never empties it. Flink keeps each name for ever: checkpoints grow by about 1.3
 * KB with every pause of a source, and more than 32767 names cannot be written at all. Here a
 * residual takes the first state of its key that is empty, and {@link #take} empties it when the
 * residual is resumed. So there are as many names as residuals of one key wait at the same time:
 * mostly one.
 *
 * <p>Two more differences: a resume delay and a watermark hold count in milliseconds, where the
 * stock handler cuts both to whole seconds.
 *
 * <p>A residual that the stock handler stored (a savepoint of an unchanged runner) is resumed as
 * well, since the timer carries the name of its state.
 */
public final class Residuals<T> implements BundleCheckpointHandler {

  /** By this prefix the operator knows the timer of a residual from a timer of the pipeline. */
  private static final String PREFIX = "sdf_checkpoint";

  private final TimerInternalsFactory<T> timers;
  private final StateInternalsFactory<T> states;
  private final Coder<WindowedValue<T>> residualCoder;
  private final Coder<BoundedWindow> windowCoder;

  /** Has the signature of the stock handler's constructor. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Residuals(
      TimerInternalsFactory<T> timers,
      StateInternalsFactory<T> states,
      Coder<WindowedValue<T>> residualCoder,
      Coder windowCoder) {
    this.timers = timers;
    this.states = states;
    this.residualCoder = residualCoder;
    this.windowCoder = (Coder<BoundedWindow>) windowCoder;
  }

  @Override
  public void onCheckpoint(ProcessBundleResponse response) {
    for (DelayedBundleApplication root : response.getResidualRootsList()) {
      if (root.hasApplication()) {
        try {
          keep(root);
        } catch (Exception e) {
          throw new IllegalStateException("cannot store what a source has left to read", e);
        }
      }
    }
  }

  private void keep(DelayedBundleApplication root) throws Exception {
    WindowedValue<T> residual =
        CoderUtils.decodeFromByteArray(
            residualCoder, root.getApplication().getElement().toByteArray());
    Instant resume = resumeTime(root);
    Instant hold = watermarkHold(root);
    for (BoundedWindow window : residual.getWindows()) {
      StateNamespace namespace = StateNamespaces.window(windowCoder, window);
      WindowedValue<T> ofWindow =
          WindowedValues.of(
              residual.getValue(), residual.getTimestamp(), List.of(window), residual.getPaneInfo());
      String name = store(namespace, ofWindow);
      timers
          .timerInternalsForKey(residual.getValue())
          .setTimer(namespace, name, "", resume, hold, TimeDomain.PROCESSING_TIME);
    }
  }

  /** Returns the name of the state that now holds the residual. */
  private String store(StateNamespace namespace, WindowedValue<T> residual) {
    for (int slot = 0; ; slot++) {
      String name = PREFIX + ":slot:" + slot;
      ValueState<WindowedValue<T>> state =
          states
              .stateInternalsForKey(residual.getValue())
              .state(namespace, StateTags.value(name, residualCoder));
      if (state.read() == null) {
        state.write(residual);
        return name;
      }
    }
  }

  /** Stands in for {@code ValueState.read} where the operator resumes a residual. */
  public static Object take(ValueState<?> state) {
    Object residual = state.read();
    state.clear();
    return residual;
  }

  private static Instant resumeTime(DelayedBundleApplication root) {
    long delay = 0;
    if (root.hasRequestedTimeDelay()) {
      delay =
          root.getRequestedTimeDelay().getSeconds() * 1000
              + root.getRequestedTimeDelay().getNanos() / 1_000_000;
    }
    return Instant.now().plus(delay);
  }

  /** Without a watermark nothing is known, so the output watermark must not move at all. */
  private static Instant watermarkHold(DelayedBundleApplication root) {
    Instant hold = BoundedWindow.TIMESTAMP_MAX_VALUE;
    if (root.getApplication().getOutputWatermarksMap().isEmpty()) {
      return BoundedWindow.TIMESTAMP_MIN_VALUE;
    }
    for (Timestamp watermark : root.getApplication().getOutputWatermarksMap().values()) {
      Instant at =
          Instant.ofEpochMilli(
              watermark.getSeconds() * 1000 + watermark.getNanos() / 1_000_000);
      if (at.isBefore(hold)) {
        hold = at;
      }
    }
    return hold;
  }
}
