# Every target works on a fresh clone with Go alone, but for those whose help text names something more.
SHELL   := bash
GO      ?= go
# Folder with the conformance cases; made absolute so that targets may change directory.
SHARED  ?= ../shared
export SHARED := $(abspath $(SHARED))
BIN     := bin
# Workers run wherever the binary is copied to, so it needs no C library; all targets but race share one build cache.
export CGO_ENABLED ?= 0
FUZZTIME ?= 60s

.DEFAULT_GOAL := help
.PHONY: help build test lint race conformance schema simulation mutants swap fuzz bench demo linux image-pool template-metadata dataflow-template images-test \
	flink-up flink-down flink-status kafka-up kafka-down demo-flink flink-corrections flink-check \
	flink-test flink-demo-test flink-kill-test flink-rescale-test flink-files-test flink-broker-test flink-committed-test kafka-logins-test \
	flink-visible flink-latency flink-throughput flink-peer flink-soak flink-exact clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

build: ## compile everything, and the program into bin/
	$(GO) build ./...
	$(GO) build -o $(BIN)/beam-pmml ./pipeline

test: ## all tests
	$(GO) test ./...

race: ## all tests of packages that share memory, under the race detector (gcc)
	.ci/race ./pmml/... ./sideinput/... ./transforms/...

lint: ## golangci-lint, pinned in tools/go.mod
	$(GO) tool -modfile=tools/go.mod golangci-lint run ./...

conformance: ## score the public cases in $SHARED/conformance and compare
	$(GO) run ./pmml/conformance

schema: ## validate written documents against the schema in $SHARED/spec (xmllint)
	.ci/schema

SIMULATION_STEPS ?= 1000000
SIMULATION_SEED  ?= 0

simulation: ## random histories through the join, SIMULATION_STEPS of them from SIMULATION_SEED on (0: any)
	$(GO) run ./transforms/simulation/prove -steps $(SIMULATION_STEPS) -seed $(SIMULATION_SEED)

mutants: ## the simulation on faulty code, where it must fail
	$(GO) run ./transforms/simulation/prove -mutants -seed $(SIMULATION_SEED)

swap: ## what updates cost while a model serves at full rate: 20 windows of 5 s, with and without them
	$(GO) test ./transforms -run '^$$' -bench Swap -benchtime 1x -timeout 20m

fuzz: ## each fuzz target for its share of FUZZTIME
	.ci/fuzz $(FUZZTIME)

bench: ## benchmarks of scoring, loading, decoding and of the whole program
	.ci/bench

demo: ## the demo on the embedded runner
	$(GO) run ./pipeline

# What the cluster and the broker are told; ports of others, such as -job-port, by FLINK_FLAGS and KAFKA_FLAGS.
FLINK_TASKMANAGERS ?= 2
FLINK_SLOTS        ?= 4
FLINK_REST_PORT    ?= 8081
FLINK_JOB_PORT     ?= 8099
FLINK_CORRECTIONS  ?= side-input-state,residuals,loopback,no-upload
FLINK_FLAGS        ?=
KAFKA_PORT         ?= 9092
KAFKA_FLAGS        ?=
FLINKCLUSTER       := $(GO) run ./runners/flink/cluster/flinkcluster

flink-up: ## a Flink cluster with Beam's job server, on loopback, below run/flink (JDK 17, Maven)
	$(FLINKCLUSTER) -slots=$(FLINK_SLOTS) -rest-port=$(FLINK_REST_PORT) -job-port=$(FLINK_JOB_PORT) -corrections=$(FLINK_CORRECTIONS) $(FLINK_FLAGS) up $(FLINK_TASKMANAGERS)

flink-down: ## end it
	$(FLINKCLUSTER) $(FLINK_FLAGS) down

flink-status: ## what runs of cluster and broker, where, and the cluster's jobs
	$(FLINKCLUSTER) $(FLINK_FLAGS) $(KAFKA_FLAGS) status

kafka-up: ## a Kafka broker, on loopback, below run/kafka (JDK 17, Maven)
	$(FLINKCLUSTER) -kafka-port=$(KAFKA_PORT) $(KAFKA_FLAGS) kafka-up

kafka-down: ## end it; its topics stay
	$(FLINKCLUSTER) $(KAFKA_FLAGS) kafka-down

demo-flink: build ## the demo on that cluster, through that broker; both are started if need be, and go on until flink-down and kafka-down
	$(MAKE) flink-up FLINK_FLAGS='-keep $(FLINK_FLAGS)'
	$(MAKE) kafka-up KAFKA_FLAGS='-keep $(KAFKA_FLAGS)'
	$(BIN)/beam-pmml demo --broker=localhost:$(KAFKA_PORT) -- --runner=flink --endpoint=localhost:$(FLINK_JOB_PORT) --flink-rest=http://localhost:$(FLINK_REST_PORT)

flink-corrections: ## tests of each correction of the Java runner, on that runner (JDK 17, Maven)
	mvn -q -B --strict-checksums -f runners/flink/cluster/java/pom.xml -Dbuild.dir=$(CURDIR)/run/flink-corrections test

flink-check: ## the submitter on a cluster of its own: environments, savepoints, failures, ports (JDK 17, Maven)
	$(GO) run ./runners/flink/check

# Trials have a cluster and a broker of their own, at free ports, below run/flink-trials (JDK 17, Maven).
KILLS  ?= 5
RATE   ?= 1000
JOIN   ?= state,side-input,keyed
TRIALS := $(GO) run ./runners/flink/trials -kills=$(KILLS) -rate=$(RATE) -join=$(JOIN)

flink-test: ## on one cluster: flink-demo-test, flink-kill-test, flink-rescale-test, flink-files-test and kafka-logins-test
	$(TRIALS) demo kill rescale files logins

flink-demo-test: ## the demo on Flink and Kafka, by each mechanism (JOIN), against the embedded runner
	$(TRIALS) demo

flink-kill-test: ## KILLS kills of TaskManagers and one of workers, in full flow of RATE events a second
	$(TRIALS) kill

flink-rescale-test: ## stop with savepoint and go on from it, parallelism 2, 4, 1
	$(TRIALS) rescale

flink-files-test: ## a kill while files are followed; and with a build that forgets its state, which must be noticed
	$(TRIALS) files

kafka-logins-test: ## events and outcomes through a broker that wants certificates and logins; wrong ones are refused
	$(TRIALS) logins

flink-committed-test: ## a job that ends without a savepoint, and another one from the offsets that it has committed
	$(TRIALS) committed

flink-broker-test: ## the broker killed, a minute without it, a partition added, in full flow
	$(TRIALS) broker

DURATION ?= 10m
MEASURE  := $(GO) run ./runners/flink/trials -rate=$(RATE) -duration=$(DURATION) -flags='$(FLAGS)'

MECHANISM ?= state

flink-visible: ## from an update to the first result of the new version, and to the last of the old one, for DURATION
	$(MEASURE) -join=$(MECHANISM) visible

flink-latency: ## from due time to result in Kafka, at 1,000 and 10,000 events a second, DURATION each; FLAGS of run besides
	$(MEASURE) -join=$(MECHANISM) latency

EVENTS      ?= 1000000
PARALLELISM ?= 1,2
BLOCKS      ?= 1,10,100,1000

flink-throughput: ## EVENTS read flat out, by PARALLELISM and most records of a block (BLOCKS): events a second, CPU of JVM and of Go; FLAGS besides
	$(MEASURE) -events=$(EVENTS) -parallelism=$(PARALLELISM) -blocks=$(BLOCKS) throughput

flink-peer: ## the same events, beside a job of DataStream, broadcast state and JPMML-Evaluator
	$(MEASURE) -events=$(EVENTS) -parallelism=$(PARALLELISM) peer

flink-soak: ## 200 models and an update every three seconds for DURATION (SOAK, 1h): memory, checkpoints, latency; then flink-visible, flink-latency, flink-broker-test
	$(GO) run ./runners/flink/trials -rate=$(RATE) -duration=$(or $(SOAK),1h) -join=$(MECHANISM) soak
	$(MAKE) flink-visible flink-latency flink-broker-test

flink-exact: ## events that wait for messages that come late, with a kill while they do
	$(TRIALS) exact

# No path, time or revision goes into the program, so that it is the same wherever it is built.
linux: # the static program for containers
	GOOS=linux GOARCH=amd64 CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -o $(BIN)/linux/beam-pmml ./pipeline

image-pool: linux ## what goes into the image of Flink's workers (runners/flink/image/Dockerfile), without Docker
	$(GO) run ./runners/image -kind pool -binary $(BIN)/linux/beam-pmml -o $(BIN)/image/pool/rootfs.tar

template-metadata: ## write the parameters of Dataflow's template anew from the flags of run
	mkdir -p $(BIN)
	$(GO) run ./pipeline template-metadata > $(BIN)/metadata.json
	mv $(BIN)/metadata.json runners/dataflow/template/metadata.json

dataflow-template: linux ## what goes into the image of Dataflow's template (runners/dataflow/template), and whether its parameters are the flags of run
	$(GO) test ./pipeline -run 'TestMetadata|TestForms|TestRequired'
	$(GO) run ./runners/image -kind template -binary $(BIN)/linux/beam-pmml -o $(BIN)/image/template/rootfs.tar

images-test: ## both images' contents twice, from two folders: the same bytes; the demo by the pool in its image (root)
	.ci/images

clean: ## remove what the targets made
	rm -rf $(BIN) out run
