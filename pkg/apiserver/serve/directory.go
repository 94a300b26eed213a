// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"
	"path/filepath"

	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

// CheckDirectory returns an error if another user could replace the socket, as
// statedir.CheckDirectory defines it.
func CheckDirectory(socketPath string) error {
	if err := statedir.CheckDirectory(filepath.Dir(socketPath)); err != nil {
		return fmt.Errorf("directory of the socket: %w; --socket selects another one", err)
	}
	return nil
}
