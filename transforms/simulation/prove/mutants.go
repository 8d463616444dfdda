package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// mutantSteps is within how many steps a mutant must be caught.
const mutantSteps = 100_000

// A mutant is a fault put into the code.
type mutant struct {
	name  string
	file  string // of the edits that name none
	edits []edit
}

// edit replaces a text, which must be in the file, wherever it stands.
type edit struct{ old, fresh, file string }

var mutants = []mutant{
	{name: "< for <= at at", file: "sideinput/history.go", edits: []edit{
		{old: "if line[middle].at <= at {", fresh: "if line[middle].at < at {"},
	}},
	{name: "missing seq last", file: "sideinput/history.go", edits: []edit{
		{old: "\tcase a.HasSeq:\n\t\treturn 1\n\tcase b.HasSeq:\n\t\treturn -1", fresh: "\tcase a.HasSeq:\n\t\treturn -1\n\tcase b.HasSeq:\n\t\treturn 1"},
	}},
	{name: "refused messages dropped", file: "sideinput/fold.go", edits: []edit{
		{old: "\t\te.replace(b.history, after)\n", fresh: `		dropped := newHistory(name, after.others, after.served, after.labels(), slices.DeleteFunc(slices.Clone(after.facts), func(f *fact) bool {
			i, _ := after.find(f)
			return after.judgements[i] == EffectConflict
		}))
		e.replace(b.history, dropped)
`},
	}},
	{name: "single fallback after DEL", file: "sideinput/replay.go", edits: []edit{
		{old: "r.stack = append(r.stack, servedVersion{version, r.stamp})", fresh: "r.stack = append(r.stack[max(0, len(r.stack)-1):], servedVersion{version, r.stamp})"},
	}},
	{name: "DEL ignored for the list's middle", file: "sideinput/replay.go", edits: []edit{
		{old: "\t\tdelete(r.known, f.Version)\n", fresh: "\t\tif k := r.known[f.Version]; k.stamp != 0 && r.serving() != k.fact {\n\t\t\treturn EffectNone\n\t\t}\n\t\tdelete(r.known, f.Version)\n"},
	}},
	{name: "event before the cut answered from what is left", file: "sideinput/table.go", edits: []edit{
		{old: "if ref.kind != noReference && at < t.revision.Cut {", fresh: "if false {"},
	}},
	{name: "snapshot skipped on equal number: of several", file: "sideinput/snapshot.go", edits: []edit{
		{old: "\t\tcmp.Compare(f.revision.Cut, other.revision.Cut),\n", fresh: ""},
	}},
	{name: "snapshot skipped on equal number: held by number", file: "sideinput/tablestore.go", edits: []edit{
		{old: "return ID{Digest: r.Digest, Cut: r.Cut} }", fresh: "return ID{Digest: [16]byte{byte(r.Number >> 8), byte(r.Number)}} }"},
	}},
	{name: "digest left out of the cache key", file: "transforms/modelcache/identity.go", edits: []edit{
		{old: ", SHA256: c.SHA256}", fresh: "}"},
	}},
	{name: "negative cache that never ends", file: "transforms/modelcache/failure.go", edits: []edit{
		{old: "known != nil && now.Before(known.err.NextTry)", fresh: "known != nil"},
	}},
	{name: "hash compared on 32 bits", file: "sideinput/index.go", edits: []edit{
		{old: "hash := hashOf(k.name, k.version)\n", fresh: "hash := hashOf(k.name, k.version) >> 32\n"},
		{old: "keys, ok := x.shards[hash%indexShards][hash]", fresh: "hash >>= 32\n\tkeys, ok := x.shards[hash%indexShards][hash]"},
	}},
	{name: "latest that sees the future", file: "sideinput/table.go", edits: []edit{
		{old: "return t.Resolve(ref, max(at, clock))", fresh: "return t.Resolve(ref, max(at, clock, Latest))"},
	}},
	{name: "timer at t instead of t + 1", file: "transforms/held_ring.go", edits: []edit{
		{old: "func tickAfter(time int64) int64 {\n", fresh: "func tickAfter(time int64) int64 {\n\ttime--\n"},
	}},
	{name: "base not merged after restore", file: "sideinput/tablestate.go", edits: []edit{
		{old: "\tif found {\n\t\tif table, err = DecodeTable(data); err != nil {", fresh: "\tif found && false {\n\t\tif table, err = DecodeTable(data); err != nil {"},
		{old: "if k.table.revision != k.head.revision {", fresh: "if k.table.revision = k.head.revision; false {"},
	}},
}

// runMutants prints a table of them. A mutant that lives, or that no longer fits the code, is an error.
func runMutants(dir, only string, seed uint64) error {
	faults := 0
	fmt.Printf("%-50s %-36s %-34s %s\n", "mutant", "where", "caught by the simulation", "by pipelines")
	for _, m := range mutants {
		if !strings.Contains(m.name, only) {
			continue
		}
		inCore, inPipelines, err := m.run(dir, seed)
		if err != nil {
			faults++
			inCore = "NOT CAUGHT: " + err.Error()
		}
		fmt.Printf("%-50s %-36s %-34s %s\n", m.name, m.file, inCore, inPipelines)
	}
	if faults > 0 {
		return fmt.Errorf("%d mutants are not caught", faults)
	}
	return nil
}

// run says by what the mutant is caught. That pipelines catch it, too, is not asked for: they have no failures of any kind.
func (m mutant) run(dir string, seed uint64) (inCore, inPipelines string, err error) {
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", "", err
	}
	inPipelines = "no"
	binary, err := build(dir, overlay, pipelines)
	if err != nil {
		return "", "", err
	}
	if _, err := run(testCommand(binary, pipelines, "TestPipelines"), io.Discard); err != nil {
		inPipelines = "yes"
	}
	if binary, err = build(dir, overlay, core); err != nil {
		return "", "", err
	}
	summary, err := run(testCommand(binary, core, "TestSimulation", "-simulation.shrink=false",
		fmt.Sprintf("-simulation.steps=%d", mutantSteps), fmt.Sprintf("-simulation.seed=%d", seed)), io.Discard)
	if err == nil {
		return "", inPipelines, errors.New(summary)
	}
	steps, _, found := strings.Cut(strings.TrimPrefix(summary, "simulation: "), " steps")
	if !found { // the process has ended
		return "by a crash", inPipelines, nil
	}
	return "after " + steps + " steps", inPipelines, nil
}

// overlay writes the file with its fault beside the sources, and what tells the compiler of it.
func (m mutant) overlay(dir string) (string, error) {
	replace := map[string]string{} // path of a source -> path of the faulty one
	for _, e := range m.edits {
		if e.file == "" {
			e.file = m.file
		}
		path, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		from := path
		if faulty, again := replace[path]; again {
			from = faulty
		}
		source, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if !strings.Contains(string(source), e.old) {
			return "", fmt.Errorf("%s no longer has the text %q", e.file, e.old)
		}
		replace[path] = filepath.Join(dir, filepath.Base(e.file))
		if err := os.WriteFile(replace[path], []byte(strings.ReplaceAll(string(source), e.old, e.fresh)), 0o600); err != nil {
			return "", err
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	return overlay, os.WriteFile(overlay, data, 0o600)
}
