package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// A Stack is a Flink cluster and a broker in one folder, at ports that nobody used: what a test of a whole pipeline needs.
type Stack struct {
	Flink *Cluster
	Kafka *Kafka
}

// StartStack starts both below dir and returns when a job can be submitted and topics be used. Settings but for folders and
// ports are the defaults, or what change makes of them (nil: nothing). On an error, what was started is ended again.
func StartStack(ctx context.Context, dir string, taskManagers int, change func(*Settings, *KafkaSettings)) (s *Stack, err error) {
	flink, kafka := Settings{Dir: filepath.Join(dir, "flink")}, KafkaSettings{Dir: filepath.Join(dir, "kafka")}
	p := &flink.Ports
	if err := findFree(&p.REST, &p.RPC, &p.Job, &p.Artifact, &p.Expansion, &kafka.Port, &kafka.ControllerPort); err != nil {
		return nil, err
	}
	if change != nil {
		change(&flink, &kafka)
	}
	s = &Stack{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if s.Kafka, err = StartKafka(ctx, kafka); err != nil {
		return nil, err
	}
	if s.Flink, err = Open(ctx, flink); err != nil {
		return nil, err
	}
	return s, s.Flink.Up(ctx, taskManagers)
}

// Stop ends all of it, jobs too: Flink first, so that no job sees the broker fail. Files stay.
func (s *Stack) Stop(ctx context.Context) error {
	var errs []error
	if s.Flink != nil {
		errs = append(errs, Down(ctx, s.Flink.Settings))
	}
	if s.Kafka != nil {
		errs = append(errs, s.Kafka.Stop(ctx))
	}
	return errors.Join(errs...)
}

// Remove stops all of it and removes its files.
func (s *Stack) Remove(ctx context.Context) error {
	if err := s.Stop(ctx); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(s.Flink.Settings.Dir), os.RemoveAll(s.Kafka.Settings.Dir))
}
