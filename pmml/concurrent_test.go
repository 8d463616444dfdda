package pmml_test

import (
	"strings"
	"sync"
	"testing"
)

func TestModelIsSafeForManyGoroutines(t *testing.T) {
	m := load(t, strings.Replace(golf, "STRATEGY", `missingValueStrategy="aggregateNodes"`, 1))
	rows := []row{{"temperature": "45", "humidity": "90"}, {"outlook": "rain"}, {"outlook": "sunny", "humidity": "60"}, {}}
	var want []result
	for _, r := range rows {
		want = append(want, score(t, m, r))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				check(t, "beside others", score(t, m, rows[i%len(rows)]), want[i%len(rows)])
			}
		})
	}
	wg.Wait()
}
