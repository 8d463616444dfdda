package write

// Input is a field that a model reads: a number without Categories, otherwise one of these strings.
type Input struct {
	Name       string
	Categories []string
}

// Numbers returns inputs that are all numbers.
func Numbers(names ...string) []Input {
	out := make([]Input, len(names))
	for i, name := range names {
		out[i].Name = name
	}
	return out
}

// Width is how many columns an input has in a learner's matrix: one for a number, one for each category otherwise.
func (in *Input) Width() int { return max(1, len(in.Categories)) }

// Columns is how many columns the inputs have together, in their order.
func Columns(inputs []Input) int {
	n := 0
	for i := range inputs {
		n += inputs[i].Width()
	}
	return n
}

// probability names the output that holds a class's probability.
func probability(class string) string { return "probability(" + class + ")" }

// checkFields refuses names that are empty or stand for two things.
func (d *document) checkFields() {
	if len(d.inputs) == 0 {
		d.refuse("a model without inputs")
	}
	seen := map[string]bool{}
	once := func(name string) {
		if name == "" || seen[name] {
			d.refuse("field name %q is empty or used twice", name)
		}
		seen[name] = true
	}
	for i := range d.inputs {
		once(d.inputs[i].Name)
		d.checkCategories(d.inputs[i].Name, d.inputs[i].Categories)
	}
	if d.target != "" {
		once(d.target)
	}
	d.checkCategories(d.target, d.classes)
	if len(d.classes) == 1 {
		d.refuse("%q has one class alone", d.target)
	}
	for _, class := range d.classes {
		once(probability(class))
	}
}

func (d *document) checkCategories(field string, categories []string) {
	seen := map[string]bool{}
	for _, c := range categories {
		if c == "" || seen[c] {
			d.refuse("category %q of %q is empty or given twice", c, field)
		}
		seen[c] = true
	}
}

// checkNumbers refuses categorical inputs.
func (d *document) checkNumbers() {
	for i := range d.inputs {
		if d.inputs[i].Categories != nil {
			d.refuse("input %q must be a number", d.inputs[i].Name)
		}
	}
}

// checkTarget refuses a model without a target.
func (d *document) checkTarget() {
	if d.target == "" {
		d.refuse("a model without a target")
	}
}

// function is the functionName of a model that predicts the target.
func (d *document) function() string {
	if d.classes != nil {
		return "classification"
	}
	return "regression"
}

// dictionary writes the DataDictionary.
func (d *document) dictionary() {
	d.open("DataDictionary")
	for i := range d.inputs {
		d.dataField(d.inputs[i].Name, d.inputs[i].Categories)
	}
	if d.target != "" {
		d.dataField(d.target, d.classes)
	}
	d.close("DataDictionary")
}

func (d *document) dataField(name string, categories []string) {
	if categories == nil {
		d.empty("DataField", "name", name, "optype", "continuous", "dataType", "double")
		return
	}
	d.open("DataField", "name", name, "optype", "categorical", "dataType", "string")
	for _, c := range categories {
		d.empty("Value", "value", c)
	}
	d.close("DataField")
}

// prologue writes what every model begins with: the MiningSchema, and the probabilities of classes as Output.
func (d *document) prologue() {
	d.schema(d.target)
	if d.classes == nil {
		return
	}
	d.open("Output")
	for _, class := range d.classes {
		d.empty("OutputField", "name", probability(class), "optype", "continuous", "dataType", "double", "feature", "probability", "value", class)
	}
	d.close("Output")
}

// schema writes the MiningSchema of a model of all inputs; target may be empty.
func (d *document) schema(target string) {
	d.open("MiningSchema")
	for i := range d.inputs {
		d.empty("MiningField", "name", d.inputs[i].Name)
	}
	if target != "" {
		d.empty("MiningField", "name", target, "usageType", "target")
	}
	d.close("MiningSchema")
}
