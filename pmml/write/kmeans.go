package write

import (
	"strconv"
	"strings"
)

// KMeans is a clustering by the squared Euclidean distance to centers. The clusters are named "1", "2" and so on.
type KMeans struct {
	Inputs  []string
	Centers [][]float64
}

func (k *KMeans) write(d *document) {
	d.names(k.Inputs, "")
	if len(k.Inputs) == 0 || len(k.Centers) == 0 {
		d.refuse("clustering without inputs or centers")
	}
	for _, c := range k.Centers {
		if len(c) != len(k.Inputs) {
			d.refuse("center of %d numbers for %d inputs", len(c), len(k.Inputs))
		}
	}
	if d.fault != nil {
		return
	}
	d.fields(k.Inputs)
	d.end("DataDictionary")
	d.tag(">", "ClusteringModel", "functionName", "clustering", "modelClass", "centerBased", "numberOfClusters", strconv.Itoa(len(k.Centers)))
	d.schema(k.Inputs, "")
	d.text.WriteString("<Output>\n")
	d.tag("/>", "OutputField", "name", "cluster", "optype", "categorical", "dataType", "string", "feature", "predictedValue")
	d.end("Output")
	d.tag(">", "ComparisonMeasure", "kind", "distance")
	d.tag("/>", "squaredEuclidean")
	d.end("ComparisonMeasure")
	for _, name := range k.Inputs {
		d.tag("/>", "ClusteringField", "field", name, "compareFunction", "absDiff")
	}
	for i, c := range k.Centers {
		d.tag(">", "Cluster", "id", strconv.Itoa(i+1))
		words := make([]string, len(c))
		for j, f := range c {
			words[j] = d.number(f)
		}
		d.text.WriteString(`<Array n="` + strconv.Itoa(len(c)) + `" type="real">` + strings.Join(words, " ") + "</Array>\n")
		d.end("Cluster")
	}
	d.end("ClusteringModel")
}
