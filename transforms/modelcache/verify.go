package modelcache

import (
	"context"
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// verify holds a model to the rows that its document brings for that purpose, the first so many of them. A document that says
// otherwise than its own rows is not served: either it was damaged on its way, or this engine reads it otherwise than the one that
// wrote it.
func verify(ctx context.Context, m *pmml.Model, most int) error {
	differences, err := m.VerifyRows(ctx, most)
	switch {
	case len(differences) == 1:
		return permanent{fmt.Errorf("it does not reproduce its own ModelVerification: %s", differences[0])}
	case len(differences) > 1:
		return permanent{fmt.Errorf("it does not reproduce its own ModelVerification: %s; and %d more", differences[0], len(differences)-1)}
	case err != nil:
		return fmt.Errorf("ModelVerification: %w", err)
	}
	return nil
}
