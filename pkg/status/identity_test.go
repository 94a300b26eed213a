// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// uidOf returns the UID of a key, which it reports if necessary.
func uidOf(s *status.Store, name string) string {
	publish(s, report(name, "Running"))
	r, _ := s.Get(key(name))
	return r.UID
}

func TestUID(t *testing.T) {
	shop := status.Options{Instance: "shop"}
	t.Run("is_a_UUID_that_is_the_same_after_a_restart", func(t *testing.T) {
		first, again := uidOf(status.NewStore(shop), "web"), uidOf(status.NewStore(shop), "web")
		if _, err := uuid.Parse(first); err != nil || first != again {
			t.Errorf("%s, then %s (%v)", first, again, err)
		}
	})
	t.Run("differs_between_keys_instances_and_incarnations", func(t *testing.T) {
		s := status.NewStore(shop)
		seen := map[string]bool{uidOf(s, "web"): true, uidOf(s, "db"): true, uidOf(status.NewStore(status.Options{Instance: "other"}), "web"): true}
		s.Delete(key("web"))
		seen[uidOf(s, "web")] = true
		if len(seen) != 4 {
			t.Errorf("%d UIDs, want 4: %v", len(seen), seen)
		}
	})
	t.Run("is_not_given_twice_after_thousands_of_keys_are_gone", func(t *testing.T) {
		s := status.NewStore(shop)
		seen := map[string]bool{uidOf(s, "web"): true}
		s.Delete(key("web"))
		for i := range 5000 {
			uidOf(s, fmt.Sprint("job", i))
			s.Delete(key(fmt.Sprint("job", i)))
		}
		if uid := uidOf(s, "web"); seen[uid] {
			t.Errorf("%s was given twice", uid)
		}
	})
}

func TestConcurrentUpdates(t *testing.T) {
	s := status.NewStore(status.Options{})
	publish(s, report("web", "Running"))
	var updates sync.WaitGroup
	for range 100 {
		updates.Go(func() {
			s.Update(key("web"), func(r status.Report) status.Report {
				r.Status.Restarts++
				return r
			})
		})
	}
	updates.Wait()
	if r, _ := s.Get(key("web")); r.Status.Restarts != 100 {
		t.Errorf("%d of 100 updates took effect", r.Status.Restarts)
	}
	before := s.Version()
	s.Update(key("web"), func(status.Report) status.Report { return status.Report{} })
	s.Update(key("absent"), func(old status.Report) status.Report { return old })
	if s.Version() != before {
		t.Error("an update without a result changed the store")
	}
}
