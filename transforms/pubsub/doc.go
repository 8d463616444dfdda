// Package pubsub reads events and control messages from Google Cloud Pub/Sub and writes outcomes to it, by Beam's own
// pubsubio. That is carried out by Dataflow itself and by no other runner, so a pipeline with it runs there only.
//
// A message is one record: its data are the record's bytes. What the envelope does not say, the message does:
//
//	event time   the message's time: its publish time, or an attribute that is named (Source.TimeAttribute)
//	record id    an attribute that is named (Source.IDAttribute), or else the place
//	place        projects/PROJECT/subscriptions/NAME@ID, with the id that Pub/Sub gave the message
//
// Delivery is at least once. Dataflow drops what Pub/Sub delivers again (by message id, or by IDAttribute), but for a
// producer that publishes twice, and a publication of an outcome may be repeated: consumers drop duplicates by the
// attribute id of the outcomes.
//
// Pub/Sub keeps nothing that was acknowledged. A control stream there cannot be read again from its start, so a pipeline
// needs the messages so far from elsewhere (transforms.WithBase).
package pubsub
