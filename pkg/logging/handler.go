// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// component is the key of the attribute with the name of the component.
const component = "component"

// New returns a logger that writes to w in the format "text" or "json". Both formats
// write durations as text, such as "1.5s".
func New(w io.Writer, format string, levels Levels) (*slog.Logger, error) {
	all := &slog.HandlerOptions{Level: slog.Level(-128), ReplaceAttr: durationText} // the levels filter records
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

// durationText replaces a duration, which JSON writes in nanoseconds, by its text.
func durationText(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// Of returns the logger of a component.
func Of(log *slog.Logger, name string) *slog.Logger { return log.With(component, name) }

// handler writes the records at or above the level of its component.
type handler struct {
	slog.Handler
	levels Levels
	level  slog.Level
	// grouped reports whether attributes are inside a group.
	grouped bool
}

// Enabled reports whether records of the level are written.
func (h handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// WithAttrs returns the handler with the attributes. The component attribute sets
// the level.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if !h.grouped {
		for _, a := range attrs {
			if a.Key == component {
				h.level = h.levels.levelOf(a.Value.String())
			}
		}
	}
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

// WithGroup returns the handler with further attributes in the group.
func (h handler) WithGroup(name string) slog.Handler {
	h.grouped = h.grouped || name != ""
	h.Handler = h.Handler.WithGroup(name)
	return h
}
