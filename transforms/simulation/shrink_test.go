package simulation

import (
	"reflect"
	"slices"
	"testing"
)

func TestHistoriesAreOfTheirSeed(t *testing.T) {
	if !reflect.DeepEqual(Generate(3, 500), Generate(3, 500)) || reflect.DeepEqual(Generate(3, 500), Generate(4, 500)) {
		t.Error("a history is not a function of its seed")
	}
	if !reflect.DeepEqual(GenerateTable(3, "p/", 100), GenerateTable(3, "p/", 100)) {
		t.Error("a table's history is not a function of its seed")
	}
}

// What fails when a crash comes after two events of one model is shrunk to just that.
func TestShrinkLeavesWhatIsNeeded(t *testing.T) {
	fails := func(h History) bool {
		events := 0
		for _, s := range h.Steps {
			events += len(slices.DeleteFunc(slices.Clone(s.Events), func(e Event) bool { return e.Ref != "dove" }))
			if s.Kind == Crash && events >= 2 {
				return true
			}
		}
		return false
	}
	h := Generate(7, 2000)
	if !fails(h) {
		t.Fatal("the history does not fail")
	}
	h = Shrink(h, fails)
	events := 0
	for _, s := range h.Steps {
		events += len(s.Events)
	}
	if !fails(h) || events != 2 || len(h.Steps) > 3 || len(h.Setup.Base) > 0 {
		t.Errorf("left over:\n%s", h)
	}
}
