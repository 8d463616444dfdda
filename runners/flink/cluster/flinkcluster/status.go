package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// status prints the processes of both folders, the addresses at which they listen, and the cluster's jobs.
func status(ctx context.Context, out io.Writer, s cluster.Settings, k cluster.KafkaSettings) error {
	ofFlink, err := cluster.Processes(s)
	if err != nil {
		return err
	}
	ofKafka, err := cluster.KafkaProcesses(k)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, p := range append(ofFlink, ofKafka...) {
		state := "runs"
		if !p.Alive {
			state = "has ended"
		}
		fmt.Fprintf(w, "%s\tpid %d\t%s\t%s\n", p.Name, p.PID, state, p.Log)
	}
	if len(ofFlink)+len(ofKafka) == 0 {
		fmt.Fprintln(w, "nothing runs")
	}
	at, err := addresses(s, k)
	for _, a := range []struct{ what, where string }{{"Flink's REST and UI", at.REST}, {"job server", at.JobServer}, {"Kafka", at.Kafka}} {
		if a.where != "" {
			fmt.Fprintf(w, "%s\t%s\n", a.what, a.where)
		}
	}
	if at.REST != "" {
		err = errors.Join(err, jobs(ctx, w, at.REST))
	}
	return errors.Join(err, w.Flush())
}

func addresses(s cluster.Settings, k cluster.KafkaSettings) (cluster.Addresses, error) {
	at, err := cluster.AddressesOf(s)
	kafka, kafkaErr := cluster.KafkaAddresses(k)
	at.Kafka = kafka.Kafka
	return at, errors.Join(err, kafkaErr)
}

func jobs(ctx context.Context, w io.Writer, rest string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	list, err := flink.Jobs(ctx, rest)
	for _, j := range list {
		fmt.Fprintf(w, "job %s\t%s\t%s\tsince %s\n", j.Name, j.ID, j.State, j.Started.Format(time.RFC3339))
	}
	return err
}
