package main

import (
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/spf13/cobra"
)

func newWorkerPoolCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "worker-pool",
		Short: "Serve workers to Flink's TaskManagers",
		Long: "Serve workers to the TaskManagers of jobs that are submitted with --environment_type=external. Jobs must have been\n" +
			"submitted by this same version of the program. Nobody is asked who they are: listen on loopback, beside a TaskManager,\n" +
			"or on a network of the cluster's own. SIGTERM ends it.",
		Example: "  pipeline worker-pool --listen=127.0.0.1:50000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			beam.Init()
			fmt.Fprintf(os.Stderr, "serving workers at %s\n", listen)
			if err := flink.ServePool(cmd.Context(), listen); err != nil {
				return failed(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:50000", "`host:port` to listen at")
	return cmd
}
