package upgrade

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/function"
)

// renamed are elements that have another name in 4.4.
var renamed = map[string]string{
	"Trend": "Trend_ExpoSmooth", "Seasonality": "Seasonality_ExpoSmooth", // ExponentialSmoothing of 4.0
	"TextModelSimilarity": "TextModelSimiliarity", // the schema's own spelling
}

// rule changes an element whose own name is of 4.4 already.
type rule func(u *upgrader, n, parent *node)

// rules by element. Those of models hold for each model element.
var rules = map[string][]rule{
	"PMML":              {root},
	"DataField":         {oldType},
	"DerivedField":      {dataType, meaning, derivedOptype},
	"OutputField":       {transformed, dataType, plainValues, ruleAlgorithm},
	"MiningSchema":      {noField},
	"CompoundPredicate": {single},
	"MiningField":       {vendorTreatments, usage},
	"TargetValue":       {shownValue},
	"Segmentation":      {vendorMethods, tables},
	"Apply":             {builtin},
	"NormDiscrete":      {thermometer},
	"Array":             {arrayType},
	"RegressionTable":   {func(_ *upgrader, n, _ *node) { n.otherwise("intercept", "0") }},
	"ScoreDistribution": {recordCount},
	"BayesInputs":       {inputsOfExtensions},
	"NeuralNetwork":     {activation, keep("x-leakage")},
	"NeuralLayer":       {keep("x-leakage")},
	"TextIndex":         {keep("x-wordRE")},
	"ClusteringModel":   {centerFields, numberOfClusters},
	"StateSpaceModel":   {finalState},
}

func init() {
	for name := range schema["Segment"].ranks {
		if strings.HasSuffix(name, "Model") || name == "NeuralNetwork" || name == "Scorecard" {
			rules[name] = append([]rule{mathContext, emptyOutput}, rules[name]...)
		}
	}
	rules["SupportVectorMachineModel"] = append(rules["SupportVectorMachineModel"], binaryTarget)
	rules["GaussianProcessModel"] = append(rules["GaussianProcessModel"], noisyVariance)
}

// root makes the root element one of 4.4, with the Header that it needs.
func root(_ *upgrader, n, _ *node) {
	n.attributes = nil
	n.set("version", "4.4")
	if n.child("Header") == nil {
		n.add("Header")
	}
}

// finalState gives the state of a StateSpaceModel its name: an exporter writes that of KalmanState.
func finalState(_ *upgrader, n, _ *node) {
	for _, c := range n.children {
		if c.name == "FinalStateVector" {
			c.name = "StateVector"
		}
	}
}

// keep moves an attribute of older versions or of vendors into an Extension.
func keep(name string) rule {
	return func(_ *upgrader, n, _ *node) {
		if value, ok := n.take(name); ok {
			n.extend(name, value)
		}
	}
}

// binaryTarget: until 3.2 a lone machine decides at one half; since 4.0 it has an alternateTargetCategory of its own.
func binaryTarget(u *upgrader, n, parent *node) {
	if u.before("4.0") {
		keep("alternateBinaryTargetCategory")(u, n, parent)
		return
	}
	category, ok := n.take("alternateBinaryTargetCategory")
	machines := 0
	for _, c := range n.children {
		if c.name == "SupportVectorMachine" {
			machines++
		}
	}
	if ok && machines == 1 { // of several it says nothing
		n.child("SupportVectorMachine").otherwise("alternateTargetCategory", category)
	}
}

func mathContext(u *upgrader, n, parent *node) { keep("x-mathContext")(u, n, parent) }

// noisyVariance keeps that until 4.3 the variance of a Gaussian process holds that of the noise.
func noisyVariance(u *upgrader, n, _ *node) {
	if u.before("4.4") {
		n.extend("x-noisyVariance", "true")
	}
}

// dataType writes the type that a field without one has.
func dataType(u *upgrader, n, _ *node) {
	if t, ok := u.in.Types[n.at]; ok {
		n.otherwise("dataType", t)
	}
}

// oldType: 3.0 leaves the dataType of a DataField to its reader.
func oldType(_ *upgrader, n, _ *node) {
	t := "string"
	if optype, _ := n.get("optype"); optype == "continuous" {
		t = "double"
	}
	n.otherwise("dataType", t)
}

// meaning: the dataType of what a NeuralOutput means has no part in scoring.
func meaning(_ *upgrader, n, parent *node) {
	if parent == nil || parent.name != "NeuralOutput" {
		return
	}
	t := "double"
	if n.child("NormDiscrete") != nil {
		t = "string"
	}
	n.otherwise("dataType", t)
}

// derivedOptype writes the optype that a derived field without one has; it has no part in scoring.
func derivedOptype(_ *upgrader, n, _ *node) {
	optype := "categorical"
	switch t, _ := n.get("dataType"); t {
	case "double", "float", "integer":
		optype = "continuous"
	}
	n.otherwise("optype", optype)
}

// transformed: until 4.1 an OutputField with an expression shows that, if it names no feature.
func transformed(u *upgrader, n, _ *node) {
	if !u.before("4.2") || n.has("feature") {
		return
	}
	for _, c := range n.children {
		if c.isElement() && c.name != "Extension" && c.name != "Decisions" && c.name != "Value" {
			n.set("feature", "transformedValue")
		}
	}
}

// plainValues drops the values of an output that no expression stands before, where the schema has no place for them.
func plainValues(_ *upgrader, n, _ *node) {
	expression := false
	for name, rank := range schema["OutputField"].ranks {
		expression = expression || rank == schema["OutputField"].ranks["Apply"] && n.child(name) != nil
	}
	if !expression {
		n.drop("Value")
	}
}

// ruleAlgorithm: some write "rule", which no schema knows and Load takes for the default.
func ruleAlgorithm(_ *upgrader, n, _ *node) {
	if value, _ := n.get("algorithm"); value == "rule" {
		n.take("algorithm")
	}
}

// emptyOutput drops an Output without fields.
func emptyOutput(_ *upgrader, n, _ *node) {
	n.children = slices.DeleteFunc(n.children, func(c *node) bool { return c.name == "Output" && c.child("OutputField") == nil })
}

// noField lists a field in a MiningSchema without any: one that the model is not concerned with, or else the first, as a field that the
// model reads.
func noField(u *upgrader, n, parent *node) {
	dictionary := u.root.child("DataDictionary")
	if n.child("MiningField") != nil || dictionary == nil || parent == nil {
		return
	}
	for _, f := range dictionary.children {
		if name, ok := f.get("name"); ok && f.name == "DataField" && !parent.mentions(name) {
			n.add("MiningField", "name", name, "usageType", "supplementary")
			return
		}
	}
	if first := dictionary.child("DataField"); first != nil {
		name, _ := first.get("name")
		n.add("MiningField", "name", name)
	}
}

// mentions says whether a name is the value of an attribute of n or of what it holds.
func (n *node) mentions(name string) bool {
	for i := range n.attributes {
		if n.attributes[i].value == name {
			return true
		}
	}
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.mentions(name) })
}

// single puts the only predicate of a compound in its place.
func single(_ *upgrader, n, _ *node) {
	for n.name == "CompoundPredicate" && n.lift() {
	}
}

// lift puts the only child element of n in its place.
func (n *node) lift() bool {
	var only *node
	for _, c := range n.children {
		switch {
		case !c.isElement() || c.name == "Extension":
		case only != nil:
			return false
		default:
			only = c
		}
	}
	if only == nil || only.space != "" || isVendor(only.name) {
		return false
	}
	*n = *only
	return true
}

// vendorTreatments are treatments of 4.4 that 4.3 documents have as attributes of a vendor.
func vendorTreatments(_ *upgrader, n, _ *node) {
	for _, name := range []string{"missingValueTreatment", "invalidValueReplacement"} {
		if value, ok := n.take("x-" + name); ok {
			n.otherwise(name, value)
		}
	}
	if value, _ := n.get("missingValueTreatment"); value == "x-returnInvalid" {
		n.set("missingValueTreatment", "returnInvalid")
	}
}

func usage(_ *upgrader, n, _ *node) {
	if value, _ := n.get("usageType"); value == "predicted" {
		n.set("usageType", "target")
	}
}

// shownValue is how a category is shown: rawDataValue until 3.1.
func shownValue(_ *upgrader, n, _ *node) {
	if value, ok := n.take("rawDataValue"); ok {
		n.otherwise("displayValue", value)
	}
}

// vendorMethods are the methods and treatments of 4.4 that older documents have as a vendor's.
func vendorMethods(_ *upgrader, n, _ *node) {
	for _, name := range []string{"missingPredictionTreatment", "missingThreshold"} {
		if value, ok := n.take("x-" + name); ok {
			n.otherwise(name, value)
		}
	}
	switch method, _ := n.get("multipleModelMethod"); method {
	case "x-weightedSum", "x-weightedMedian", "x-modelChain":
		n.set("multipleModelMethod", method[len("x-"):])
	case "multiModelChain", "x-multiModelChain":
		n.set("multipleModelMethod", "modelChain")
	}
}

// tables moves the LocalTransformations of a Segmentation (4.0) into its model.
func tables(_ *upgrader, n, parent *node) {
	if local := n.child("LocalTransformations"); local != nil && parent != nil {
		n.drop("LocalTransformations")
		own := parent.child("LocalTransformations")
		if own == nil {
			own = parent.add("LocalTransformations")
		}
		own.children = append(own.children, local.children...)
	}
}

// builtin brings the name of a function to 4.4. Package function knows the functions that vendors had before 4.4 did.
func builtin(u *upgrader, n, _ *node) {
	name, _ := n.get("function")
	switch plain, vendor := strings.CutPrefix(name, "x-"); {
	case name == "formatDateTime":
		n.set("function", "formatDatetime")
	case vendor && isBuiltin(plain) && isBuiltin(name) && !u.defines(name):
		n.set("function", plain)
	}
}

func isBuiltin(name string) bool {
	_, ok := function.Lookup(name)
	return ok
}

// defines says whether the document has a function of its own of that name.
func (u *upgrader) defines(function string) bool {
	dictionary := u.root.child("TransformationDictionary")
	if dictionary == nil {
		return false
	}
	for _, c := range dictionary.children {
		if name, _ := c.get("name"); c.name == "DefineFunction" && name == function {
			return true
		}
	}
	return false
}

// arrayType writes the type that an Array without one has by its words.
func arrayType(_ *upgrader, n, _ *node) {
	if n.has("type") {
		return
	}
	kind := "int"
	for _, c := range n.children {
		for _, word := range strings.Fields(string(c.text)) {
			if _, err := strconv.ParseInt(word, 10, 64); err == nil {
				continue
			}
			if _, err := strconv.ParseFloat(word, 64); err != nil {
				kind = "string"
			} else if kind == "int" {
				kind = "real"
			}
		}
	}
	n.set("type", kind)
}

// recordCount: a distribution by probabilities has them as its counts.
func recordCount(_ *upgrader, n, _ *node) {
	if p, ok := n.get("probability"); ok {
		n.otherwise("recordCount", p)
	}
}

// inputsOfExtensions takes out the inputs that R's exporter put into Extension before 4.2 had normal distributions.
func inputsOfExtensions(_ *upgrader, n, _ *node) {
	var children []*node
	for _, c := range n.children {
		if c.name == "Extension" && c.child("BayesInput") != nil {
			children = append(children, c.children...)
		} else {
			children = append(children, c)
		}
	}
	n.children = children
}

// activation: a network whose layers all have an activation function needs one of its own.
func activation(_ *upgrader, n, _ *node) {
	if layer := n.child("NeuralLayer"); layer != nil {
		if f, ok := layer.get("activationFunction"); ok {
			n.otherwise("activationFunction", f)
		}
	}
}

func numberOfClusters(_ *upgrader, n, _ *node) {
	count := 0
	for _, c := range n.children {
		if c.name == "Cluster" {
			count++
		}
	}
	n.otherwise("numberOfClusters", strconv.Itoa(count))
}
