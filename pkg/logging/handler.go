// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// component is the key of the attribute that names it.
const component = "component"

// New makes a log of the format "text" or "json". Durations are text in both, as in "1.5s".
func New(w io.Writer, format string, levels Levels) (*slog.Logger, error) {
	all := &slog.HandlerOptions{Level: slog.Level(-128), ReplaceAttr: readable} // what is written is for the levels to say
	var h slog.Handler
	switch strings.ToLower(format) {
	case "text":
		h = slog.NewTextHandler(w, all)
	case "json":
		h = slog.NewJSONHandler(w, all)
	default:
		return nil, fmt.Errorf("unknown log format %q: want text or json", format)
	}
	return slog.New(handler{h, levels, levels.Default, false}), nil
}

// readable has JSON give a duration as text gives it, not as a count of nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// Of is the log of a component.
func Of(log *slog.Logger, name string) *slog.Logger { return log.With(component, name) }

// handler writes what is at the level of the component whose log it is.
type handler struct {
	slog.Handler
	levels Levels
	level  slog.Level
	// grouped says that attributes are not at the top any more.
	grouped bool
}

// Enabled reports that a record of the level is written.
func (h handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// WithAttrs is the handler with those attributes; a component brings its level.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if !h.grouped {
		for _, a := range attrs {
			if a.Key == component {
				h.level = h.levels.of(a.Value.String())
			}
		}
	}
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

// WithGroup is the handler with attributes in that group.
func (h handler) WithGroup(name string) slog.Handler {
	h.grouped = h.grouped || name != ""
	h.Handler = h.Handler.WithGroup(name)
	return h
}
