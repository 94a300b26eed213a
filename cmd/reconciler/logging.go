// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"strings"

	"k8s.io/klog/v2"
)

// logger writes to standard error. The queue's library logs through it too.
func (a *app) logger(format, level string) (*slog.Logger, error) {
	if level == "" {
		level = "info"
		if a.terminal() {
			level = "warn"
		}
	}
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("unknown log level %q: want debug, info, warn or error", level)
	}
	var handler slog.Handler
	switch strings.ToLower(format) {
	case "text":
		handler = slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: l})
	case "json":
		handler = slog.NewJSONHandler(a.stderr, &slog.HandlerOptions{Level: l})
	default:
		return nil, fmt.Errorf("unknown log format %q: want text or json", format)
	}
	log := slog.New(handler)
	klog.SetSlogLogger(log)
	return log, nil
}
