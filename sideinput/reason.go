package sideinput

// Reason says why an event has no result. The list is closed: it is part of the protocol (docs/protocol.md).
type Reason string

// Every reason that a dead letter can have.
const (
	Undecodable        Reason = "undecodable"         // the envelope cannot be read, or the reference is not of its form
	NoReference        Reason = "no_reference"        // the reference is absent or empty
	UnknownModel       Reason = "unknown_model"       // no message at or before the event's time made the name known
	UnknownVersion     Reason = "unknown_version"     // the name is known, the version never was; or no version ever had the hash
	AmbiguousReference Reason = "ambiguous_reference" // two known versions have the hash
	Deleted            Reason = "deleted"             // was known, and is no longer
	BeforeHorizon      Reason = "before_horizon"      // the event's time lies before the cut
	LoadFailed         Reason = "load_failed"         // the document cannot be had; trying again can help
	InvalidInput       Reason = "invalid_input"       // a feature cannot be read, or is invalid where the document says returnInvalid
	NoResult           Reason = "no_result"           // scored without any target or output value
	Limit              Reason = "limit"               // scoring reached a bound
	HoldFull           Reason = "hold_full"           // no room to let the event wait; trying again can help
	Internal           Reason = "internal"            // a fault of this program
)

// Retriable says whether trying the event again later can give a result.
func (r Reason) Retriable() bool { return r == LoadFailed || r == HoldFull }
