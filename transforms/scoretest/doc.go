// Package scoretest is for tests of pipelines that score events with package transforms: models lie in memory, messages
// and events come in an order that the test chooses, and what came of each event is looked up by its id.
//
// A test has four parts (the example of the package is a whole one):
//
//	store := scoretest.NewStore()                       // documents at mem:// uris, without files
//	defer store.Close()
//	uri := store.Put("fraud-1.pmml", scoretest.Constant(0.5))
//
//	events, control := scoretest.Stream(s,              // what arrives, in this order
//		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "fraud", Version: "1", URI: uri, At: noon}),
//		scoretest.Event(`{"id":"e1","model":"fraud","time":"2026-11-01T12:00:00Z"}`))
//	out := transforms.Score(s, events, control, transforms.WithJoin(transforms.JoinState), store.Models())
//	collected := scoretest.Collect(s, out)
//
//	ptest.Run(p)                                        // Beam's own, on the embedded runner
//	outcomes, err := collected.Outcomes()               // by record id; an id that ended twice is an error
//
// [Stream] is for the mechanisms that keep the table in keyed state. With the side input, which the embedded runner shows only once
// it is whole, use [Bounded]: the order of arrival is of no account there.
//
// Everything lies in the memory of the test's process, so it needs a runner that works there, as the embedded one does.
package scoretest
