// SPDX-License-Identifier: Apache-2.0

package client

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCheckOwner(t *testing.T) {
	t.Run("own socket is accepted", func(t *testing.T) {
		if err := checkOwner(t.TempDir()); err != nil {
			t.Error(err)
		}
	})
	t.Run("missing socket is left to the dial", func(t *testing.T) {
		if err := checkOwner(filepath.Join(t.TempDir(), "s")); err != nil {
			t.Error(err)
		}
	})
	t.Run("socket of another user is refused", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can change the owner")
		}
		dir := t.TempDir()
		if err := os.Chown(dir, 12345, -1); err != nil {
			t.Fatal(err)
		}
		if err := checkOwner(dir); err == nil {
			t.Error("no error")
		}
	})
}
