// SPDX-License-Identifier: Apache-2.0

package cli

import "strconv"

// colored reports that output may have colours: on a terminal whose user does not
// object, by NO_COLOR or by naming it dumb.
func (a *App) colored() bool {
	return a.terminal() && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
}

// paints are the colours that tell things apart; red is left to what is wrong.
var paints = [...]int{36, 33, 32, 35, 34, 96, 93, 92, 95, 94}

// paint gives a text the n-th colour.
func paint(colored bool, n int, text string) string {
	if !colored {
		return text
	}
	return "\x1b[" + strconv.Itoa(paints[n%len(paints)]) + "m" + text + "\x1b[0m"
}
