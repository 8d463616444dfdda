// Package cluster starts and ends a small Flink cluster with Beam's job server on this machine: for tests, for the demo,
// and to try a pipeline before it meets a real cluster. It needs a JDK (11 or later, tested with 17) and Maven; jars come
// from Maven's repositories once and are kept in a cache folder.
//
//	jars      what the class paths are made of, and the corrected classes that come first in Flink's (java/)
//	process   one process: started, known by its pid and start time, ended
//	settings  what a cluster is told: folders, ports, sizes
//	cluster   a JobManager, N TaskManagers and the job server, as one thing
//	workers   the worker processes that TaskManagers have started
//	kafka     a broker, which can be killed and started again on its data
//	stack     cluster and broker at free ports, for a test of a whole pipeline
//
// All sockets are bound to loopback. All files of a running cluster lie in one folder (Settings.Dir): logs/, pids/, conf/,
// checkpoints/, savepoints/, tmp/, addresses.json. A process is ended only while its pid and its start time are the recorded
// ones, so a stale folder can harm nobody.
//
// The corrections (Settings.Corrections, java/) mend the newest runner that Maven Central has. Each is a build step of its
// own that can be left out:
//
//	side-input-state  side inputs of streaming jobs can be written to a checkpoint
//	residuals         self-checkpointing sources do not make checkpoints grow for ever, and resume delays below one
//	                  second are kept
//	loopback          the job server, and what a TaskManager opens for its workers, listen on loopback
//	no-upload         jobs may ask not to have the job server's class path uploaded, see package flink
package cluster
