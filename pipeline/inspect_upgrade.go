package main

import (
	"bytes"
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/spf13/cobra"
)

// upgradeDocument prints a document that can be served as PMML 4.4.
func upgradeDocument(cmd *cobra.Command, doc *source, modelName string) error {
	var out bytes.Buffer
	faults, err := pmml.Upgrade(&out, bytes.NewReader(doc.text), pmml.WithModelName(modelName))
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: not valid in PMML 4.4 in %s\n\n%s", doc.name, count(len(faults), "place"), describeFaults(doc.text, faults))
	}
	_, err = out.WriteTo(cmd.OutOrStdout())
	return err
}
