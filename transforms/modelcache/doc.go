// Package modelcache holds the models that a worker process has loaded.
//
// Beam makes and drops DoFn instances as it likes and never calls Teardown, so the models belong to the process: [Shared] gives
// every instance with one configuration the same [Cache]. The way of a scoring step is
//
//	entry, ok := cache.Pin(id)            // loaded: the usual case
//	if !ok {
//		pending := cache.Load(id)         // starts a load or joins it; score other records meanwhile
//		entry, err = pending.Wait(ctx)    // at most LoadWait for each attempt at loading
//	}
//	… entry.Model …
//	entry.Unpin()                         // after one row or one group of rows, never a bundle
//
// Invariants:
//   - one load at a time for an identity, Loads of them at once; what records wait for begins before what is loaded ahead;
//   - a load that does not return is given up and holds up no other;
//   - bytes of models and of reservations together never pass the budget;
//   - what is pinned is never evicted; of the rest the least recently pinned goes first, and for a load ahead only what was idle;
//   - a document that does not reproduce its own verification rows is not served;
//   - a failure is remembered, with a back-off that grows, and costs only the records that needed the model.
//
// All times are read with package time, so that a test in a synctest bubble has its own clock.
package modelcache
