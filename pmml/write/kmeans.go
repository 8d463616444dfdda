package write

import "strconv"

// KMeans is a clustering by the squared Euclidean distance to centers. The clusters are named "1", "2" and so on; the
// nearest one's name is the output "cluster".
type KMeans struct {
	Inputs  []Input     // numbers all
	Centers [][]float64 // one number for each input
}

func (k *KMeans) fields(d *document) { d.inputs = k.Inputs }

func (k *KMeans) check(d *document) {
	d.checkNumbers()
	if len(k.Centers) == 0 {
		d.refuse("a clustering without centers")
	}
	for _, c := range k.Centers {
		if len(c) != len(k.Inputs) {
			d.refuse("a center of %d numbers for %d inputs", len(c), len(k.Inputs))
		}
	}
	for _, in := range k.Inputs {
		if in.Name == "cluster" {
			d.refuse(`an input is named "cluster", as the output is`)
		}
	}
}

func (k *KMeans) write(d *document) {
	d.open("ClusteringModel", "functionName", "clustering", "modelClass", "centerBased", "numberOfClusters", strconv.Itoa(len(k.Centers)))
	d.prologue()
	d.open("Output")
	d.empty("OutputField", "name", "cluster", "optype", "categorical", "dataType", "string", "feature", "predictedValue")
	d.close("Output")
	d.open("ComparisonMeasure", "kind", "distance")
	d.empty("squaredEuclidean")
	d.close("ComparisonMeasure")
	for i := range k.Inputs {
		d.empty("ClusteringField", "field", k.Inputs[i].Name, "compareFunction", "absDiff")
	}
	for i, c := range k.Centers {
		d.open("Cluster", "id", strconv.Itoa(i+1))
		d.numbers(c)
		d.close("Cluster")
	}
	d.verify()
	d.close("ClusteringModel")
}
