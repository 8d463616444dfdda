package pubsub

import (
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/pubsubio"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Source says which events to read and how. What a zero field stands for is said beside it.
type Source struct {
	Subscription  Resource
	IDAttribute   string             // the message's id to Dataflow, and the record id of an envelope without one; the id that Pub/Sub gave
	TimeAttribute string             // the message's time, epoch milliseconds or RFC 3339; the publish time
	Conversion    records.Conversion // how records are read; csv needs a header, which messages have not

	BlockRecords int // most records of a block; 100
	BlockBytes   int // bytes after which a block takes no more records; 256 KiB
	RecordBytes  int // most bytes of a record, a longer one is undecodable and only its front is kept; 1 MiB
}

func (c Source) withDefaults() Source {
	c.BlockRecords = orPositive(c.BlockRecords, 100)
	c.BlockBytes = orPositive(c.BlockBytes, 256<<10)
	c.RecordBytes = orPositive(c.RecordBytes, 1<<20)
	return c
}

func orPositive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func (c Source) check() error {
	if c.Conversion.Kind == records.CSV {
		return errors.New("pubsub: csv needs a line that names the columns, which a message has not: send json, dense or sparse")
	}
	if err := c.Conversion.Check(); err != nil {
		return err
	}
	return c.Subscription.check(Subscription)
}

// ReadEvents returns an unbounded PCollection of records.Block. Messages that a runner hands on together become blocks;
// none waits to be filled. It panics on a wrong configuration, as Beam's own transforms do; TryReadEvents returns the error.
func ReadEvents(s beam.Scope, cfg Source) beam.PCollection {
	blocks, err := TryReadEvents(s, cfg)
	if err != nil {
		panic(fmt.Sprintf("pubsub.ReadEvents: %v", err))
	}
	return blocks
}

// TryReadEvents is ReadEvents that returns what is wrong.
func TryReadEvents(s beam.Scope, cfg Source) (beam.PCollection, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return beam.PCollection{}, err
	}
	s = s.Scope("pubsub.ReadEvents")
	messages := read(s, cfg.Subscription, cfg.IDAttribute, cfg.TimeAttribute)
	return beam.ParDo(s, &blocksFn{Source: cfg}, messages), nil
}

func read(s beam.Scope, from Resource, idAttribute, timeAttribute string) beam.PCollection {
	return pubsubio.Read(s, from.Project, pubsubio.ReadOptions{
		Subscription: from.Name, IDAttribute: idAttribute, TimestampAttribute: timeAttribute, WithAttributes: true,
	})
}
