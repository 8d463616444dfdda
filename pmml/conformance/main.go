// Command conformance scores the project's conformance suites with package pmml and compares the results with those that are expected.
//
//	go run ./pmml/conformance [-run REGEXP] [-v] [dev] [documents] [differential] [upgraded]
//
// The suites lie in $SHARED/conformance ($SHARED is ../shared by default); without suites named, all four run. A case passes, fails or is
// unsupported. Cases that are known not to pass are listed in known.tsv beside this file, with the reason: the exit status is 1 when a
// case that is not listed does not pass, or a listed one does.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
)

//go:embed known.tsv
var knownList string

// outcome of a case.
type outcome struct {
	suite, name string
	status      string // pass, fail, unsupported
	detail      string
	element     string
	strict      bool
}

func main() {
	pattern := flag.String("run", "", "only cases whose name matches")
	verbose := flag.Bool("v", false, "name every case that does not pass")
	flag.Parse()
	shared := os.Getenv("SHARED")
	if shared == "" {
		shared = "../shared"
	}
	root := filepath.Join(shared, "conformance")
	if _, err := os.Stat(root); err != nil {
		fmt.Fprintf(os.Stderr, "conformance: the suites are not at %s: set SHARED to the folder that holds conformance/\n", root)
		os.Exit(1)
	}
	suites := flag.Args()
	if len(suites) == 0 {
		suites = []string{"dev", "documents", "differential", "upgraded"}
	}
	match, err := regexp.Compile(*pattern)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance: -run:", err)
		os.Exit(2)
	}
	var all []outcome
	for _, suite := range suites {
		run := map[string]func(string, *regexp.Regexp) ([]outcome, error){"dev": runDev, "documents": runDocuments, "differential": runDifferential, "upgraded": runUpgraded}[suite]
		if run == nil {
			fmt.Fprintf(os.Stderr, "conformance: no suite %q\n", suite)
			os.Exit(2)
		}
		outcomes, err := run(root, match)
		if err != nil {
			fmt.Fprintln(os.Stderr, "conformance:", err)
			os.Exit(1)
		}
		all = append(all, outcomes...)
	}
	if regressions := report(all, *verbose); regressions > 0 {
		os.Exit(1)
	}
}

// known reads the list: suite, case, status, reason.
func known() map[[2]string]string {
	out := map[[2]string]string{}
	for _, line := range strings.Split(knownList, "\n") {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		part := strings.SplitN(line, "\t", 4)
		if len(part) >= 3 {
			out[[2]string{part[0], part[1]}] = part[2]
		}
	}
	return out
}

func report(all []outcome, verbose bool) (regressions int) {
	listed := known()
	type key struct{ suite, element string }
	counts := map[key]map[string]int{}
	for _, o := range all {
		k := key{o.suite, o.element}
		if counts[k] == nil {
			counts[k] = map[string]int{}
		}
		counts[k][o.status]++
		want := listed[[2]string{o.suite, o.name}]
		switch {
		case o.status == "pass" && want != "":
			fmt.Printf("PASSES NOW  %s %s: take it off known.tsv\n", o.suite, o.name)
			regressions++
		case o.status != "pass" && want != o.status:
			fmt.Printf("%-11s %s %s: %s\n", strings.ToUpper(o.status), o.suite, o.name, o.detail)
			regressions++
		case o.status != "pass" && verbose:
			fmt.Printf("known       %s %s: %s: %s\n", o.suite, o.name, o.status, o.detail)
		}
	}
	var keys []key
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i].suite < keys[j].suite || keys[i].suite == keys[j].suite && keys[i].element < keys[j].element
	})
	fmt.Printf("%-13s %-28s %6s %6s %12s\n", "suite", "element", "pass", "fail", "unsupported")
	for _, k := range keys {
		fmt.Printf("%-13s %-28s %6d %6d %12d\n", k.suite, k.element, counts[k]["pass"], counts[k]["fail"], counts[k]["unsupported"])
	}
	for _, habit := range slices.Sorted(maps.Keys(habits)) {
		fmt.Printf("rows excused as %q: %d\n", habit, habits[habit])
	}
	fmt.Printf("%d cases, %d not as listed\n", len(all), regressions)
	return regressions
}
