package compile

import "github.com/beam-pmml/beam-pmml/pmml/internal/program"

func (c *compiler) supportVectorMachine(m *model) program.Scorer { return nil }
