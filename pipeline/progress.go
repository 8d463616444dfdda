package main

import (
	"fmt"
	"os"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is the line on stderr that says how far a run is, where stderr is a terminal.
type progress struct {
	done    chan struct{}
	stopped chan struct{}
}

const progressEvery = 200 * time.Millisecond

func startProgress(o *runOptions) *progress {
	p := &progress{done: make(chan struct{}), stopped: make(chan struct{})}
	if o.quiet || !o.local() || !term.IsTerminal(int(os.Stderr.Fd())) {
		close(p.stopped)
		return p
	}
	go p.show()
	return p
}

func (p *progress) show() {
	defer close(p.stopped)
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	defer func() { _ = bar.Finish() }() // what a terminal refuses to show is lost, no more
	for tick := time.NewTicker(progressEvery); ; {
		select {
		case <-p.done:
			tick.Stop()
			return
		case <-tick.C:
		}
		var scored, dead int64
		s := transforms.ProcessStats()
		for _, n := range s.Scored {
			scored += n
		}
		for _, n := range s.DeadLetters {
			dead += n
		}
		bar.Describe(fmt.Sprintf("%s scored, %s dead letters", thousands(scored), thousands(dead)))
		_ = bar.Add(0)
	}
}

// stop takes the line away.
func (p *progress) stop() {
	close(p.done)
	<-p.stopped
}
