package flink

import (
	"errors"
	"fmt"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/protobuf/proto"
)

// ErrSideInputs is returned for a pipeline with a side input and checkpoints, where every checkpoint would fail.
var ErrSideInputs = errors.New("flink: this cluster cannot write side inputs to a checkpoint")

// urnParDo is the kind of transform that may have side inputs.
const urnParDo = "beam:transform:pardo:v1"

// checkSideInputs refuses what Flink's runner accepts and then starts again at every checkpoint, for ever.
func (o Options) checkSideInputs(p *pipepb.Pipeline) error {
	if o.sideInputs || o.CheckpointInterval == 0 {
		return nil
	}
	for _, t := range p.GetComponents().GetTransforms() {
		if t.GetSpec().GetUrn() != urnParDo {
			continue
		}
		var payload pipepb.ParDoPayload
		if err := proto.Unmarshal(t.GetSpec().GetPayload(), &payload); err != nil {
			return fmt.Errorf("flink: transform %s: %w", t.GetUniqueName(), err)
		}
		if len(payload.GetSideInputs()) > 0 {
			return fmt.Errorf("%w, and %s has one: each checkpoint would fail and restart the job. Take another --join (state, keyed), or --flink-checkpoint-interval=0, or a cluster"+
				" whose runner is corrected and says so (%s: %s in its config.yaml)", ErrSideInputs, t.GetUniqueName(), confCorrections, sideInputState)
		}
	}
	return nil
}
