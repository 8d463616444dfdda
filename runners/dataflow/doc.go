// Package dataflow submits the main job to Google Cloud Dataflow by Beam's own runner, whose flags (--project, --region,
// --staging_location, --update …) mean here what they mean there. Its folder template has what makes a Flex Template of the
// program; docs/production.md has the commands.
//
// What is known of Dataflow is read and not run: this project has no account there. Tests show what is submitted (the job,
// its options, the worker's executable, the names of transforms, what --update asks for) to stand-ins for its interfaces,
// and that the program works as the worker which Beam's boot program starts.
//
// The state mechanism is the one for Dataflow (--join=auto takes it): it needs keyed state and nothing else, which is what
// Flink has shown it with. Between a side input and events Dataflow promises no order, and a side input beside state in one
// step is an open issue there (apache/beam#19542), so --join=side-input can be chosen, but by nobody's recommendation.
package dataflow
