package flink

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
)

// numbered is a number that the SDK puts into names of its own steps, as in Reshuffle/e7_gbk. It counts what was built before.
var numbered = regexp.MustCompile(`/e\d+_`)

// nameCollections calls each collection after the transform that makes it. Flink's runner finds the state of a stage by the
// name of the collection that it reads, and that of a source by the collection's id; the SDK calls collections n1, n2, …
// in the order in which the pipeline was built. So one more step anywhere before would give a stage another's state, or none.
// With names, state belongs to what is called the same, wherever it stands.
func nameCollections(p *pipepb.Pipeline) error {
	c := p.GetComponents()
	names := map[string]string{} // by id
	taken := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(c.GetTransforms())) {
		t := c.GetTransforms()[id]
		if len(t.GetSubtransforms()) > 0 {
			continue // its outputs are those of a part of it
		}
		for _, output := range slices.Sorted(maps.Keys(t.GetOutputs())) {
			collection := t.GetOutputs()[output]
			name := numbered.ReplaceAllString(t.GetUniqueName(), "/") + "." + localName(output, len(t.GetOutputs()))
			if other, twice := taken[name]; twice && other != collection {
				return fmt.Errorf("flink: two collections are called %s: give one of the transforms that make them a scope of its own", name)
			}
			taken[name], names[collection] = collection, name
		}
	}
	renamed := map[string]*pipepb.PCollection{}
	for id, collection := range c.GetPcollections() {
		name, made := names[id]
		if !made {
			name = id
		}
		collection.UniqueName = name
		renamed[name] = collection
	}
	if len(renamed) != len(c.GetPcollections()) {
		return fmt.Errorf("flink: names of collections are not unique: %d of %d", len(renamed), len(c.GetPcollections()))
	}
	c.Pcollections = renamed
	for _, t := range c.GetTransforms() {
		for _, ports := range []map[string]string{t.GetInputs(), t.GetOutputs()} {
			for port, id := range ports {
				if name, made := names[id]; made {
					ports[port] = name
				}
			}
		}
	}
	return nil
}

// localName is that of an output; the only one of a transform is called so whatever the SDK calls it.
func localName(output string, outputs int) string {
	if outputs == 1 {
		return "out"
	}
	return output
}
