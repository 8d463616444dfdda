package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/kafka"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// runOptions are the flags of run. They live in the standard flag package: Beam's own flags do, and it ships to its
// workers only what flag.Visit names. Everything a worker needs of these travels in the DoFns all the same.
type runOptions struct {
	runner    string
	events    string
	control   string
	models    string
	allow     string
	out       string
	join      string
	streaming bool
	horizon   time.Duration
	maxNames  int
	maxFacts  int
	farAhead  time.Duration
	shards    int
	subShards int
	holdFor   time.Duration
	holdBytes int64
	exact     bool
	lateness  time.Duration
	parts     int
	block     int

	format          string
	modelField      string
	timeField       string
	idField         string
	featuresField   string
	missing         string
	splitField      string
	resolutionField string

	resolution   string
	shadow       string
	order        string
	keepOriginal bool
	explain      bool
	cacheBytes   int64
	loads        int
	loadWait     time.Duration
	idleTTL      time.Duration
	verifyRows   int
	quiet        bool

	kafka  kafkaOptions
	pubsub pubsubOptions

	stopped atomic.Bool // by the first SIGINT
}

var runFlags runOptions

// ownFlags are the flags of run that are the project's; they are parsed as part of flag.CommandLine.
var ownFlags = flag.NewFlagSet("run", flag.ContinueOnError)

func init() {
	o, f := &runFlags, ownFlags
	defer f.VisitAll(func(own *flag.Flag) { flag.CommandLine.Var(own.Value, own.Name, own.Usage) })
	f.StringVar(&o.runner, "runner", "prism", "`runner` of the pipeline: prism (in this process), flink or dataflow")
	f.StringVar(&o.events, "events", "", "`paths` of event files, globs or folders, separated by commas; or kafka://BROKERS/TOPICS, kafka://BROKERS/~REGEX")
	f.StringVar(&o.control, "control", "", "`path` of the control file, one message a line, or of a folder of such files; or kafka://BROKERS/TOPICS")
	f.StringVar(&o.models, "models", "", "`folder` below which relative uris lie (default: the control file's)")
	f.StringVar(&o.allow, "allow-models", "", "`prefixes` under which documents may be opened, separated by commas (default: --models and the control file's folder)")
	f.StringVar(&o.out, "out", "out", "`folder` for results.jsonl, dead-letters.jsonl, status.jsonl and, with --shadow, shadows.jsonl, which a run on this machine empties first; or kafka://BROKERS/PREFIX of topics")
	f.StringVar(&o.join, "join", string(transforms.JoinAuto), "`mechanism` by which events meet the table: auto, side-input, state or keyed")
	f.BoolVar(&o.streaming, "streaming", false, "follow files and topics as they grow, until interrupted")
	f.DurationVar(&o.horizon, "horizon", 0, "how far behind the watermark the table forgets; 0 keeps everything (default 720h with --streaming control from Kafka or Pub/Sub, else 0)")
	f.IntVar(&o.maxNames, "max-names", 100_000, "most `models` that the table knows; messages about more are refused")
	f.IntVar(&o.maxFacts, "max-facts", sideinput.DefaultFacts, "most `messages` of one model since the cut; more are refused")
	f.DurationVar(&o.farAhead, "far-ahead", 400*24*time.Hour, "how far past its record's own time a message may hold from; a line of a file has none")
	f.IntVar(&o.shards, "shards", 16, "`number` of shards of the state and keyed mechanisms, fixed for the life of a state")
	f.IntVar(&o.subShards, "sub-shards", 1, "`number` of sub-shards of each shard of the keyed mechanism, fixed for the life of a state")
	f.DurationVar(&o.holdFor, "hold", 0, "how long past its time an event waits for a message that makes its reference known; with state and keyed")
	f.Int64Var(&o.holdBytes, "hold-bytes", 16<<20, "most `bytes` of events that wait so in a key; others are dead letters, hold_full")
	f.BoolVar(&o.exact, "exact", false, "score an event once the watermark has passed its time, so that outcomes are those of a replay; with state and keyed")
	f.DurationVar(&o.lateness, "control-lateness", 5*time.Second, "with --exact, how far before its record's time a message may hold from")
	f.IntVar(&o.parts, "parts", runtime.GOMAXPROCS(0), "`number` of ranges that a file is read in side by side, or of lanes that partitions are spread over")
	f.IntVar(&o.block, "block", 100, "most `records` of a block")
	f.StringVar(&o.format, "format", "", "form of the events: json, csv, dense or sparse (default: by the files' names)")
	f.StringVar(&o.modelField, "model-field", "", "`name` of the member or column with the reference (default model)")
	f.StringVar(&o.timeField, "time-field", "", "`name` of the member or column with the event time (default time)")
	f.StringVar(&o.idField, "id-field", "", "`name` of the member or column with the record id (default id)")
	f.StringVar(&o.featuresField, "features-field", "", "`name` of the member that holds the features (default: the event itself)")
	f.StringVar(&o.missing, "missing", "", "cell `values` that mean missing besides the empty one, separated by commas")
	f.StringVar(&o.splitField, "split-field", "", "`name` of the member or column by which a label splits events (default: the record id)")
	f.StringVar(&o.resolutionField, "resolution-field", "", "`name` of the member or column that says asof or latest for its event")
	f.StringVar(&o.resolution, "resolution", records.AsOf.String(), "`time` at which events are resolved: asof, their own, or latest, the later of theirs and the clock's")
	f.StringVar(&o.shadow, "shadow", "", "`label` of versions that score beside what serves, into shadows.jsonl")
	f.StringVar(&o.order, "order", string(transforms.OrderFree), "`order` of the lines: free, or partition: as in the file, which is then read in one range")
	f.BoolVar(&o.keepOriginal, "keep-original", false, "put the original record into each result")
	f.BoolVar(&o.explain, "explain", false, "put into each result how its model came to it; slower")
	f.Int64Var(&o.cacheBytes, "cache-bytes", 1<<30, "`bytes` of loaded models that a worker process keeps")
	f.IntVar(&o.loads, "loads", 2, "`number` of documents that a worker process loads at once")
	f.DurationVar(&o.loadWait, "load-wait", 10*time.Second, "how long an event waits for its document")
	f.DurationVar(&o.idleTTL, "idle-ttl", 0, "after which a loaded model that scored nothing is given up; 0: only for room")
	f.IntVar(&o.verifyRows, "verify-rows", 100, "most `rows` of a document's own verification that it must reproduce to be served; 0: none")
	f.BoolVar(&o.quiet, "quiet", false, "print no progress and no summary")
}

// check completes the options and says what is wrong with them.
func (o *runOptions) check() error {
	if !o.local() && o.runner != "flink" && !o.dataflow() {
		return fmt.Errorf("--runner: %q is none of prism, flink, dataflow", o.runner)
	}
	if name := givenFlinkFlag(); name != "" && o.runner != "flink" {
		return fmt.Errorf("--%s is for --runner=flink", name)
	}
	if o.events == "" || o.control == "" {
		return fmt.Errorf("run needs --events and --control; see run --help, or run without arguments for the demo")
	}
	if err := o.checkPubSub(); err != nil {
		return err
	}
	if o.dataflow() {
		return o.checkBounds()
	}
	if err := o.checkFiles(); err != nil {
		return err
	}
	if err := o.checkKafka(); err != nil {
		return err
	}
	if err := o.checkModels(); err != nil {
		return err
	}
	return o.checkBounds()
}

// givenFlinkFlag is a flag of the command line that only a job on Flink heeds; empty: there is none.
func givenFlinkFlag() (name string) {
	flag.Visit(func(f *flag.Flag) {
		if name == "" && (f.Name == "detach" || strings.HasPrefix(f.Name, "flink-")) {
			name = f.Name
		}
	})
	return name
}

// checkBounds says what is wrong with flags that are the same wherever events come from.
func (o *runOptions) checkBounds() error {
	o.adoptHorizon(isGiven("horizon"))
	if o.parts < 1 || o.parts > maxParts {
		return fmt.Errorf("--parts: %d is not within 1 and %d", o.parts, maxParts)
	}
	if o.block < 1 || o.block > maxBlock {
		return fmt.Errorf("--block: %d is not within 1 and %d", o.block, maxBlock)
	}
	if o.maxNames < 0 || o.maxFacts < 0 || o.farAhead < 0 || o.horizon < 0 {
		return fmt.Errorf("--max-names, --max-facts, --far-ahead and --horizon must not be negative")
	}
	if o.lateness < 0 {
		return fmt.Errorf("--control-lateness must not be negative")
	}
	if o.cacheBytes <= 0 || o.loadWait <= 0 {
		return fmt.Errorf("--cache-bytes and --load-wait must be positive")
	}
	if o.loads < 1 || o.idleTTL < 0 || o.verifyRows < 0 {
		return fmt.Errorf("--loads must be positive, --idle-ttl and --verify-rows must not be negative")
	}
	if _, err := records.ParseResolution(o.resolution); err != nil && o.resolution != "" {
		return fmt.Errorf("--resolution: %q: %w", o.resolution, err)
	}
	if _, err := modelstore.New(o.store()); err != nil {
		return fmt.Errorf("--models, --allow-models: %w", err)
	}
	return nil
}

// checkModels makes the folder of relative uris absolute.
func (o *runOptions) checkModels() error {
	if o.models == "" {
		o.models = o.controlFolder()
	}
	if o.models == "" {
		return nil // messages from Kafka then need uris with a scheme
	}
	models, err := filepath.Abs(o.models)
	if err != nil {
		return fmt.Errorf("--models: %w", err)
	}
	if info, err := os.Stat(models); err != nil {
		return fmt.Errorf("--models: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("--models: %s is not a folder", o.models)
	}
	o.models = models
	return nil
}

// checkFiles refuses files that cannot be read as they are meant.
func (o *runOptions) checkFiles() error {
	if !kafka.IsPlace(o.control) {
		if _, err := os.Stat(o.control); err != nil {
			return fmt.Errorf("--control: %w", err)
		}
	}
	out := ""
	if !kafka.IsPlace(o.out) {
		var err error
		if out, err = filepath.Abs(o.out); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		if info, err := os.Stat(out); err == nil && !info.IsDir() {
			return fmt.Errorf("--out: %s is not a folder", o.out)
		}
	}
	if kafka.IsPlace(o.events) {
		return nil
	}
	for _, path := range list(o.events) {
		if path == "" {
			return fmt.Errorf("--events: %q names an empty path between commas", o.events)
		}
		if strings.HasSuffix(path, ".gz") {
			return fmt.Errorf("--events: %s: events are not read compressed; decompress the file first", path)
		}
		// What is written where events are read would be the next events.
		if events, err := filepath.Abs(path); err == nil && out != "" && (events == out || filepath.Dir(events) == out && isPattern(path)) {
			return fmt.Errorf("--out: %s is where --events are read: its files would be events", o.out)
		}
	}
	return nil
}

func isPattern(path string) bool { return strings.ContainsAny(filepath.Base(path), "*?[") }

// controlFolder is the folder of the control file, or the folder of control files itself; none where it is in Kafka.
func (o *runOptions) controlFolder() string {
	if kafka.IsPlace(o.control) {
		return ""
	}
	if info, err := os.Stat(o.control); err == nil && info.IsDir() {
		return o.control
	}
	return filepath.Dir(o.control)
}

// Each part is a branch of the pipeline with stages of its own; more than there are cores gain nothing.
const (
	maxParts = 64
	maxBlock = 100_000
)

// conversion says how events are read.
func (o *runOptions) conversion() records.Conversion {
	kind := records.Kind(o.format)
	if kind == "" {
		kind = records.JSON
		if strings.HasSuffix(o.events, ".csv") {
			kind = records.CSV
		}
	}
	return records.Conversion{Kind: kind, ModelField: o.modelField, TimeField: o.timeField, IDField: o.idField,
		FeaturesField: o.featuresField, Missing: list(o.missing), SplitField: o.splitField, ResolutionField: o.resolutionField}
}

// fileSource says which events are read and how.
func (o *runOptions) fileSource() records.FileSource {
	return records.FileSource{
		Paths: list(o.events), Folder: workingFolder(), Conversion: o.conversion(), Parts: o.ranges(), BlockRecords: o.block,
		Follow: o.streaming, Hold: o.hold(), Wait: !o.local(),
	}
}

// ranges is how many ranges a file is read in side by side: one where its lines are to keep their order.
func (o *runOptions) ranges() int {
	if o.order == string(transforms.OrderPartition) {
		return 1
	}
	return max(o.parts, 1)
}

func (o *runOptions) controlSource() records.ControlSource {
	source := records.ControlSource{Paths: []string{o.control}, Folder: workingFolder(), Follow: o.streaming, Hold: o.hold(), Wait: !o.local()}
	if o.exact {
		source.Lateness = o.lateness
	}
	return source
}

// hold is how long one call of a following source reads. On Flink outputs leave a worker when a bundle ends, and pauses
// between bundles are whole seconds.
func (o *runOptions) hold() time.Duration {
	if o.local() {
		return 0
	}
	return 200 * time.Millisecond
}

// sink says where one kind of output goes. The workers of a cluster write a file each.
func (o *runOptions) sink(name string) records.LineSink {
	folder := o.out
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(workingFolder(), folder)
	}
	return records.LineSink{Folder: folder, Name: name, PerProcess: !o.local(), Leaf: o.leaf(name)}
}

// leaf says whether nothing is to follow the writing of a file. Flink's runner forgets a stage that has side inputs and no
// output, so something follows the results, which are written in every stage that scores.
func (o *runOptions) leaf(name string) bool { return !o.local() && name != resultsFile }

// baseFolder is where a base lies that is too large to travel in the pipeline.
func (o *runOptions) baseFolder() string {
	if kafka.IsPlace(o.out) {
		return workingFolder()
	}
	return o.sink(statusFile).Folder
}

// workingFolder is where relative paths lie. Workers of a cluster run in folders of their own, and the id of a record
// is its path as given: so the sources get the folder besides, and ids are the same on all runners.
func workingFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return "" // paths are then relative to where each worker runs
	}
	return folder
}

// scoreOptions say how Score joins and scores.
func (o *runOptions) scoreOptions(base []sideinput.Message) []transforms.Option {
	opts := []transforms.Option{
		transforms.WithKeyGroups(flink.MaxParallelism()),
		transforms.WithJoin(transforms.Join(o.join)), transforms.WithRunner(o.runner), transforms.WithShards(o.shards),
		transforms.WithSubShards(o.subShards),
		transforms.WithHorizon(o.horizon), transforms.WithBounds(sideinput.Bounds{Names: o.maxNames, Facts: o.maxFacts, FarAhead: o.farAhead}),
		transforms.WithBase(base), transforms.WithBaseFolder(o.baseFolder()),
		transforms.WithConversion(o.conversion()),
		transforms.WithModels(o.store()), transforms.WithCache(o.cache()),
	}
	if o.streaming {
		opts = append(opts, transforms.WithStreaming())
	}
	if o.holdFor != 0 {
		opts = append(opts, transforms.WithHold(o.holdFor, o.holdBytes))
	}
	if o.exact {
		opts = append(opts, transforms.WithExact(), transforms.WithControlLateness(o.lateness))
	}
	if o.keepOriginal {
		opts = append(opts, transforms.WithOriginal())
	}
	if r, err := records.ParseResolution(o.resolution); err == nil { // check has said what is wrong with it
		opts = append(opts, transforms.WithResolution(r))
	}
	if o.shadow != "" {
		opts = append(opts, transforms.WithShadow(o.shadow))
	}
	if o.order != "" {
		opts = append(opts, transforms.WithOrder(transforms.Order(o.order)))
	}
	if o.explain {
		opts = append(opts, transforms.WithExplanations())
	}
	if o.dataflow() {
		opts = append(opts, transforms.WithBaseFolder("")) // there is none that its workers see
	}
	return opts
}

// store says which documents may be opened: those below the models folder and the control file's, or the list.
func (o *runOptions) store() modelstore.Config {
	allow := list(o.allow)
	for i, entry := range allow {
		// Workers run in folders of their own.
		if path, err := filepath.Abs(entry); err == nil && !strings.Contains(entry, "://") {
			allow[i] = path
		}
	}
	if len(allow) == 0 {
		if o.models != "" {
			allow = []string{o.models}
		}
		if folder, err := filepath.Abs(o.controlFolder()); err == nil && folder != o.models && o.controlFolder() != "" {
			allow = append(allow, folder)
		}
	}
	return modelstore.Config{Models: o.models, Allow: allow}
}

func (o *runOptions) cache() modelcache.Config {
	c := modelcache.Config{Bytes: o.cacheBytes, Loads: o.loads, LoadWait: o.loadWait, IdleTTL: o.idleTTL, VerifyRows: o.verifyRows}
	if c.VerifyRows == 0 {
		c.VerifyRows = -1 // 0 is the default there
	}
	return c
}

// local says whether the pipeline runs in this process.
func (o *runOptions) local() bool {
	return o.runner == "" || o.runner == "prism"
}

// list splits a flag's value at commas; an empty value is no element.
func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
