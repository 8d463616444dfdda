package compile

import "github.com/beam-pmml/beam-pmml/pmml/internal/program"

func (c *compiler) clustering(m *model) program.Scorer { return nil }
