// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// configFlag names the file of a command's settings.
const configFlag = "config"

// RegisterConfig adds the flag for the file of settings.
func RegisterConfig(flags *pflag.FlagSet) {
	flags.String(configFlag, "", "YAML `file` with settings, for example prune-delay: 5s; flags and environment variables take precedence")
}

// FromConfig sets flags that neither the command line nor the environment has set
// from the file of --config. Each error contains its position in the file.
func FromConfig(cmd *cobra.Command) error {
	f := cmd.Flags().Lookup(configFlag)
	if f == nil || f.Value.String() == "" {
		return nil
	}
	file := f.Value.String()
	data, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	defer func() { _ = data.Close() }()
	var document yaml.Node
	if err := yaml.NewDecoder(data).Decode(&document); errors.Is(err, io.EOF) {
		return nil // an empty file sets nothing
	} else if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	settings := document.Content[0]
	if settings.Kind != yaml.MappingNode {
		return placed(file, settings, "must be settings, for example `prune-delay: 5s`")
	}
	var errs []error
	seen := map[string]bool{}
	for i := 0; i < len(settings.Content); i += 2 {
		name, value := settings.Content[i], settings.Content[i+1]
		if seen[name.Value] {
			errs = append(errs, placed(file, name, "%s is set twice", name.Value))
			continue
		}
		seen[name.Value] = true
		if err := setFlag(cmd, file, name, value); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// setFlag sets one flag from a file unless it is set.
func setFlag(cmd *cobra.Command, file string, name, value *yaml.Node) error {
	f := cmd.Flags().Lookup(name.Value)
	if f == nil || name.Value == configFlag || name.Value == "help" {
		return placed(file, name, "unknown setting %q; see `%s --help`", name.Value, cmd.CommandPath())
	}
	values := []*yaml.Node{value}
	if _, many := f.Value.(pflag.SliceValue); many && value.Kind == yaml.SequenceNode {
		values = value.Content
	}
	given := f.Changed
	for _, v := range values {
		if v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
			return placed(file, v, "%s: must be a %s", name.Value, f.Value.Type())
		}
		if given {
			continue
		}
		if err := cmd.Flags().Set(f.Name, v.Value); err != nil {
			var refused constraintError
			if errors.As(err, &refused) {
				return placed(file, v, "%s: %q: %v", name.Value, v.Value, refused)
			}
			want := ""
			if f.Value.Type() == "duration" {
				want = ": want a value such as 30s or 1m30s"
			}
			return placed(file, v, "%s: invalid %s %q%s", name.Value, f.Value.Type(), v.Value, want)
		}
	}
	return nil
}

// placed returns an error with a position in a file.
func placed(file string, at *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s", file, at.Line, at.Column, fmt.Sprintf(format, args...))
}
