package transforms

import (
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func envelopeOf(string) (Envelope, error) { return Envelope{}, nil }
func fillOne(string, *Features) error     { return nil }
func fillAnother(string, *Features) error { return nil }

func init() {
	beam.RegisterFunction(envelopeOf)
	beam.RegisterFunction(fillOne)
	beam.RegisterFunction(fillAnother)
}

// A model keeps what is bound to it for any Score of the process; the key says for whom it is of use.
func TestConversionsHaveKeysOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for name, opt := range map[string]Option{
		"json":    WithConversion(records.Conversion{}),
		"csv":     WithConversion(records.Conversion{Kind: records.CSV}),
		"missing": WithConversion(records.Conversion{Kind: records.CSV, Missing: []string{"NA"}}),
		"one":     WithType(envelopeOf, fillOne),
		"another": WithType(envelopeOf, fillAnother),
	} {
		o, err := newOptions([]Option{opt})
		if err != nil {
			t.Fatal(err)
		}
		key := o.scoring.conversionKey()
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s have one key %s", name, other, key)
		}
		seen[key] = name
		if again := o.scoring.conversionKey(); again != key {
			t.Errorf("%s: key %s, then %s", name, key, again)
		}
	}
}

func TestHorizonOfEndlessPipelines(t *testing.T) {
	for _, c := range []struct {
		name string
		opts []Option
		want time.Duration
	}{
		{"bounded", nil, 0},
		{"endless", []Option{WithStreaming()}, 30 * 24 * time.Hour},
		{"endless, all kept", []Option{WithHorizon(0), WithStreaming()}, 0},
		{"bounded, an hour", []Option{WithHorizon(time.Hour)}, time.Hour},
	} {
		o, err := newOptions(c.opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.tableState(1).Horizon; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
