// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Components lists the components that have a logger, in the order of the data flow.
var Components = []string{"manifest", "observer", "controller", "engine", "queue", "stats", "notify", "api"}

// Levels holds the minimum levels of the records that are written.
type Levels struct {
	// Default is the level of components that are not in Of.
	Default slog.Level
	// Of holds levels by component.
	Of map[string]slog.Level
}

// ParseLevels parses a default level and levels of components, such as
// "info,observer=debug". The default level is otherwise if text has none.
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
			return Levels{}, fmt.Errorf("unknown log component %q: want one of %s", component, strings.Join(Components, ", "))
		}
	}
	return out, nil
}

// levelOf returns the level of a component.
func (l Levels) levelOf(component string) slog.Level {
	if level, own := l.Of[component]; own {
		return level
	}
	return l.Default
}
