// SPDX-License-Identifier: Apache-2.0

package flag

import "strconv"

// Negation is a flag that is true while its variable is false.
type Negation bool

// Set parses true or false.
func (n *Negation) Set(text string) error {
	on, err := strconv.ParseBool(text)
	*n = Negation(!on)
	return err
}

// String returns true or false.
func (n *Negation) String() string { return strconv.FormatBool(!bool(*n)) }

// Type returns the type of the flag.
func (*Negation) Type() string { return "bool" }
