// SPDX-License-Identifier: Apache-2.0

package flag

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	dns "k8s.io/apimachinery/pkg/util/validation"
)

// Constrain has a flag refuse what check does, wherever its value comes from:
// the command line, the environment or a file. It is for one that is registered.
func Constrain(flags *pflag.FlagSet, name string, check func() error) {
	f := flags.Lookup(name)
	f.Value = constrained{f.Value, check}
}

type constrained struct {
	pflag.Value
	check func() error
}

// Set takes a value, and then has it checked.
func (c constrained) Set(text string) error {
	if err := c.Value.Set(text); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return unwantedError{err}
	}
	return nil
}

// unwantedError says what a flag wants instead.
type unwantedError struct{ error }

// AtLeast wants a number or a duration of that much.
func AtLeast[T cmp.Ordered](value *T, least T) func() error {
	return func() error {
		if *value < least {
			return fmt.Errorf("want %v or more", least)
		}
		return nil
	}
}

// OneOf wants one of the words, of which there are two or more.
func OneOf[T ~string](value *T, words ...T) func() error {
	return func() error {
		if slices.Contains(words, *value) {
			return nil
		}
		var all []string
		for _, word := range words {
			all = append(all, string(word))
		}
		last := len(all) - 1
		return fmt.Errorf("want %s or %s", strings.Join(all[:last], ", "), all[last])
	}
}

// Percentage wants 0 to 100.
func Percentage(value *float64) func() error {
	return func() error {
		if !(*value >= 0 && *value <= 100) {
			return errors.New("want 0 to 100")
		}
		return nil
	}
}

// Address wants an IP address.
func Address(value *string) func() error {
	return func() error {
		if _, err := netip.ParseAddr(*value); err != nil {
			return errors.New("want an IP address, such as 127.0.0.1 or 0.0.0.0")
		}
		return nil
	}
}

// Name wants the name of a namespace or an object.
func Name(value *string) func() error {
	return func() error {
		if len(dns.IsDNS1123Label(*value)) > 0 {
			return errors.New("want lower-case letters, digits and -, at most 63, beginning and ending with a letter or digit")
		}
		return nil
	}
}

var instanceName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$`)

// Instance wants what can be a part of file names and of labels.
func Instance(value *string) func() error {
	return func() error {
		if instanceName.MatchString(*value) {
			return nil
		}
		return errors.New("want letters, digits, _, . and -, at most 63, beginning with a letter or digit")
	}
}
