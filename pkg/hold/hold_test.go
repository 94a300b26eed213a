// SPDX-License-Identifier: Apache-2.0

package hold_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/hold"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestFile(t *testing.T) {
	cache := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "cache"}
	db := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "db"}
	web := spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "web"}
	held := plan.History{
		db:  {Hold: plan.Hold{Since: time.Unix(1000, 0).UTC()}},
		web: {Restarts: 3},
		// Its manifest suspended it, and may be deleted.
		cache: {ManifestSuspends: true},
	}
	t.Run("only_saved_holds_are_read_again", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "sub", "holds.json")
		file, history, err := hold.Open(path)
		if err != nil || len(history) > 0 {
			t.Fatalf("history %v (%v)", history, err)
		}
		if err := file.Save(func() plan.History { return held }); err != nil {
			t.Fatal(err)
		}
		_, got, err := hold.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plan.History{db: held[db], cache: held[cache]}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v (%v)", info, err)
		}
	})
	t.Run("equal_holds_are_written_once", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "holds.json")
		file, _, _ := hold.Open(path)
		for range 2 {
			if err := file.Save(func() plan.History { return held }); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(path)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("the file was written twice")
		}
	})
	t.Run("a_broken_file_is_an_error_and_is_replaced", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "holds.json")
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		file, _, err := hold.Open(path)
		if err == nil {
			t.Error("a broken file was read")
		}
		if err := file.Save(func() plan.History { return held }); err != nil {
			t.Fatal(err)
		}
		if got, err := hold.Read(path); err != nil || len(got) != 2 {
			t.Errorf("history %v (%v)", got, err)
		}
	})
	t.Run("without_a_path_nothing_is_kept", func(t *testing.T) {
		file, history, err := hold.Open("")
		if file != nil || len(history) > 0 || err != nil {
			t.Errorf("file %v, history %v (%v)", file, history, err)
		}
		if err := file.Save(nil); err != nil {
			t.Error(err)
		}
	})
}
