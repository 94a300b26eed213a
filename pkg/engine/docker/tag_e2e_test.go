// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package docker

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/enginetest"
)

// TestMovedTag covers that image IDs mean the same in both image stores, although
// they are digests of different documents: an ID stays while the tag stays, changes
// with the tag, and a container keeps the ID and the configuration of the image
// from which it was created.
func TestMovedTag(t *testing.T) {
	f := newFaulty(t)
	login(t, "{}")
	e, ref := realEngine(t), f.ref("1")
	pull := func() engine.Image {
		t.Helper()
		must(t, e.Pull(t.Context(), engine.PullRequest{Reference: ref}, nil))
		img, err := e.Image(t.Context(), ref)
		must(t, err)
		snapshot, err := e.List(t.Context())
		must(t, err)
		if snapshot.Images[ref] != img.ID {
			t.Errorf("the list has %q for %s, want %q", snapshot.Images[ref], ref, img.ID)
		}
		return img
	}
	first := pull()
	if again := pull(); again.ID != first.ID {
		t.Errorf("the ID changed from %s to %s without a change of the image", first.ID, again.ID)
	}
	byDigest, err := e.Image(t.Context(), f.host+"/app@"+f.digest)
	must(t, err)
	if byDigest.ID != first.ID {
		t.Errorf("the ID is %s by digest and %s by tag", byDigest.ID, first.ID)
	}

	id, err := e.CreateContainer(t.Context(), engine.ContainerConfig{
		Name: fmt.Sprintf("moved-tag-%d", os.Getpid()), Image: ref, Command: []string{"/none"},
		Labels: map[string]string{enginetest.Label: "tag"},
	})
	must(t, err)
	t.Cleanup(func() { _ = e.Remove(context.Background(), id) })
	before, err := e.Get(t.Context(), id)
	must(t, err)
	if before.Container.ImageID != first.ID {
		t.Errorf("the container has the image %s, want %s", before.Container.ImageID, first.ID)
	}

	f.digest = f.store(t, "1", "linux/"+runtime.GOARCH)
	if moved := pull(); moved.ID == first.ID {
		t.Errorf("the ID is still %s after the tag moved", moved.ID)
	}
	after, err := realEngine(t).Get(t.Context(), id) // without cached images
	must(t, err)
	if diff := cmp.Diff(before.Container, after.Container); diff != "" {
		t.Errorf("the container changed with the tag (-before +after):\n%s", diff)
	}
}
