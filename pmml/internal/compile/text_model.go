package compile

import "github.com/beam-pmml/beam-pmml/pmml/internal/program"

func (c *compiler) textModel(m *model) program.Scorer { return nil }
