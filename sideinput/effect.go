package sideinput

// EffectKind is a judgement about a message, or news about it.
type EffectKind string

// What a message does at its place in the order, and news about it.
const (
	EffectAdd       EffectKind = "ADD"        // a version is made known, or begins to serve
	EffectUpdate    EffectKind = "UPDATE"     // a version's document is set, and serves
	EffectDel       EffectKind = "DEL"        // something is removed
	EffectAlias     EffectKind = "ALIAS"      // a label is set or removed
	EffectNone      EffectKind = "NONE"       // nothing changes: said before, or nothing to remove
	EffectConflict  EffectKind = "CONFLICT"   // an ADD of a known version with another document: no effect
	EffectCleared   EffectKind = "CLEARED"    // an earlier CONFLICT no longer is one
	EffectTie       EffectKind = "TIE"        // another message of the model has the same at and seq
	EffectUnpinned  EffectKind = "UNPINNED"   // neither digest nor generation says which document is meant
	EffectRetired   EffectKind = "RETIRED"    // a version or a label was dropped at the cut
	EffectTooLate   EffectKind = "TOO_LATE"   // refused: before the cut
	EffectFarAhead  EffectKind = "FAR_AHEAD"  // refused: at is too far past the record's own time
	EffectTableFull EffectKind = "TABLE_FULL" // refused: too many models
	EffectNameFull  EffectKind = "NAME_FULL"  // refused: too many messages of the model
)

// Refused says whether the message was not kept.
func (k EffectKind) Refused() bool {
	return k == EffectTooLate || k == EffectFarAhead || k == EffectTableFull || k == EffectNameFull
}

// An Effect is one judgement about one message. A message that is given to a
// table has one judgement of its own, first, and may have TIE and UNPINNED
// besides.
type Effect struct {
	Kind    EffectKind
	Index   int  // of the message among those given; -1 for one that was kept before
	Repeat  bool // the very message was kept before: nothing new is to be said of it
	Hint    bool // of a repetition: it asks to preload, which the message did not before
	Message Message
}
