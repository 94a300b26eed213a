// SPDX-License-Identifier: Apache-2.0

package statedir_test

import (
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
			if !strings.HasPrefix(string(got), tc.want) || filepath.Base(string(got)) != "shop" {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestEngine(t *testing.T) {
	d := statedir.Dir("/state/shop")
	if got := d.Engine("docker", ""); got != d {
		t.Errorf("the default engine has %s", got)
	}
	remote, other := d.Engine("docker", "tcp://a:1"), d.Engine("memory", "")
	if remote == other || remote == d || filepath.Dir(string(remote)) != string(d) {
		t.Errorf("got %s and %s", remote, other)
	}
}

func TestCreate(t *testing.T) {
	d := statedir.Dir(filepath.Join(t.TempDir(), "reconciler", "shop"))
	for range 2 {
		if err := d.Create(); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(string(d))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v (%v)", info, err)
	}
}
