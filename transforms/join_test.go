package transforms

import "testing"

func TestMechanismOfEachRunner(t *testing.T) {
	for _, c := range []struct {
		join      Join
		runner    string
		streaming bool
		want      Join // empty: refused
	}{
		{JoinAuto, "", false, JoinSideInput},
		{JoinAuto, "prism", false, JoinSideInput},
		{JoinAuto, "prism", true, JoinState},
		{JoinAuto, "flink", false, JoinState},
		{JoinAuto, "flink", true, JoinState},
		{JoinAuto, "dataflow", true, JoinState},
		{JoinState, "prism", false, JoinState},
		{JoinSideInput, "flink", true, JoinSideInput},
		{JoinSideInput, "prism", true, ""},
	} {
		o := &options{join: c.join, runner: c.runner, streaming: c.streaming}
		got, err := o.mechanism()
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s on %q, streaming %v: %q, %v; want %q", c.join, c.runner, c.streaming, got, err, c.want)
		}
	}
}
