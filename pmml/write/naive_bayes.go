package write

// NaiveBayes is a classifier that takes its inputs to be independent of each other within a class.
type NaiveBayes struct {
	Inputs  []Input
	Target  string
	Classes []string
	Counts  []float64 // how often each class was seen
	// Evidence holds what is known of each input.
	Evidence []Evidence
	// Threshold stands for the probability of a category that was never seen together with a class, and for a density that is smaller.
	Threshold float64
}

// Evidence is what is known of an input: Counts of a categorical one, Means and Variances of a number, which is normally distributed
// within each class.
type Evidence struct {
	Counts    [][]float64 // by category and class
	Means     []float64   // by class
	Variances []float64   // by class, above 0
}

func (b *NaiveBayes) fields(d *document) {
	d.inputs, d.target, d.classes = b.Inputs, b.Target, b.Classes
}

func (b *NaiveBayes) check(d *document) {
	d.checkTarget()
	if b.Classes == nil {
		d.refuse("naive Bayes without classes")
	}
	b.length(d, b.Counts, "counts")
	if len(b.Evidence) != len(b.Inputs) {
		d.refuse("evidence of %d inputs for %d", len(b.Evidence), len(b.Inputs))
		return
	}
	if b.Threshold < 0 {
		d.refuse("threshold %v", b.Threshold)
	}
	total := 0.0
	for _, n := range b.Counts {
		total += n
	}
	if !(total > 0) {
		d.refuse("naive Bayes that has seen nothing")
	}
	for i := range b.Evidence {
		b.checkEvidence(d, &b.Inputs[i], &b.Evidence[i])
	}
}

func (b *NaiveBayes) checkEvidence(d *document, in *Input, e *Evidence) {
	if in.Categories == nil {
		if e.Counts != nil || len(e.Means) != len(b.Classes) || len(e.Variances) != len(b.Classes) {
			d.refuse("number %q needs a mean and a variance for each class", in.Name)
		}
		for _, v := range e.Variances {
			if !(v > 0) {
				d.refuse("a variance of %q is %v", in.Name, v)
			}
		}
		return
	}
	if e.Means != nil || e.Variances != nil || len(e.Counts) != len(in.Categories) {
		d.refuse("categorical %q needs counts for each category", in.Name)
	}
	for _, counts := range e.Counts {
		b.length(d, counts, "counts of a category of "+in.Name)
	}
}

func (b *NaiveBayes) length(d *document, counts []float64, what string) {
	if len(counts) != len(b.Classes) {
		d.refuse("%d %s for %d classes", len(counts), what, len(b.Classes))
	}
	for _, n := range counts {
		if n < 0 {
			d.refuse("%s: %v", what, n)
		}
	}
}

func (b *NaiveBayes) write(d *document) {
	d.open("NaiveBayesModel", "functionName", "classification", "threshold", d.number(b.Threshold))
	d.prologue()
	d.open("BayesInputs")
	for i := range b.Inputs {
		d.open("BayesInput", "fieldName", b.Inputs[i].Name)
		if b.Inputs[i].Categories == nil {
			b.normal(d, &b.Evidence[i])
		} else {
			b.pairs(d, b.Inputs[i].Categories, b.Evidence[i].Counts)
		}
		d.close("BayesInput")
	}
	d.close("BayesInputs")
	d.open("BayesOutput", "fieldName", b.Target)
	b.counts(d, b.Counts)
	d.close("BayesOutput")
	d.verify()
	d.close("NaiveBayesModel")
}

func (b *NaiveBayes) normal(d *document, e *Evidence) {
	d.open("TargetValueStats")
	for i, class := range b.Classes {
		d.open("TargetValueStat", "value", class)
		d.empty("GaussianDistribution", "mean", d.number(e.Means[i]), "variance", d.number(e.Variances[i]))
		d.close("TargetValueStat")
	}
	d.close("TargetValueStats")
}

func (b *NaiveBayes) pairs(d *document, categories []string, counts [][]float64) {
	for i, category := range categories {
		d.open("PairCounts", "value", category)
		b.counts(d, counts[i])
		d.close("PairCounts")
	}
}

func (b *NaiveBayes) counts(d *document, counts []float64) {
	d.open("TargetValueCounts")
	for i, class := range b.Classes {
		d.empty("TargetValueCount", "value", class, "count", d.number(counts[i]))
	}
	d.close("TargetValueCounts")
}
