// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Components are the parts that log, in the order of the data's flow.
var Components = []string{"manifest", "observer", "controller", "engine", "queue", "stats", "notify", "api"}

// Levels say from when on a component's records are written.
type Levels struct {
	// Default is that of components without one of their own.
	Default slog.Level
	Of      map[string]slog.Level
}

// ParseLevels reads "info,observer=debug": a level for all, and those of
// components. Empty means otherwise.
func ParseLevels(text string, otherwise slog.Level) (Levels, error) {
	out := Levels{Default: otherwise, Of: map[string]slog.Level{}}
	if text == "" {
		return out, nil
	}
	for _, part := range strings.Split(text, ",") {
		component, word, own := strings.Cut(strings.TrimSpace(part), "=")
		if !own {
			word = component
		}
		var level slog.Level
		if err := level.UnmarshalText([]byte(strings.TrimSpace(word))); err != nil {
			return Levels{}, fmt.Errorf("unknown log level %q: want debug, info, warn or error", word)
		}
		switch component = strings.TrimSpace(component); {
		case !own:
			out.Default = level
		case slices.Contains(Components, component):
			out.Of[component] = level
		default:
			return Levels{}, fmt.Errorf("unknown component %q in the log level: want one of %s", component, strings.Join(Components, ", "))
		}
	}
	return out, nil
}

// of is the level of a component.
func (l Levels) of(component string) slog.Level {
	if level, own := l.Of[component]; own {
		return level
	}
	return l.Default
}
