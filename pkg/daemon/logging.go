// SPDX-License-Identifier: Apache-2.0

package daemon

import (
	"cmp"
	"log/slog"

	"k8s.io/klog/v2"

	"github.com/pact-toolbox/reconciler/pkg/logging"
)

// newLogger returns a logger that writes to standard error, or to the messages
// of the live view. The workqueue library logs through it as well.
func (d *Daemon) newLogger() (*slog.Logger, error) {
	defaultLevel := slog.LevelInfo
	if isTerminal(d.Program.Stdout) {
		defaultLevel = slog.LevelWarn
	}
	levels, err := logging.ParseLevels(d.Log.Level, defaultLevel)
	if err != nil {
		return nil, err
	}
	out := d.Program.Stderr
	if d.view.messages != nil {
		out = d.view.messages
	}
	log, err := logging.New(out, cmp.Or(d.Log.Format, "text"), levels)
	if err != nil {
		return nil, err
	}
	klog.SetSlogLogger(logging.Of(log, "queue"))
	return log, nil
}
