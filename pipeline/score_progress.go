package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// rowProgress is the line on stderr that says how many rows have been scored, where stderr is a terminal and stdout is not.
type rowProgress struct {
	rows    atomic.Int64
	done    chan struct{}
	stopped chan struct{}
}

func startRowProgress(messages io.Writer) *rowProgress {
	p := &rowProgress{done: make(chan struct{}), stopped: make(chan struct{})}
	if messages != os.Stderr || !term.IsTerminal(int(os.Stderr.Fd())) || term.IsTerminal(int(os.Stdout.Fd())) {
		close(p.stopped)
		return p
	}
	go p.show()
	return p
}

func (p *rowProgress) show() {
	defer close(p.stopped)
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	defer func() { _ = bar.Finish() }() // what a terminal refuses to show is lost, no more
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-tick.C:
			bar.Describe(fmt.Sprintf("%s scored", count(int(p.rows.Load()), "row")))
			_ = bar.Add(0)
		}
	}
}

func (p *rowProgress) add(rows int) { p.rows.Add(int64(rows)) }

// stop takes the line away.
func (p *rowProgress) stop() {
	close(p.done)
	<-p.stopped
}
