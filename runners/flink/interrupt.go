package flink

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

// Interrupt says what the end of the context, as by SIGINT, does to a job that is followed.
type Interrupt string

// What an interrupt can do.
const (
	InterruptAsks    Interrupt = "ask"       // ask on the terminal which of the others; cancel where there is none
	InterruptCancels Interrupt = "cancel"    // the job's state is given up
	InterruptStops   Interrupt = "savepoint" // stop with a savepoint
	InterruptLeaves  Interrupt = "leave"     // the job goes on
)

// ParseInterrupt reads one of ask, cancel, savepoint, leave.
func ParseInterrupt(name string) (Interrupt, error) {
	switch i := Interrupt(name); i {
	case InterruptAsks, InterruptCancels, InterruptStops, InterruptLeaves:
		return i, nil
	}
	return "", fmt.Errorf("flink: %q on interrupt is none of ask, cancel, savepoint, leave", name)
}

// interruptGrace bounds what is still done after an interrupt.
const interruptGrace = 2 * time.Minute

// question is what a person is asked.
const question = `interrupted. What of the job?
  s  stop it with a savepoint, from which it can go on
  c  cancel it: what it knows is given up (so does a second interrupt)
  l  leave it running
? `

// answer asks until it is told one of the three. The end of ctx, as by a second interrupt, and the end of input are cancel.
func answer(ctx context.Context, in io.Reader, out io.Writer) Interrupt {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		fmt.Fprint(out, question)
		select {
		case <-ctx.Done():
			return InterruptCancels
		case line, ok := <-lines:
			if !ok {
				return InterruptCancels
			}
			switch strings.ToLower(strings.TrimSpace(line)) {
			case "s", "savepoint":
				return InterruptStops
			case "c", "cancel":
				return InterruptCancels
			case "l", "leave":
				return InterruptLeaves
			}
		}
	}
}

// decide makes of ask what a person says, if there is one.
func (i Interrupt) decide(ctx context.Context) Interrupt {
	if i != InterruptAsks {
		return i
	}
	if info, err := os.Stdin.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return InterruptCancels
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	return answer(ctx, os.Stdin, os.Stderr)
}

// interrupted does to the job what the interrupt says; that it was done is no error.
func (j *Job) interrupted(ctx context.Context, interrupt Interrupt) error {
	ctx = context.WithoutCancel(ctx)
	what := interrupt.decide(ctx)
	ctx, cancel := context.WithTimeout(ctx, interruptGrace)
	defer cancel()
	switch what {
	case InterruptLeaves:
		fmt.Fprintf(os.Stderr, "job %s goes on: %s\n", j.Name, j.URL())
		return nil
	case InterruptStops:
		savepoint, err := j.StopWithSavepoint(ctx, "")
		if err == nil {
			fmt.Fprintf(os.Stderr, "job %s stopped; go on with --flink-savepoint=%s\n", j.Name, savepoint)
		}
		return err
	}
	return j.Cancel(ctx)
}
