// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/daemon"
	"github.com/pact-toolbox/reconciler/pkg/logging"
)

// RegisterRun adds the flags of `reconciler run`.
func RegisterRun(cmd *cobra.Command, s *daemon.Settings) {
	flags := cmd.Flags()
	RegisterEngine(cmd, &s.Engine)
	flag.RegisterConfig(flags)
	flags.BoolVar(&s.Once, "once", false, "exit when every object is Ready (exit code 0) or Stalled (exit code 1)")
	flags.DurationVar(&s.OnceTimeout, "once-timeout", 10*time.Minute, "timeout of --once")
	flag.Constrain(flags, "once-timeout", flag.AtLeast(&s.OnceTimeout, 0))
	RegisterManifests(cmd, &s.Manifests)
	RegisterPrune(flags, &s.Prune)
	registerPace(flags, s)
	registerAPI(flags, &s.API)
	registerSampling(flags, s)
	registerNotify(flags, &s.Subscriptions)
	registerOutput(cmd, s)
}

// registerPace adds the flags for intervals and limits.
func registerPace(flags *pflag.FlagSet, s *daemon.Settings) {
	flags.IntVar(&s.Concurrency, "concurrency", 4, "maximum number of simultaneous changes at the engine")
	flags.DurationVar(&s.Resync, "resync", time.Minute, "interval between full listings of the engine")
	flags.DurationVar(&s.Manifests.Debounce, "debounce", 100*time.Millisecond, "quiet time after a file change before manifests are read")
	flags.DurationVar(&s.Manifests.PruneDelay, "prune-delay", 2*time.Second, "time between the removal of a manifest and the deletion of its objects")
	flags.StringVar(&s.PublishAddress, "publish-address", "127.0.0.1", "host `address` of published ports that name no hostIP")
	flags.DurationVar(&s.ImageCheckInterval, "image-check-interval", 0,
		"interval between checks for newer images of containers with pullPolicy always; 0 checks once at the start")
	flag.Constrain(flags, "concurrency", flag.AtLeast(&s.Concurrency, 1))
	flag.Constrain(flags, "resync", flag.AtLeast(&s.Resync, time.Second))
	flag.Constrain(flags, "debounce", flag.AtLeast(&s.Manifests.Debounce, 0))
	flag.Constrain(flags, "prune-delay", flag.AtLeast(&s.Manifests.PruneDelay, 0))
	flag.Constrain(flags, "image-check-interval", flag.AtLeast(&s.ImageCheckInterval, 0))
	flag.Constrain(flags, "publish-address", flag.Address(&s.PublishAddress))
}

// registerAPI adds the flags for the API.
func registerAPI(flags *pflag.FlagSet, api *daemon.API) {
	flags.StringVar(&api.Listen, "listen", "", "serve the API over TLS at this `address` as well; see `reconciler kubeconfig`")
	flags.BoolVar(&api.AllowRemote, "allow-remote", false, "permit a --listen address that other machines can reach")
	flags.StringVar(&api.Manifests, "api-manifests", "", "let API clients write manifests in this `directory`, which is DIR or below it")
}

// minSampleInterval is the time that an engine needs for one sample.
const minSampleInterval = time.Second

// registerSampling adds the flags for container stats.
func registerSampling(flags *pflag.FlagSet, s *daemon.Settings) {
	flags.DurationVar(&s.SampleInterval, "metrics-interval", 10*time.Second, "container stats sampling interval; 0 disables sampling")
	flags.Float64Var(&s.Thresholds.Memory, "memory-pressure-percent", 90,
		"percentage of the memory limit at which a container has MemoryPressure; 0 disables the condition")
	flags.Float64Var(&s.Thresholds.Throttled, "cpu-throttled-percent", 25,
		"percentage of throttled CPU periods at which a container is CPUThrottled; 0 disables the condition")
	flag.Constrain(flags, "metrics-interval", func() error {
		if s.SampleInterval != 0 && s.SampleInterval < minSampleInterval {
			return errors.New("must be 1s or more, or 0 to disable sampling")
		}
		return nil
	})
	flag.Constrain(flags, "memory-pressure-percent", flag.Percentage(&s.Thresholds.Memory))
	flag.Constrain(flags, "cpu-throttled-percent", flag.Percentage(&s.Thresholds.Throttled))
}

// registerOutput adds the flags for the log, the view and the end of the daemon.
func registerOutput(cmd *cobra.Command, s *daemon.Settings) {
	flags := cmd.Flags()
	flags.StringVar(&s.Log.Format, "log-format", "text", "log format: text or json")
	flags.StringVar(&s.Log.Level, "log-level", "",
		"log level: debug, info, warn or error, and levels of components, for example info,observer=debug; empty means warn on a terminal, otherwise info")
	flags.StringVar((*string)(&s.View), "view", string(daemon.AutoView),
		"progress output: table redraws a table, lines prints changes, none prints nothing, auto means table on a terminal, otherwise lines")
	flags.StringVar((*string)(&s.OnExit), "on-exit", string(daemon.Keep),
		"action for containers on exit: keep, stop, or remove (with their networks)")
	flag.Constrain(flags, "on-exit", flag.OneOf(&s.OnExit, daemon.Keep, daemon.Stop, daemon.Remove))
	flag.Complete(cmd, "on-exit", string(daemon.Keep), string(daemon.Stop), string(daemon.Remove))
	flag.Complete(cmd, "view", string(daemon.AutoView), string(daemon.TableView), string(daemon.LinesView), string(daemon.NoView))
	flag.Complete(cmd, "log-format", "text", "json")
	flag.Complete(cmd, "log-level", logLevels()...)
}

// logLevels returns the completions of --log-level.
func logLevels() []string {
	levels := []string{"debug", "info", "warn", "error"}
	for _, component := range logging.Components {
		levels = append(levels, "info,"+component+"=debug")
	}
	return levels
}
