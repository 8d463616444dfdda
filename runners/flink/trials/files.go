package main

import (
	"context"
	"errors"
	"fmt"
)

// playFiles kills a TaskManager once while the job follows files. Then again with a test build (-tags forgetstate) in which
// restored state is never read back: there some outcome must be wrong, or these trials would show nothing.
func playFiles(ctx context.Context, st *stage) error {
	if err := st.onFiles(ctx, ""); err != nil {
		return err
	}
	switch err := st.onFiles(ctx, "forgetstate"); {
	case err == nil:
		return errors.New("a job that forgets its state has all outcomes right: this test cannot fail")
	case !errors.Is(err, errWrong):
		return fmt.Errorf("with a build that forgets its state: %w", err)
	default:
		st.say("a build that forgets its state is found out, as it must be: %.300s", err)
	}
	return nil
}

func (st *stage) onFiles(ctx context.Context, tags string) error {
	name := "files" + tags
	place, err := newFolder(st.path(name))
	if err != nil {
		return err
	}
	binary, err := st.build(ctx, tags)
	if err != nil {
		return err
	}
	models, err := st.modelsFolder(name)
	if err != nil {
		return err
	}
	k := killing{stage: st, job: job{name: name, binary: binary, models: models, place: place, join: inState,
		parallelism: killParallel, checkpoint: killCheckpoint}}
	return k.play(ctx, 1, false)
}
