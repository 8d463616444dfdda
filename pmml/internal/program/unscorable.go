package program

// Unscorable is a model that ends each row with its own text as the reason.
type Unscorable string

// Score ends the row.
func (u Unscorable) Score(f *Frame, _ *Prediction) { f.Fail(NoResult, "", string(u)) }

// Bytes returns the memory that it takes.
func (u Unscorable) Bytes() int64 { return int64(len(u)) }
