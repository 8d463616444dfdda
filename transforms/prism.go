package transforms

import (
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// keepBundlesWhole sets the embedded runner's experiment by which it does not split bundles. It splits those that make no
// progress for 100 ms, stateful ones too (SDK 2.77), and then works on the rest while the first part is still at work on
// the same key: what one of them writes to the state is lost. A block that waits for its document is reason enough.
// Nothing here gains by splits: what runs side by side are branches. The SDK reads experiments when a pipeline is run,
// from this variable, so a construction that comes before is in time.
func keepBundlesWhole() {
	const experiment = "prism_disable_sdf_split"
	if set := jobopts.GetExperiments(); !slices.Contains(set, experiment) {
		*jobopts.Experiments = strings.Join(append(set, experiment), ",")
	}
}
