// Package flink submits pipelines to a Flink cluster through Beam's job server, and lets the same executable be the
// worker that Flink starts.
//
// The SDK's own runner named flink cannot be used for a streaming job: it hides every option inside the pipeline's Go
// options, where Flink does not look, so there is no way to ask for a checkpoint, a savepoint or a bundle limit. Here the
// options are a struct (Options) with defaults for streaming, sent at the top level, where the runner reads them.
//
// A program calls, in this order:
//
//	func main() {
//		if flink.IsWorker(os.Args[1:]) { // Flink has started this process
//			os.Exit(flink.WorkerMain(os.Args[1:]))
//		}
//		flag.Parse() // fills the flags of this package, flink-…, and those of Beam
//		beam.Init()
//		…
//		err := flink.Run(ctx, pipeline)
//
// or, for a job to hold in its hands, OptionsFromFlags (or DefaultOptions) and Submit. Through Beam's own registry the
// runner is RunnerName, which is not flink because the SDK's is, and both may be linked into one program.
//
// Where workers run is an Environment: Process (Flink starts this executable, once per TaskManager and job), Loopback
// (they run in the submitting program: for tests), External (a pool that listens somewhere, see ServePool).
//
// A job that Flink has accepted may still do nothing; Job.AwaitStarted waits until it works or says what it lacks. Errors are
// sentinels of this package with the cause, what to do, and for worker processes what they printed.
//
// The job server's own cancel does not end a job on a remote cluster; it only says so. So state, cancel, stop and
// exceptions go through Flink's REST interface, whose address is needed besides the job server's.
package flink
