package transforms

import (
	"bytes"
	"errors"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// resolve says for each record which version scores it, and collects the records of each version.
func (s *scorer) resolve(t *turn) {
	s.groups.reset()
	s.aside = s.aside[:0]
	for i := range t.block.Records {
		c := s.choose(t, i)
		if s.holds && isUnknown(c.reason) {
			s.aside = append(s.aside, int32(i))
			continue
		}
		if c.reason != "" {
			s.served.letter(t.block, int32(i), c.reason, c.detail, nil, "")
			continue
		}
		s.groups.add(groupKey{choice: c.choice, latest: c.latest}, int32(i))
	}
}

// chosen is what scores a record, or why nothing does.
type chosen struct {
	choice *sideinput.Choice
	latest bool // an earlier version may answer for it
	reason sideinput.Reason
	detail string
}

// choose resolves the reference of a record in the table.
func (s *scorer) choose(t *turn, i int) chosen {
	r := &t.block.Records[i]
	if s.sole != nil && (r.Reason == "" || r.Reason == sideinput.NoReference) {
		return chosen{choice: s.sole}
	}
	if r.Reason != "" {
		return chosen{reason: r.Reason, detail: r.Detail}
	}
	ref, err := s.reference(t, i)
	if err != nil {
		if errors.Is(err, sideinput.ErrNoReference) {
			return chosen{reason: sideinput.NoReference, detail: err.Error()}
		}
		return chosen{reason: sideinput.Undecodable, detail: err.Error()}
	}
	var res sideinput.Resolution
	latest := s.resolution(r) == records.Latest
	if latest {
		res = t.table.ResolveLatest(ref, r.Time, t.clock)
	} else {
		res = t.table.Resolve(ref, r.Time)
	}
	return chosen{choice: res.Choice, latest: latest, reason: res.Reason}
}

// reference reads the reference of a record, with the key by which a label splits events; it is good until the next call.
func (s *scorer) reference(t *turn, i int) (sideinput.Reference, error) {
	text := t.block.Reference(i)
	ref, err := sideinput.ParseReference(text)
	if err == nil && bytes.IndexByte(text, ':') >= 0 {
		ref = s.keyed(t, i, ref)
	}
	return ref, err
}

// keyed is a reference with the split key of a record; it is good until the next call.
func (s *scorer) keyed(t *turn, i int, ref sideinput.Reference) sideinput.Reference {
	s.key = t.block.AppendSplitKey(s.key[:0], i)
	return ref.WithKey(s.key)
}

// resolution is the record's own, or the pipeline's, which is asof unless it says otherwise.
func (s *scorer) resolution(r *records.Record) records.Resolution {
	if r.Resolution != records.ByPipeline {
		return r.Resolution
	}
	return s.cfg.Resolution
}

// at is the time at which the table is asked about a record.
func (s *scorer) at(t *turn, r *records.Record) int64 {
	if s.resolution(r) == records.Latest {
		return max(r.Time, t.clock)
	}
	return r.Time
}
