package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// cpu is what processes have spent since they began, user and system time.
type cpu struct {
	jvm    time.Duration // of the TaskManagers
	golang time.Duration // of their workers
	broker time.Duration
	all    time.Duration // of the whole machine, whoever it was
}

func (c cpu) since(before cpu) cpu {
	return cpu{c.jvm - before.jvm, c.golang - before.golang, c.broker - before.broker, c.all - before.all}
}

// job is what the job itself costs, wherever it runs.
func (c cpu) job() time.Duration { return c.jvm + c.golang }

// tick is the unit of /proc, the same on all systems that have it.
const tick = 10 * time.Millisecond

// cpu reads what has been spent up to now. Processes that have ended take what they spent with them.
func (st *stage) cpu() (c cpu, err error) {
	var errs []error
	spent := func(pid int) time.Duration {
		d, err := spentBy(pid)
		errs = append(errs, err)
		return d
	}
	flinks, err := cluster.Processes(st.stack.Flink.Settings)
	if err != nil {
		return c, err
	}
	for _, p := range flinks {
		for i := 1; i <= taskManagers; i++ {
			if p.Name == "taskmanager"+strconv.Itoa(i) {
				c.jvm += spent(p.PID)
			}
		}
	}
	for i := 1; i <= taskManagers; i++ {
		workers, err := st.stack.Flink.Workers(i)
		errs = append(errs, err)
		for _, pid := range workers {
			c.golang += spent(pid)
		}
	}
	brokers, err := cluster.KafkaProcesses(st.stack.Kafka.Settings)
	errs = append(errs, err)
	for _, p := range brokers {
		c.broker += spent(p.PID)
	}
	c.all, err = spentByAll()
	return c, errors.Join(append(errs, err)...)
}

// spentBy reads user and system time, the 14th and 15th field; the second is a name in parentheses that may hold anything.
func spentBy(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return ticks(bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]), 11, 12)
}

// spentByAll is all time of all cores that nobody was idle: user, nice, system, and interrupts.
func spentByAll() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	first, _, _ := bytes.Cut(stat, []byte("\n"))
	return ticks(bytes.Fields(first), 1, 2, 3, 6, 7)
}

func ticks(fields [][]byte, wanted ...int) (sum time.Duration, err error) {
	for _, i := range wanted {
		if i >= len(fields) {
			return 0, errors.New("unknown form of /proc")
		}
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * tick
	}
	return sum, nil
}
