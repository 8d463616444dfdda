package io.github.beampmml.flink;

import java.util.List;
import org.apache.beam.sdk.util.construction.resources.PipelineResourcesDetector;

/**
 * Tells the job server that a job needs no jar of its own.
 *
 * <p>The stock detector names every jar of the job server's class path, and all of them (200 MB)
 * are then uploaded with every job. The machines of this cluster have the same class path, so there
 * is nothing to upload. Chosen per job, by the pipeline option {@code
 * pipeline_resources_detector_factory_class}.
 */
public final class NoUpload implements PipelineResourcesDetector.Factory {

  /** The job server finds this method by its name. */
  public static PipelineResourcesDetector.Factory create() {
    return new NoUpload();
  }

  @Override
  public PipelineResourcesDetector getPipelineResourcesDetector() {
    return classLoader -> List.of();
  }
}
