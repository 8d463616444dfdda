package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/scoretest"
)

// A story is a plan of messages and of the events between them, from which follows what each event must end in, whoever
// scores it and whenever. It goes on in phases of an hour of event time: the messages of a phase hold from its begin, and
// the events of a phase lie within its hour.
//
// The documents tell what scored an event: version v of model i answers x + intercept, with an intercept that no other
// version of any model has.
type story struct {
	begin  time.Time // of phase 0
	models int
	phases []phase
}

// A phase is what its messages make of every model.
type phase struct {
	messages [][]byte
	states   []modelState // by model
	changed  []bool       // which models it has a message about
}

// A modelState is what the messages up to a phase make of a model.
type modelState struct {
	known  bool      // some version of it was made known
	served []version // the last one serves
	first  version   // the first that was made known
}

// A version is a document under a label.
type version struct {
	model, phase int // by whose message it was made known
	sha256       string
}

const idleModel = "idle" // is in the table from the begin, and no event asks for it

// newStory tells of that many models. In phase 0 three of four are made known, in phase 1 the others.
func newStory(begin time.Time, models int) *story {
	return &story{begin: begin.UTC().Truncate(time.Hour), models: models}
}

func modelName(i int) string     { return fmt.Sprintf("m%03d", i) }
func (v version) label() string  { return "v" + strconv.Itoa(v.phase) }
func (v version) file() string   { return modelName(v.model) + "-" + v.label() + ".pmml" }
func (v version) intercept() int { return 1_000_000*(v.phase+1) + 1000*v.model }
func (v version) document() []byte {
	return scoretest.Linear(float64(v.intercept()), map[string]float64{"x": 1})
}
func (v version) same(w version) bool { return v.model == w.model && v.phase == w.phase }
func (s *story) at(p int) time.Time   { return s.begin.Add(time.Duration(p) * time.Hour) }
func (s *story) idleMessage() []byte {
	return s.message("ADD", idleModel, "1", "idle.pmml", "", 0, s.models)
}
func (s *story) state(p, i int) modelState { return s.phases[p].states[i] }

// next makes the messages of the next phase, and their documents in the folder. A third of the models gets a new version, a
// third loses the version that serves or its first one, if it has another, and a third stays as it is.
func (s *story) next(folder string) (phase, error) {
	p := len(s.phases)
	now := phase{states: make([]modelState, s.models), changed: make([]bool, s.models)}
	if p > 0 {
		copy(now.states, s.phases[p-1].states)
	} else {
		if err := os.WriteFile(filepath.Join(folder, "idle.pmml"), scoretest.Constant(0), 0o644); err != nil {
			return phase{}, err
		}
		now.messages = append(now.messages, s.idleMessage())
	}
	for i := range now.states {
		m := &now.states[i]
		switch {
		case !m.known && p == 0 && i%4 == 3: // not yet
		case !m.known, (i+p)%3 == 0, (i+p)%3 == 1 && len(m.served) < 2:
			v := version{model: i, phase: p}
			document := v.document()
			digest := sha256.Sum256(document)
			v.sha256 = hex.EncodeToString(digest[:])
			if err := os.WriteFile(filepath.Join(folder, v.file()), document, 0o644); err != nil {
				return phase{}, err
			}
			op := "UPDATE"
			if !m.known {
				op, m.known, m.first = "ADD", true, v
			}
			m.served = append(m.served[:len(m.served):len(m.served)], v)
			now.changed[i] = true
			now.messages = append(now.messages, s.message(op, modelName(i), v.label(), v.file(), v.sha256, p, i))
		case (i+p)%3 == 1:
			now.changed[i] = true
			gone := len(m.served) - 1
			if (i+p)%6 == 1 {
				gone = 0
			}
			now.messages = append(now.messages, s.message("DEL", modelName(i), m.served[gone].label(), "", "", p, i))
			m.served = slices.Concat(m.served[:gone], m.served[gone+1:])
		}
	}
	s.phases = append(s.phases, now)
	return now, nil
}

func (s *story) message(op, model, label, uri, sha256 string, p, i int) []byte {
	document := ""
	if uri != "" {
		document = fmt.Sprintf(`,"uri":%q`, uri)
	}
	if sha256 != "" {
		document += fmt.Sprintf(`,"sha256":%q`, sha256)
	}
	return fmt.Appendf(nil, `{"op":%q,"model":%q,"version":%q%s,"at":%q,"seq":%d}`, op, model, label, document,
		s.at(p).Format(time.RFC3339), s.seq(p, i))
}

// seq tells messages apart in the news about them.
func (s *story) seq(p, i int) int64 { return int64(p)*10_000 + int64(i) + 1 }

// What an event asks for, besides the model.
const (
	asksName    = iota
	asksFirst   // the version that was made known first
	asksNothing // a version that never was
)

// A question is an event of a story.
type question struct{ phase, model, kind, x int }

// question is what event n asks, if it is fed in that phase: of ten events of a model, one is for its first version, and of a
// hundred, one for a version that does not exist.
func (s *story) question(n, phase int) question {
	round := n / s.models
	q := question{phase: phase, model: n % s.models, x: n % 997}
	switch {
	case round%100 == 99:
		q.kind = asksNothing
	case round%10 == 5:
		q.kind = asksFirst
	}
	return q
}

func (s *story) ref(q question) string {
	switch q.kind {
	case asksFirst:
		return modelName(q.model) + "@" + s.state(q.phase, q.model).first.label()
	case asksNothing:
		return modelName(q.model) + "@none"
	}
	return modelName(q.model)
}

// line is event n as it is fed.
func (s *story) line(n int, q question) []byte {
	at := s.at(q.phase).UnixMilli() + int64(n%int(time.Hour/time.Millisecond))
	return fmt.Appendf(nil, `{"id":%q,"time":%d,"model":%q,"x":%d}`, eventID(n), at, s.ref(q), q.x)
}

// answer is what the event must end in.
func (s *story) answer(q question) outcome {
	m := s.state(q.phase, q.model)
	switch {
	case !m.known:
		return outcome{Reason: "unknown_model"}
	case q.kind == asksNothing:
		return outcome{Reason: "unknown_version"}
	case q.kind == asksFirst && !m.served[0].same(m.first):
		return outcome{Reason: "deleted"}
	case q.kind == asksFirst:
		return m.first.answers(q.x)
	}
	return m.served[len(m.served)-1].answers(q.x)
}

func (v version) answers(x int) outcome {
	return outcome{Model: modelName(v.model), Version: v.label(), SHA256: v.sha256,
		Outputs: fmt.Sprintf(`{%q:%d}`, scoretest.Target, x+v.intercept())}
}

func eventID(n int) string { return "e-" + strconv.Itoa(n) }

// eventNumber is the inverse of eventID; -1 for the id of no event.
func eventNumber(id string) int {
	if len(id) < 3 || id[:2] != "e-" {
		return -1
	}
	n, err := strconv.Atoi(id[2:])
	if err != nil || n < 0 || eventID(n) != id {
		return -1
	}
	return n
}
