package sideinput

import (
	"encoding/json"
	"testing"
	"time"
)

func TestStatusOfAnEffect(t *testing.T) {
	m := Message{Op: Add, Model: "fraud", Version: "3", URI: "https://ann:secret@host/f.pmml?token=x", At: 1_793_491_200_000,
		Seq: 17, HasSeq: true, Labels: map[string]string{"reason": "a \"test\"", "actor": "ann"}}
	now := time.UnixMilli(1_793_491_200_250)
	news, ok := EffectStatus(Effect{Kind: EffectConflict, Message: m}, "control.jsonl@70", now)
	if !ok {
		t.Fatal("no news")
	}
	const want = `{"op":"ADD","model":"fraud","version":"3","uri":"https://host/f.pmml","at":"2026-11-01T00:00:00Z","seq":17,` +
		`"labels":{"actor":"ann","reason":"a \"test\""},"source":"control.jsonl@70"}`
	if string(news.Body) != want {
		t.Errorf("body %s, want %s", news.Body, want)
	}
	var envelope struct {
		V                      int
		Kind, ID, Time, Worker string
		Body                   json.RawMessage
	}
	if err := json.Unmarshal(news.AppendJSON(nil), &envelope); err != nil {
		t.Fatal(err)
	}
	if envelope.V != 1 || envelope.Kind != "CONFLICT" || len(envelope.ID) != 32 || envelope.Time != "2026-11-01T00:00:00.25Z" || envelope.Worker == "" {
		t.Errorf("envelope %+v", envelope)
	}

	later, _ := EffectStatus(Effect{Kind: EffectConflict, Message: m}, "elsewhere", now.Add(time.Hour))
	other, _ := EffectStatus(Effect{Kind: EffectTie, Message: m}, "control.jsonl@70", now)
	if later.ID != news.ID || other.ID == news.ID {
		t.Error("an id is that of kind and message")
	}
	if _, ok := EffectStatus(Effect{Kind: EffectNone, Repeat: true, Message: m}, "", now); ok {
		t.Error("a message that was kept before is news")
	}
}

func TestStatusOfARecordThatIsNoMessage(t *testing.T) {
	raw := Raw{Data: []byte(`{"op":"PUT"}`), Source: "control.jsonl@70"}
	_, err := raw.Message()
	news := RecordStatus(raw, err, time.UnixMilli(0))
	const want = `{"key":"op","offset":6,"problem":"unknown op \"PUT\"","next":"use ADD, UPDATE, DEL or ALIAS, in capitals","source":"control.jsonl@70"}`
	if news.Kind != StatusUnusable || string(news.Body) != want {
		t.Errorf("%s %s, want %s", news.Kind, news.Body, want)
	}
}

func TestShownURI(t *testing.T) {
	for uri, want := range map[string]string{
		"models/fraud 3.pmml":               "models/fraud 3.pmml",
		"gs://bucket/a/b.pmml?generation=7": "gs://bucket/a/b.pmml",
		"https://u:p@host:8/a?token=x#part": "https://host:8/a",
		"https://u:p@host/%zz?token=x":      "https://…",
		"http:u:secret@host/a":              "http:…",
		"secret:key@host/a":                 "secret:…",
	} {
		if got := ShownURI(uri); got != want {
			t.Errorf("ShownURI(%s) = %s, want %s", uri, got, want)
		}
	}
}
