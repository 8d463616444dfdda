// Command trials shows on a Flink cluster of its own, fed by a Kafka broker of its own, what the program promises there.
//
//	go run ./runners/flink/trials [flags] TRIAL...
//
// Trials are played one after the other on one cluster:
//
//	demo      the demo's messages and events through Kafka, by every mechanism: each event must end as it does on the
//	          embedded runner, which reads the same topics
//	kill      TaskManagers and workers are killed (SIGKILL) in full flow: no event may be lost or scored by a wrong version
//	rescale   the job is stopped with a savepoint and goes on from it with parallelism 2, 4, and 1
//	files     one kill while the job follows files, and one with a build that forgets its state, which must be noticed
//	exact     events wait for messages that come late, and a TaskManager is killed while they do
//	visible   how long it takes until every slot scores by a new version, as a distribution
//	latency   the time from an event's due time to its result, at 1,000 and 10,000 events a second
//	broker    the broker is killed and comes back after a minute, and a partition of events is added: nothing may be lost
//	committed  a job ends without a savepoint, and another one starts at the offsets that it has committed: nothing may be lost
//	logins    events and outcomes by each kind of login and certificate; wrong ones must be refused
//	soak      200 models, of which one is updated every three seconds: memory, checkpoints and latency over time
//	throughput  a full topic is read to its end, by parallelism and size of blocks: events a second, and CPU time of JVM and Go
//	peer        the same, beside the job that a user of Flink would write without this project, on the same events
//
// Where events are fed in full flow, a story (story.go) says beforehand what each of them must end in, and a ledger
// (ledger.go) judges every line that the job writes.
//
// All that it starts it ends. Its files stay, in -dir.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:])) }

// settings are the flags.
type settings struct {
	dir, demo string
	kills     int
	rate      int
	joins     string
	duration  time.Duration
	flags     string

	events, turns        int
	parallelisms, blocks string
	profile              bool
}

// A trial plays on a stage and returns an error if something is not as it must be.
type trial func(ctx context.Context, st *stage) error

var trials = []struct {
	name string
	play trial
}{
	{"demo", playDemo},
	{"kill", playKill},
	{"rescale", playRescale},
	{"files", playFiles},
	{"exact", playExact},
	{"visible", playVisible},
	{"latency", playLatency},
	{"broker", playOutage},
	{"logins", playLogins},
	{"committed", playCommitted},
	{"soak", playSoak},
	{"throughput", playThroughput},
	{"peer", playPeer},
}

// run returns the exit code: 0 passed, 1 failed, 2 bad usage.
func run(args []string) int {
	var set settings
	fs := flag.NewFlagSet("trials", flag.ContinueOnError)
	fs.StringVar(&set.dir, "dir", filepath.Join("run", "flink-trials"), "folder for everything that is written; emptied first")
	fs.StringVar(&set.demo, "demo", filepath.Join("testdata", "demo"), "folder with control.jsonl, events.jsonl and the documents")
	fs.IntVar(&set.kills, "kills", 5, "kill: how often a TaskManager is killed")
	fs.IntVar(&set.rate, "rate", 1000, "events a second")
	fs.StringVar(&set.joins, "join", "", "`mechanisms` of the trials that can be played with each: state, side-input, keyed (default: all)")
	fs.DurationVar(&set.duration, "duration", 10*time.Minute, "of trials that measure")
	fs.StringVar(&set.flags, "flags", "", "kill, rescale and what measures: further flags of run, separated by blanks; throughput, peer: several sets of them, separated by semicolons, are measured in turn")
	fs.IntVar(&set.events, "events", 1_000_000, "throughput, peer: how many events are there")
	fs.StringVar(&set.parallelisms, "parallelism", "1,2", "throughput, peer: of the job")
	fs.StringVar(&set.blocks, "blocks", "1,10,100,1000", "throughput: most records of a block")
	fs.IntVar(&set.turns, "turns", 1, "throughput: how often all is measured")
	fs.BoolVar(&set.profile, "profile", false, "throughput, peer: workers write CPU profiles into the folder (-tags profile)")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	chosen, err := choose(fs.Args())
	if err == nil && set.joins == "" {
		set.joins = strings.Join(mechanisms, ",")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := playAll(ctx, set, fs.Args(), chosen); err != nil {
		fmt.Fprintln(os.Stderr, "failed:", err)
		return 1
	}
	fmt.Println("passed:", strings.Join(fs.Args(), ", "))
	return 0
}

func choose(names []string) (chosen []trial, err error) {
	for _, name := range names {
		found := false
		for _, t := range trials {
			if t.name == name {
				chosen, found = append(chosen, t.play), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no trial %q", name)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("name the trials to play")
	}
	return chosen, nil
}

func playAll(ctx context.Context, set settings, names []string, chosen []trial) (err error) {
	st, err := openStage(ctx, set)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close(context.WithoutCancel(ctx))) }()
	for i, play := range chosen {
		began := time.Now()
		if err := play(ctx, st); err != nil {
			return fmt.Errorf("%s: %w", names[i], err)
		}
		st.say("%s passed in %.0f s", names[i], time.Since(began).Seconds())
	}
	return nil
}

// extra are the further flags.
func (s settings) extra() []string { return strings.Fields(s.flags) }

func (s settings) mechanisms() []string { return strings.Split(s.joins, ",") }
