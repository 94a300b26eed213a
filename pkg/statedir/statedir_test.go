// SPDX-License-Identifier: Apache-2.0

package statedir_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

func TestOf(t *testing.T) {
	for name, tc := range map[string]struct {
		env  map[string]string
		want string
	}{
		"XDG_STATE_HOME_is_used":                   {map[string]string{"XDG_STATE_HOME": "/state", "HOME": "/home/me"}, "/state/reconciler/shop"},
		"the_home_directory_is_the_default":        {map[string]string{"HOME": "/home/me"}, "/home/me/.local/state/reconciler/shop"},
		"a_relative_XDG_STATE_HOME_is_ignored":     {map[string]string{"XDG_STATE_HOME": "state", "HOME": "/home/me"}, "/home/me/.local/state/reconciler/shop"},
		"without_a_home_directory_it_is_temporary": {nil, os.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			got := statedir.Of("shop", func(name string) string { return tc.env[name] })
			if !strings.HasPrefix(got.String(), tc.want) || filepath.Base(got.String()) != "shop" {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// stateOf returns the state directory of the instance shop below home.
func stateOf(home string) statedir.Dir {
	return statedir.Of("shop", func(name string) string { return map[string]string{"XDG_STATE_HOME": home}[name] })
}

func TestEngine(t *testing.T) {
	d := stateOf("/state")
	if got := d.Engine("docker", ""); got != d {
		t.Errorf("the default engine has %s", got)
	}
	remote, other := d.Engine("docker", "tcp://a:1"), d.Engine("memory", "")
	if remote == other || remote == d || filepath.Dir(remote.String()) != d.String() {
		t.Errorf("got %s and %s", remote, other)
	}
}

func TestCreate(t *testing.T) {
	d := stateOf(t.TempDir())
	for range 2 {
		if err := d.Create(); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(d.String())
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v (%v)", info, err)
	}
}

func TestCreateRefusesUnsafeDirectories(t *testing.T) {
	const stranger = 12345
	for name, spoil := range map[string]func(t *testing.T, home string) error{
		"the directory is writable by others": func(_ *testing.T, home string) error {
			return os.Chmod(filepath.Join(home, "reconciler", "shop"), 0o777) //nolint:gosec // the reason for the error
		},
		"the directory above is writable by the group": func(_ *testing.T, home string) error {
			return os.Chmod(filepath.Join(home, "reconciler"), 0o770) //nolint:gosec // the reason for the error
		},
		"the directory above belongs to another user": func(t *testing.T, home string) error {
			skipUnlessRoot(t)
			return os.Chown(filepath.Join(home, "reconciler"), stranger, -1)
		},
		"a symbolic link of another user leads to the directory": func(t *testing.T, home string) error {
			skipUnlessRoot(t)
			dir := filepath.Join(home, "reconciler")
			return errors.Join(os.Rename(dir, dir+"-moved"), os.Symlink(dir+"-moved", dir), os.Lchown(dir, stranger, -1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			d := stateOf(home)
			if err := d.Create(); err != nil {
				t.Fatal(err)
			}
			if err := spoil(t, home); err != nil {
				t.Fatal(err)
			}
			if err := d.Engine("memory", "").Create(); !errors.Is(err, statedir.ErrUnsafe) {
				t.Errorf("Create returned %v", err)
			}
			if err := d.Check(); !errors.Is(err, statedir.ErrUnsafe) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Check returned %v", err)
			}
		})
	}
}

// TestTemporaryDirectory plants the directory that is used without a home
// directory.
func TestTemporaryDirectory(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	d := statedir.Of("shop", func(string) string { return "" })
	if err := d.Check(); err != nil {
		t.Errorf("nothing exists: %v", err)
	}
	planted := filepath.Join(temporary, fmt.Sprintf("reconciler-%d", os.Getuid()))
	if err := errors.Join(os.Mkdir(planted, 0o700), os.Chmod(planted, 0o777)); err != nil { //nolint:gosec // the reason for the error
		t.Fatal(err)
	}
	if err := d.Create(); !errors.Is(err, statedir.ErrUnsafe) {
		t.Errorf("got %v", err)
	}
}

func skipUnlessRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can change the owner")
	}
}
