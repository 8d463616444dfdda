package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const broker = "kafka"

// KafkaSettings say what a broker is. The zero value of a field means its default.
type KafkaSettings struct {
	Dir   string // all files of the broker, its topics too; default run/kafka
	Cache string // jars; default beam-pmml/flink in the user's cache folder

	Port           int      // for clients; default 9092
	ControllerPort int      // for the broker itself; default 9093
	Partitions     int      // of a topic that is made by its first use; default 4
	Conf           []string // further lines of server.properties, key=value; the last one of a key holds
	HeapMB         int      // default 512
}

func (s KafkaSettings) complete() (KafkaSettings, error) {
	if s.Dir == "" {
		s.Dir = filepath.Join("run", "kafka")
	}
	var err error
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return s, err
	}
	if s.Cache, err = cacheFolder(s.Cache); err != nil {
		return s, err
	}
	for value, byDefault := range map[*int]int{&s.Port: 9092, &s.ControllerPort: 9093, &s.Partitions: 4, &s.HeapMB: 512} {
		if *value == 0 {
			*value = byDefault
		}
	}
	return s, nil
}

func (s KafkaSettings) folder() folder { return folder(s.Dir) }

// Address is what clients connect to, host:port.
func (s KafkaSettings) Address() string { return fmt.Sprintf("localhost:%d", s.Port) }

// A Kafka is one broker that is its own controller, on loopback, with plain text and without users. Topics are made by
// their first use. Its methods are for one goroutine.
type Kafka struct {
	Settings KafkaSettings
	jars     jarHome
}

// OpenKafka returns the broker of these settings, which may run or not. It fetches jars if they are not there yet.
func OpenKafka(ctx context.Context, s KafkaSettings) (*Kafka, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	jars, err := kafkaJars().ensure(ctx, s.Cache)
	if err != nil {
		return nil, err
	}
	return &Kafka{Settings: s, jars: jars}, s.folder().create()
}

// StartKafka opens the broker and starts it, with the topics that its folder has.
func StartKafka(ctx context.Context, s KafkaSettings) (*Kafka, error) {
	k, err := OpenKafka(ctx, s)
	if err != nil {
		return nil, err
	}
	return k, k.Start(ctx)
}

// Start returns when the broker answers. On an error it is ended again.
func (k *Kafka) Start(ctx context.Context) (err error) {
	f := k.Settings.folder()
	if err := f.refuseRunning(); err != nil {
		return err
	}
	properties := f.path("server.properties")
	if err := os.WriteFile(properties, k.Settings.properties(), 0o644); err != nil {
		return err
	}
	if err := k.format(ctx, properties); err != nil {
		return err
	}
	if err := f.start(broker, "java", append(logOptions(), fmt.Sprintf("-Xmx%dm", k.Settings.HeapMB), "-cp", k.jars.jars(), "kafka.Kafka", properties)...); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, k.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if err := f.await(ctx, "the broker", func() bool { return brokerAnswers(ctx, k.Settings.Address()) }); err != nil {
		return err
	}
	return f.writeAddresses(Addresses{Kafka: k.Settings.Address()})
}

// Restart is Start after Stop or Kill: on the same data, at the same address.
func (k *Kafka) Restart(ctx context.Context) error { return k.Start(ctx) }

// Stop asks the broker to end, as an operator would, and returns when it has.
func (k *Kafka) Stop(ctx context.Context) error { return KafkaDown(ctx, k.Settings) }

// Kill ends the broker by SIGKILL and returns when it is gone. Its data stay.
func (k *Kafka) Kill(ctx context.Context) error {
	p, err := k.Settings.folder().find(broker)
	if err != nil {
		return fmt.Errorf("cluster: the broker was not started: %w", err)
	}
	return k.Settings.folder().end(ctx, p, true)
}

// KafkaDown ends the broker of these settings, if it runs.
func KafkaDown(ctx context.Context, s KafkaSettings) error {
	s, err := s.complete()
	if err != nil {
		return err
	}
	return s.folder().endAll(ctx, func(string) int { return 0 })
}

// KafkaProcesses lists what was started in the folder of s.
func KafkaProcesses(s KafkaSettings) ([]Status, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	return s.folder().status()
}

// properties is the broker's configuration: every internal topic has one replica, since there is one broker. Nothing is
// removed by age: records of a demo or a replay are older than the week that a broker keeps by default, and would be gone with
// its first look, half a minute after its start.
func (s KafkaSettings) properties() []byte {
	lines := []string{
		"process.roles=broker,controller",
		"node.id=1",
		fmt.Sprintf("controller.quorum.voters=1@localhost:%d", s.ControllerPort),
		fmt.Sprintf("listeners=PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d", s.Port, s.ControllerPort),
		"advertised.listeners=PLAINTEXT://" + s.Address(),
		"controller.listener.names=CONTROLLER",
		"listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
		"log.dirs=" + s.folder().path("data"),
		"offsets.topic.replication.factor=1",
		"offsets.topic.num.partitions=4",
		"transaction.state.log.replication.factor=1",
		"transaction.state.log.min.isr=1",
		"share.coordinator.state.topic.replication.factor=1",
		"share.coordinator.state.topic.min.isr=1",
		"group.initial.rebalance.delay.ms=0",
		"auto.create.topics.enable=true",
		"log.retention.ms=-1",
		fmt.Sprintf("num.partitions=%d", s.Partitions),
	}
	return []byte(strings.Join(append(lines, s.Conf...), "\n") + "\n")
}

// format makes the folder of data, once.
func (k *Kafka) format(ctx context.Context, properties string) error {
	_, err := os.Stat(k.Settings.folder().path("data", "meta.properties"))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	const anyID = "YmVhbS1wbWwtb25lLWJyaw" // of a cluster with one member: 16 bytes in base64
	return run(ctx, k.Settings.Dir, "java", "-cp", k.jars.jars(), "kafka.tools.StorageTool", "format", "-t", anyID, "-c", properties)
}
