package write

// Boosted is an ensemble of trees whose values are added to Base, as gradient boosting makes it. Of the sums, a Link makes the
// number; two classes have one sum, the first class's log-odds; more have one sum a class, and their softmax gives the probabilities.
// A row for which one tree predicts nothing has no prediction.
type Boosted struct {
	Inputs  []Input
	Target  string
	Classes []string
	Link    Link      // of a number
	Base    []float64 // one a sum
	Trees   [][]*Node // of each sum; leaves have values
}

// Link makes the prediction of a number out of a sum.
type Link uint8

// The links of a number.
const (
	Identity Link = iota
	Exp           // e to the sum: Poisson, gamma and Tweedie objectives
)

func (b *Boosted) fields(d *document) { d.inputs, d.target, d.classes = b.Inputs, b.Target, b.Classes }

func (b *Boosted) check(d *document) {
	d.checkTarget()
	sums := 1
	if len(b.Classes) > 2 {
		sums = len(b.Classes)
	}
	if len(b.Base) != sums || len(b.Trees) != sums {
		d.refuse("%d bases and trees of %d sums, for %d sums", len(b.Base), len(b.Trees), sums)
		return
	}
	if b.Link > Exp || b.Link != Identity && b.Classes != nil {
		d.refuse("link %d", b.Link)
	}
	var all []*Node
	for i, trees := range b.Trees {
		if len(trees) == 0 {
			d.refuse("a sum without trees")
		}
		all = append(all, trees...)
		for _, in := range b.Inputs {
			if in.Name == b.margin(i) {
				d.refuse("an input is named %q, as a sum is", in.Name)
			}
		}
	}
	if b.Target == b.margin(0) {
		d.refuse("the target is named %q, as a sum is", b.Target)
	}
	d.checkTrees(all, 0)
}

// margin names a sum.
func (b *Boosted) margin(i int) string {
	if len(b.Classes) > 2 {
		return "margin(" + b.Classes[i] + ")"
	}
	return "margin"
}

func (b *Boosted) write(d *document) {
	d.open("MiningModel", "functionName", d.function())
	d.prologue()
	if b.Classes == nil && b.Link == Identity {
		d.open("Targets")
		d.empty("Target", "field", b.Target, "rescaleConstant", d.number(b.Base[0]))
		d.close("Targets")
		d.trees(b.Trees[0], nil, "sum")
	} else {
		b.chain(d)
	}
	d.verify()
	d.close("MiningModel")
}

// chain writes the sums and, of their outputs, a regression with the link (specification, MiningModel: modelChain).
func (b *Boosted) chain(d *document) {
	d.open("Segmentation", "multipleModelMethod", "modelChain", "missingPredictionTreatment", "returnMissing")
	for i, trees := range b.Trees {
		d.segment(i+1, func() {
			d.open("MiningModel", "functionName", "regression")
			d.schema("")
			d.open("Output")
			d.empty("OutputField", "name", b.margin(i), "optype", "continuous", "dataType", "double", "feature", "predictedValue", "isFinalResult", "false")
			d.close("Output")
			d.trees(trees, nil, "sum")
			d.close("MiningModel")
		})
	}
	d.segment(len(b.Trees)+1, func() { b.link(d) })
	d.close("Segmentation")
}

func (b *Boosted) link(d *document) {
	normalization := "exp"
	switch {
	case len(b.Classes) == 2:
		normalization = "logit"
	case len(b.Classes) > 2:
		normalization = "softmax"
	}
	d.open("RegressionModel", "functionName", d.function(), "normalizationMethod", normalization)
	d.open("MiningSchema")
	for i := range b.Trees {
		d.empty("MiningField", "name", b.margin(i))
	}
	d.empty("MiningField", "name", b.Target, "usageType", "target")
	d.close("MiningSchema")
	for i := range b.Trees {
		pairs := []string{"intercept", d.number(b.Base[i])}
		if b.Classes != nil {
			pairs = append(pairs, "targetCategory", b.Classes[i])
		}
		d.open("RegressionTable", pairs...)
		d.empty("NumericPredictor", "name", b.margin(i), "coefficient", "1")
		d.close("RegressionTable")
	}
	if len(b.Classes) == 2 {
		d.empty("RegressionTable", "intercept", "0", "targetCategory", b.Classes[1])
	}
	d.close("RegressionModel")
}
