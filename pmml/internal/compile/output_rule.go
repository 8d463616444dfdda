package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// ruleFeature shows a rule that fired, or a part of it.
func (c *compiler) ruleFeature(d *document.OutputField, m *model, show shower) (program.Eval, value.Type) {
	if d.Feature == "ruleId" {
		return c.entity(d, show), value.Untyped
	}
	c.unsupported(d.At, "feature %s of %s", d.Feature, m.doc.Element)
	return nil, value.Untyped
}
