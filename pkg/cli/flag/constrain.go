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

// Constrain makes a registered flag refuse values for which check returns an error,
// whether they come from the command line, the environment or a file.
func Constrain(flags *pflag.FlagSet, name string, check func() error) {
	f := flags.Lookup(name)
	f.Value = constrained{f.Value, check}
}

type constrained struct {
	pflag.Value
	check func() error
}

// Set sets the value and checks it.
func (c constrained) Set(text string) error {
	if err := c.Value.Set(text); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return constraintError{err}
	}
	return nil
}

// constraintError describes the values that a flag accepts.
type constraintError struct{ error }

// AtLeast accepts numbers or durations of at least the given value.
func AtLeast[T cmp.Ordered](value *T, least T) func() error {
	return func() error {
		if *value < least {
			return fmt.Errorf("must be %v or more", least)
		}
		return nil
	}
}

// OneOf accepts one of two or more words.
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
		return fmt.Errorf("must be %s or %s", strings.Join(all[:last], ", "), all[last])
	}
}

// Percentage accepts 0 to 100.
func Percentage(value *float64) func() error {
	return func() error {
		if !(*value >= 0 && *value <= 100) {
			return errors.New("must be 0 to 100")
		}
		return nil
	}
}

// Address accepts an IP address.
func Address(value *string) func() error {
	return func() error {
		if _, err := netip.ParseAddr(*value); err != nil {
			return errors.New("must be an IP address, for example 127.0.0.1 or 0.0.0.0")
		}
		return nil
	}
}

// Name accepts the name of a namespace or an object.
func Name(value *string) func() error {
	return func() error {
		if len(dns.IsDNS1123Label(*value)) > 0 {
			return errors.New("must consist of at most 63 lower-case letters, digits and -, and begin and end with a letter or digit")
		}
		return nil
	}
}

var instanceName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$`)

// Instance accepts the name of an instance, which is part of file names and labels.
func Instance(value *string) func() error {
	return func() error {
		if instanceName.MatchString(*value) {
			return nil
		}
		return errors.New("must consist of at most 63 letters, digits, _, . and -, and begin with a letter or digit")
	}
}
