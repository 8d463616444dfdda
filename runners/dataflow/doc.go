// Package dataflow will hold what it takes to run the main job on Google Cloud Dataflow: a Flex Template with its
// metadata and image, and tests of the job that would be submitted.
//
// Nothing of that is here yet. What can be said today:
//
//   - Beam's own Dataflow runner is the way to submit. The program must link it, and must be given --worker_binary, a
//     static linux/amd64 build of itself: without it Beam calls the Go toolchain on the machine that submits.
//   - The state mechanism is the one meant for Dataflow (--join=state), for it is the one that is tested on the other
//     runners. Neither it nor the side input has been run on Dataflow by this project.
//   - Events and control come from files that the workers can open by their paths; there is no Pub/Sub yet.
package dataflow
