// Prove runs the simulation of the join, or shows that it can fail.
//
//	go run ./transforms/simulation/prove -steps 1000000
//	go run ./transforms/simulation/prove -mutants
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	steps := flag.Int("steps", 1_000_000, "steps of the simulation")
	seed := flag.Uint64("seed", 0, "seed of its first history; 0: any")
	mutants := flag.Bool("mutants", false, "run it on each mutant of the code, where it must fail")
	only := flag.String("only", "", "of the mutants, those with this in their name")
	flag.Parse()
	err := withFolder(func(dir string) error {
		if *mutants {
			return runMutants(dir, *only, *seed)
		}
		return simulate(dir, *steps, *seed)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

// withFolder gives f a folder of its own for as long as it runs.
func withFolder(f func(dir string) error) error {
	dir, err := os.MkdirTemp("", "simulation")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f(dir)
}

// The packages with the two tests: histories on the DoFns themselves, and on Score in pipelines.
const (
	core      = "transforms"
	pipelines = "transforms/simulation"
)

// simulate runs both tests, shows what they print, and the summary at the end.
func simulate(dir string, steps int, seed uint64) error {
	binary, err := build(dir, "", pipelines)
	if err != nil {
		return err
	}
	const runs = 12 // of 25 histories each
	if _, err := run(testCommand(binary, pipelines, "TestPipelines", fmt.Sprintf("-simulation.runs=%d", runs), fmt.Sprintf("-simulation.seed=%d", seed), "-test.v"), os.Stdout); err != nil {
		return fmt.Errorf("pipelines: %w", err)
	}
	if binary, err = build(dir, "", core); err != nil {
		return err
	}
	summary, err := run(testCommand(binary, core, "TestSimulation", fmt.Sprintf("-simulation.steps=%d", steps), fmt.Sprintf("-simulation.seed=%d", seed), "-test.v"), os.Stdout)
	if summary == "" {
		summary = "the simulation did not come to its end"
	}
	fmt.Println(summary)
	return err
}

// build compiles the tests of a folder, with an overlay if one is named.
func build(dir, overlay, folder string) (string, error) {
	binary := filepath.Join(dir, filepath.Base(folder)+".test")
	cmd := exec.Command("go", "test", "-c", "-o", binary, "-overlay", overlay, "./"+folder)
	cmd.Stderr = os.Stderr
	return binary, cmd.Run()
}

// testCommand runs one test of a binary in the folder of its package.
func testCommand(binary, folder, test string, args ...string) *exec.Cmd {
	cmd := exec.Command(binary, append([]string{"-test.run=^" + test + "$", "-test.timeout=0"}, args...)...)
	cmd.Dir = folder
	return cmd
}

// run passes on what a command prints, but for the summary, which it returns.
func run(cmd *exec.Cmd, to io.Writer) (summary string, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return "", err
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if strings.HasPrefix(line, "simulation: ") {
			summary = strings.TrimSuffix(line, "\n")
		} else {
			fmt.Fprint(to, line)
		}
		if err != nil {
			break
		}
	}
	return summary, cmd.Wait()
}
