package cluster

import (
	"fmt"
	"os"
	"strings"
)

// Lines of Flink's config.yaml by which a cluster tells a submitter (package flink) what it is; Flink itself only passes
// them on. A cluster that was not started by this package may have them as well.
const (
	confCorrections = "beam-pmml.corrections" // of its class path, separated by commas
	confWorkerLogs  = "beam-pmml.worker-logs" // folder for what worker processes print
)

// writeConf writes Flink's config.yaml.
//
// Failures are found by closed connections long before a heartbeat is missed, so the heartbeat's timeout may be long
// enough for a small busy machine. Jobs are restarted for ever: the submitter decides when to give up. Slots are taken
// evenly, or a job of two subtasks would run on one TaskManager.
func (s Settings) writeConf() error {
	lines := []string{
		"jobmanager.rpc.address: localhost",
		"jobmanager.bind-host: localhost",
		fmt.Sprintf("jobmanager.rpc.port: %d", s.Ports.RPC),
		fmt.Sprintf("jobmanager.memory.process.size: %dm", s.JobManagerHeapMB+384),
		"taskmanager.host: localhost",
		"taskmanager.bind-host: localhost",
		fmt.Sprintf("taskmanager.numberOfTaskSlots: %d", s.Slots),
		"rest.address: localhost",
		"rest.bind-address: localhost",
		fmt.Sprintf("rest.port: %d", s.Ports.REST),
		"cluster.evenly-spread-out-slots: true",
		"restart-strategy.type: fixed-delay",
		"restart-strategy.fixed-delay.attempts: 2147483647",
		"restart-strategy.fixed-delay.delay: 1 s",
		"heartbeat.interval: 3000",
		"heartbeat.timeout: 20000",
		"state.checkpoints.dir: file://" + s.path("checkpoints"),
		"state.savepoints.dir: file://" + s.path("savepoints"),
		"io.tmp.dirs: " + s.path("tmp"),
		"web.tmpdir: " + s.path("tmp"),
		"metrics.fetcher.update-interval: 2000",
		fmt.Sprintf("execution.buffer-timeout.interval: %d ms", s.BufferTimeout.Milliseconds()),
		confCorrections + ": " + strings.Join(s.Corrections, ","),
		confWorkerLogs + ": " + s.path("logs", "workers"),
	}
	lines = append(lines, s.Conf...)
	return os.WriteFile(s.path("conf", "config.yaml"), []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// logOptions say how every JVM writes its log.
func logOptions() []string {
	return []string{"-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"}
}

// jvmOptions keep temporary files in the folder and open the packages into which Flink and Kryo reflect and which a JDK from
// 17 on keeps closed. The log level of one class decides whether what a worker process prints before its main begins is
// thrown away.
func (s Settings) jvmOptions() []string {
	args := append(logOptions(), "-Djava.io.tmpdir="+s.path("tmp"), "-Dorg.slf4j.simpleLogger.log.org.apache.beam.runners.fnexecution.environment.ProcessManager=debug",
		"--add-exports=java.base/sun.net.util=ALL-UNNAMED")
	for _, p := range strings.Fields("java.io java.lang java.lang.reflect java.net java.nio java.text java.time java.util" +
		" java.util.concurrent java.util.concurrent.atomic sun.nio.ch") {
		args = append(args, "--add-opens=java.base/"+p+"=ALL-UNNAMED")
	}
	return args
}

// taskManagerMemory spells out every part of a TaskManager's memory, as Flink's own scripts do from one total: a
// TaskManager that is started without them refuses to run when one is missing.
func taskManagerMemory(heapMB int) []string {
	const frameworkHeapMB = 128
	parts := []string{
		"taskmanager.cpu.cores=2.0",
		fmt.Sprintf("taskmanager.memory.framework.heap.size=%dmb", frameworkHeapMB),
		fmt.Sprintf("taskmanager.memory.task.heap.size=%dmb", heapMB-frameworkHeapMB),
		"taskmanager.memory.framework.off-heap.size=64mb",
		"taskmanager.memory.task.off-heap.size=256mb",
		"taskmanager.memory.managed.size=128mb",
		"taskmanager.memory.network.min=96mb",
		"taskmanager.memory.network.max=96mb",
		"taskmanager.memory.jvm-metaspace.size=192mb",
		"taskmanager.memory.jvm-overhead.min=64mb",
		"taskmanager.memory.jvm-overhead.max=64mb",
	}
	var args []string
	for _, p := range parts {
		args = append(args, "-D", p)
	}
	return args
}
