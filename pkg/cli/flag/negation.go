// SPDX-License-Identifier: Apache-2.0

package flag

import "strconv"

// Negation is a flag that is true when the value it leads to is false.
type Negation bool

// Set reads true or false.
func (n *Negation) Set(text string) error {
	on, err := strconv.ParseBool(text)
	*n = Negation(!on)
	return err
}

// String is true or false.
func (n *Negation) String() string { return strconv.FormatBool(!bool(*n)) }

// Type is that of the flag's value.
func (*Negation) Type() string { return "bool" }
