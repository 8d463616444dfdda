package records

import "errors"

// Resolution says at which time the table is asked what serves an event.
type Resolution uint8

const (
	// ByPipeline is the resolution of events that name none: the pipeline's.
	ByPipeline Resolution = iota
	// AsOf asks at the event's own time, and the event waits for the document that was in force then.
	AsOf
	// Latest asks at the later of the event's time and the worker's clock; while that document is not loaded, the version
	// that served before it answers.
	Latest
)

// resolutionWords are how events and flags write resolutions.
var resolutionWords = [...]string{AsOf: "asof", Latest: "latest"}

var errResolution = errors.New("the resolution is neither asof nor latest")

// ParseResolution reads asof or latest.
func ParseResolution(word string) (Resolution, error) {
	switch word {
	case resolutionWords[AsOf]:
		return AsOf, nil
	case resolutionWords[Latest]:
		return Latest, nil
	}
	return ByPipeline, errResolution
}

// String is the word for the resolution; empty for ByPipeline.
func (r Resolution) String() string {
	if int(r) < len(resolutionWords) {
		return resolutionWords[r]
	}
	return "unknown resolution"
}
