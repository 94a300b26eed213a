// SPDX-License-Identifier: Apache-2.0

package printer

import "strconv"

// paints are the ANSI colours that distinguish items. Red is reserved for errors.
var paints = [...]int{36, 33, 32, 35, 34, 96, 93, 92, 95, 94}

// Paint returns text in the n-th colour; unchanged unless colored is set.
func Paint(colored bool, n int, text string) string {
	if !colored {
		return text
	}
	return "\x1b[" + strconv.Itoa(paints[n%len(paints)]) + "m" + text + "\x1b[0m"
}
