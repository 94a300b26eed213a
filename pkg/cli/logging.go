// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"log/slog"

	"k8s.io/klog/v2"

	"github.com/pact-toolbox/reconciler/pkg/logging"
)

// logger writes to standard error. The queue's library logs through it too.
func (a *App) logger(format, level string) (*slog.Logger, error) {
	otherwise := slog.LevelInfo
	if a.terminal() {
		otherwise = slog.LevelWarn
	}
	levels, err := logging.ParseLevels(level, otherwise)
	if err != nil {
		return nil, err
	}
	log, err := logging.New(a.Stderr, format, levels)
	if err != nil {
		return nil, err
	}
	klog.SetSlogLogger(logging.Of(log, "queue"))
	return log, nil
}
