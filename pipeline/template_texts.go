package main

import (
	"strings"

	df "google.golang.org/api/dataflow/v1b3"
)

// textParameter says which form a parameter has that is a text.
type textParameter struct {
	kind    string   // its type; empty: TEXT, or ENUM with options
	regex   string   // without ^ and $
	options []string // of an ENUM
	help    string   // instead of the flag's, which speaks of files
}

func (t textParameter) describe(p *df.ParameterMetadata) {
	p.ParamType, p.Regexes = t.kind, []string{"^" + t.regex + "$"}
	if t.help != "" {
		p.HelpText = t.help
	}
	if len(t.options) > 0 {
		p.ParamType, p.Regexes = "ENUM", []string{"^(" + strings.Join(t.options, "|") + ")$"}
		for _, value := range t.options {
			p.EnumOptions = append(p.EnumOptions, &df.ParameterMetadataEnumOption{Value: value, Label: value})
		}
	}
	if p.ParamType == "" {
		p.ParamType = "TEXT"
	}
	if !p.IsOptional {
		p.DefaultValue = "" // it has none that suits Dataflow
	}
}

// Forms of texts. What passes them is still checked by the program: they spare a launch that takes minutes to fail.
const (
	projectRegex      = `([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]`
	resourceRegex     = `[A-Za-z][A-Za-z0-9._~+%-]{2,254}`
	subscriptionRegex = `projects/` + projectRegex + `/subscriptions/` + resourceRegex
	topicRegex        = `projects/` + projectRegex + `/topics/` + resourceRegex
	documentRegex     = `(gs|s3|https)://[^/, ]+(/[^, ]*)?`
	nameRegex         = `[^\r\n]{1,256}`
)

// textParameters are all parameters of the template that are texts.
var textParameters = map[string]textParameter{
	"events":       {kind: "PUBSUB_SUBSCRIPTION", regex: subscriptionRegex, help: "Subscription of the events, one a message: projects/PROJECT/subscriptions/NAME."},
	"control":      {kind: "PUBSUB_SUBSCRIPTION", regex: subscriptionRegex, help: "Subscription of the control messages: projects/PROJECT/subscriptions/NAME."},
	"out":          {regex: topicRegex, help: "Front of the names of the topics for outcomes: projects/PROJECT/topics/NAME stands for NAME.results, NAME.dead-letters, NAME.status and, with a shadow, NAME.shadows. They must be there."},
	"control-base": {kind: "GCS_READ_FILE", regex: `gs://[^/\r\n]+/[^\r\n]+`, help: "File of the control messages so far, one a line, since Pub/Sub keeps none: what serves from the first event on."},
	"allow-models": {regex: documentRegex + `(,` + documentRegex + `)*`, help: "Places below which documents may be opened, separated by commas, such as gs://BUCKET/models. Workers need the right to read them."},
	"join":         {options: []string{"auto", "state", "keyed", "side-input"}},
	"format":       {options: []string{"json", "dense", "sparse"}, help: "Form of the events: json (the default), dense or sparse."},
	"resolution":   {options: []string{"asof", "latest"}},
	"shadow":       {regex: `[A-Za-z0-9._-]{1,200}`, help: "Label of versions that score beside what serves, into the topic NAME.shadows."},
	"missing":      {regex: nameRegex},

	"model-field": {regex: nameRegex}, "time-field": {regex: nameRegex}, "id-field": {regex: nameRegex}, "features-field": {regex: nameRegex},
	"split-field": {regex: nameRegex}, "resolution-field": {regex: nameRegex},
	"pubsub-id-attribute": {regex: nameRegex}, "pubsub-time-attribute": {regex: nameRegex},
}
