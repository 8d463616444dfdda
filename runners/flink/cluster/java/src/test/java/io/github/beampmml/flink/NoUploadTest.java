package io.github.beampmml.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.construction.resources.PipelineResources;
import org.apache.beam.sdk.util.construction.resources.PipelineResourcesOptions;
import org.junit.jupiter.api.Test;

class NoUploadTest {

  /** By the same way as the job server: the option names the class, and its method is found. */
  @Test
  void theJobServerFindsItAndUploadsNothing() {
    PipelineResourcesOptions options =
        PipelineOptionsFactory.fromArgs(
                "--pipelineResourcesDetectorFactoryClass=" + NoUpload.class.getName())
            .as(PipelineResourcesOptions.class);
    assertEquals(
        List.of(),
        PipelineResources.detectClassPathResourcesToStage(getClass().getClassLoader(), options));
  }
}
