package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A flow is a story that is told: events go to a place at a steady rate, whatever the job does meanwhile, and each line that
// the job writes is judged.
type flow struct {
	story  *story
	place  place
	models string // folder of the documents
	rate   int    // events a second
	ledger *ledger
	news   *newspaper

	mu    sync.Mutex
	asked []question // by event
	phase int        // of the events that are fed now

	endFeed, endFollow context.CancelFunc
	feeding, following sync.WaitGroup
	broken             error // of feed or follow
}

// beginFlow tells phase 0 of a story of storyModels models: its messages are in the place when it returns, and the events
// begin to come.
func beginFlow(ctx context.Context, p place, models string, rate int) (*flow, error) {
	f := &flow{story: newStory(time.Now(), storyModels), place: p, models: models, rate: rate, news: newNewspaper()}
	f.ledger = &ledger{book: f}
	first, err := f.story.next(models)
	if err != nil {
		return nil, err
	}
	if err := p.sendControl(ctx, first.messages...); err != nil {
		return nil, err
	}
	feed, endFeed := context.WithCancel(ctx)
	follow, endFollow := context.WithCancel(ctx)
	f.endFeed, f.endFollow = endFeed, endFollow
	f.feeding.Go(func() { f.note(keepFeeding(feed, p, rate, 10*time.Millisecond, f.ask)) })
	f.following.Go(func() { f.note(p.follow(follow, f.take)) })
	return f, nil
}

// openFlow makes topics and a folder for documents, begins a flow through them, and returns it with a job that is to score it.
func (st *stage) openFlow(ctx context.Context, name, join string) (*flow, job, error) {
	place, err := newTopics(ctx, st.broker(), name)
	if err != nil {
		return nil, job{}, err
	}
	binary, err := st.build(ctx, "")
	if err != nil {
		return nil, job{}, err
	}
	models, err := st.modelsFolder(name)
	if err != nil {
		return nil, job{}, err
	}
	f, err := beginFlow(ctx, place, models, st.rate)
	return f, job{name: name, binary: binary, models: models, place: place, join: join, parallelism: killParallel, checkpoint: killCheckpoint}, err
}

// end stops the feed, waits until all that was fed has its outcome, and returns the verdict; an error if something is not as
// it must be.
func (f *flow) end(ctx context.Context, s *session) (verdict, error) {
	if err := f.stopFeed(ctx); err != nil {
		return verdict{}, err
	}
	if err := f.settled(ctx, s, f.fed()); err != nil {
		return verdict{}, err
	}
	v := f.ledger.verdict()
	return v, v.fault()
}

func (f *flow) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = errors.Join(f.broken, err)
}

func (f *flow) fault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.broken
}

// stopFeed ends the feed and returns when all that was fed is in the place.
func (f *flow) stopFeed(ctx context.Context) error {
	f.endFeed()
	f.feeding.Wait()
	return errors.Join(f.fault(), f.place.flush(ctx))
}

// stop ends all of it.
func (f *flow) stop() {
	f.endFeed()
	f.endFollow()
	f.feeding.Wait()
	f.following.Wait()
	f.place.close()
}

// ask makes the events up to a number.
func (f *flow) ask(before int) (lines [][]byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := len(f.asked); n < before; n++ {
		q := f.story.question(n, f.phase)
		f.asked = append(f.asked, q)
		lines = append(lines, f.story.line(n, q))
	}
	return lines
}

// fed is how many events have been fed so far.
func (f *flow) fed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func (f *flow) size() int         { return f.fed() }
func (f *flow) name(n int) string { return eventID(n) }

func (f *flow) find(id string, _ outcome) (int, outcome, bool) {
	n := eventNumber(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if n < 0 || n >= len(f.asked) {
		return 0, outcome{}, false
	}
	return n, f.story.answer(f.asked[n]), true
}

// take judges a line of the outputs.
func (f *flow) take(o output, line []byte, at time.Time) {
	if o == statuses {
		f.news.take(line)
		return
	}
	a, err := parseAttempt(line)
	if err != nil {
		a = attempt{ID: string(line)} // no such event: the ledger shows it
	}
	f.ledger.take(a, at)
}

// announce sends the messages of the next phase and returns its number. Events of it come from enter on.
func (f *flow) announce(ctx context.Context) (int, error) {
	f.mu.Lock()
	now, err := f.story.next(f.models)
	p := len(f.story.phases) - 1
	f.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return p, f.place.sendControl(ctx, now.messages...)
}

// enter waits until nothing can take the messages of a phase from the job any more: it has told of all of them, and has
// completed a checkpoint that it began after that. Then it lets the events of the phase come, and returns the first.
//
// Before that an event could meet a table that lacks a message, and be scored by what the table said then, rightly.
func (f *flow) enter(ctx context.Context, s *session, p int) (from int, err error) {
	if err := s.await(ctx, "news of all messages", func() (bool, error) {
		for i := range f.story.models {
			if f.changes(p, i) && !f.news.heard(f.story.seq(p, i)) {
				return false, nil
			}
		}
		return true, nil
	}); err != nil {
		return 0, err
	}
	if err := s.awaitCheckpoints(ctx, 2); err != nil { // the first may have begun before
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.phase = p
	return len(f.asked), nil
}

// changes says whether a phase has a message about a model.
func (f *flow) changes(p, i int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.story.phases[p].changed[i]
}

// caughtUp waits until outcomes are no more than a second behind.
func (f *flow) caughtUp(ctx context.Context, s *session) error {
	return s.await(ctx, "the job to catch up", func() (bool, error) {
		count, _ := f.ledger.missing(f.fed() - f.rate)
		return count == 0, errors.Join(f.fault(), f.ledger.wrongSoFar())
	})
}

// settled waits until every event up to a number has its outcome.
func (f *flow) settled(ctx context.Context, s *session, before int) error {
	return s.await(ctx, "outcomes", func() (bool, error) {
		if err := errors.Join(f.fault(), f.ledger.wrongSoFar()); err != nil {
			return false, err
		}
		count, _ := f.ledger.missing(before)
		return count == 0, nil
	})
}
