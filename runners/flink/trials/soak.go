package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

const (
	soakModels = 200
	soakUpdate = 3 * time.Second // between updates of a model that chance chooses
	soakLook   = time.Minute
)

// playSoak feeds events of many models that are updated all the time, and looks every minute at what the processes hold, at
// the checkpoints and at the latency.
func playSoak(ctx context.Context, st *stage) (err error) {
	m, err := st.measure(ctx, "soak", st.mechanisms()[0], soakModels, st.rate, st.extra())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.stop(context.WithoutCancel(ctx))) }()
	if err := m.settled(ctx, int(warmUp.Seconds())*st.rate); err != nil {
		return err
	}
	update, look := time.NewTicker(soakUpdate), time.NewTicker(soakLook)
	defer update.Stop()
	defer look.Stop()
	var looks []holdings
	from, seen := m.live.size(), newSpreadOf(m)
	for end := time.Now().Add(st.duration); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-update.C:
			if err := m.live.update(ctx, rand.IntN(soakModels), time.Now()); err != nil {
				return err
			}
		case <-look.C:
			h, err := st.holdings(ctx, m.session)
			if err != nil {
				return err
			}
			looks = append(looks, h)
			st.say("soak: %2d min: %v; %v", len(looks), h, seen.take())
			if err := m.fault(); err != nil {
				return err
			}
		}
	}
	if err := m.settled(ctx, m.live.size()); err != nil {
		return err
	}
	if len(looks) > 1 {
		st.say("soak: %d events; from the first minute to the last: %s", m.live.size()-from, looks[0].to(looks[len(looks)-1]))
	}
	return m.fault()
}

// Holdings are resident memory in MB, and the newest checkpoint.
type holdings struct {
	taskManagers, workers float64
	checkpoint            int64 // bytes
	took                  time.Duration
}

func (h holdings) String() string {
	return fmt.Sprintf("TaskManagers %.0f MB, Go workers %.0f MB, checkpoint %.1f KB in %v", h.taskManagers, h.workers, float64(h.checkpoint)/1e3, h.took)
}

func (h holdings) to(now holdings) string {
	return fmt.Sprintf("TaskManagers %+.0f MB, Go workers %+.0f MB, checkpoint %+.1f KB", now.taskManagers-h.taskManagers, now.workers-h.workers,
		float64(now.checkpoint-h.checkpoint)/1e3)
}

func (st *stage) holdings(ctx context.Context, s *session) (h holdings, err error) {
	var errs []error
	resident := func(pid int) float64 {
		mb, err := residentMB(pid)
		errs = append(errs, err)
		return mb
	}
	running, err := cluster.Processes(st.stack.Flink.Settings)
	if err != nil {
		return h, err
	}
	for i := 1; i <= taskManagers; i++ {
		for _, p := range running {
			if p.Name == "taskmanager"+strconv.Itoa(i) {
				h.taskManagers += resident(p.PID)
			}
		}
		workers, err := st.stack.Flink.Workers(i)
		errs = append(errs, err)
		for _, pid := range workers {
			h.workers += resident(pid)
		}
	}
	checkpoints, err := s.flink.Checkpoints(ctx)
	h.checkpoint, h.took = checkpoints.LatestBytes, checkpoints.LatestDuration
	return h, errors.Join(append(errs, err)...)
}

// residentMB is what of a process lies in memory.
func residentMB(pid int) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(data)
	if len(fields) < 2 {
		return 0, errors.New("unknown form of /proc")
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return float64(pages*int64(os.Getpagesize())) / 1e6, err
}

// A spreadOf collects the latencies of a measurement, from one look to the next.
type spreadOf struct {
	m   *measurement
	now spread
}

func newSpreadOf(m *measurement) *spreadOf {
	s := &spreadOf{m: m}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arrived = func(n int, at time.Time) { s.now = append(s.now, at.Sub(m.live.due(n))) }
	return s
}

func (s *spreadOf) take() spread {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	taken := s.now
	s.now = nil
	return taken
}
