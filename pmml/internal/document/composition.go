package document

// Model composition (until 4.1, deprecated since): a Regression or DecisionTree stands inside a MiningModel, before what reads its ResultFields, or
// inside the Node whose value it gives. Here it becomes the model element that it stands for, with ResultFields as its Output; those
// inside a MiningModel become the segments of a chain.

// embedded decodes a Regression or DecisionTree.
func (d *decoder) embedded(name []byte) *Model {
	a := d.attributes()
	m := &Model{At: a.at, Element: "RegressionModel", Name: a.optional("modelName"), HasSchema: true}
	start := (*decoder).regression
	if string(name) == "DecisionTree" {
		m.Element, start = "TreeModel", (*decoder).tree
	}
	if a.required("functionName") != "" {
		m.Function = a.choice("functionName", functions...)
	}
	b := start(d, m)
	d.each(func(name []byte) {
		switch {
		case string(name) == "ResultField":
			m.HasOutput = true
			m.Output = append(m.Output, d.resultField())
		case d.commonPart(m, name) || b.child(name):
		default:
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
		}
	})
	b.finish()
	return m
}

// resultField decodes a ResultField: a value for the rest of the model, not a result of the document.
func (d *decoder) resultField() *OutputField {
	a := d.attributes()
	return &OutputField{At: a.at, Name: a.required("name"), OpType: a.optional("optype"), DataType: a.optional("dataType"),
		Feature: a.choice("feature", features[1:]...), Value: a.maybe("value"), Rank: 1, Hidden: true}
}

// compose makes segments of the models inside a MiningModel.
func (mm *Mining) compose(m *Model) {
	mm.HasSegmentation, mm.Method, mm.MissingTreatment, mm.MissingThreshold = true, "modelChain", "continue", 1
	mm.Segments = append(mm.Segments, Segment{At: m.At, Weight: 1, Predicate: Predicate{Kind: True, At: m.At}, Model: m, Composed: true})
}
