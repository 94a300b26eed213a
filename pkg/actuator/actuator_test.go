// SPDX-License-Identifier: Apache-2.0

package actuator_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const instance = "mine"

// desired is the container of the actions.
func desired() spec.Object {
	return spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: "web", Namespace: "shop"},
		Container: &spec.Container{Image: "app", Tag: "1"},
	}
}

// stage is an engine with the container web.shop of ours on the network net,
// and an actuator for it.
type stage struct {
	*actuator.Actuator
	engine *memory.Engine
	web    engine.ID
}

func newStage(t *testing.T, opts actuator.Options) stage {
	t.Helper()
	e := memory.New(memory.Options{AnyImage: true})
	for _, name := range []string{"net", "side"} {
		if _, err := e.UserNetwork(engine.NetworkConfig{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	e.AddImage("app:1", memory.ImageBehaviour{})
	web, err := e.UserRun(engine.ContainerConfig{
		Name: "web.shop", Image: "app:1", Labels: owner.Stamp(instance, "u0", desired()),
		Attachments: []engine.Attachment{{Network: "net"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	opts.Instance = instance
	opts.NewUID = func() string { return "u1" }
	return stage{actuator.New(e, opts), e, web}
}

// record records each call of the engine, including calls that only read.
func (s stage) record(fault memory.Fault) *[]string {
	calls := &[]string{}
	s.engine.SetFail(func(op memory.Op) memory.Fault {
		*calls = append(*calls, op.Name)
		return fault
	})
	return calls
}

// actions returns one action of each verb.
func (s stage) actions() map[string]plan.Action {
	obj := desired()
	with := func(v plan.Verb) plan.Action { return plan.Action{Verb: v, Key: obj.Key(), Object: obj, Target: s.web} }
	network := with(plan.Create)
	network.Network = &engine.NetworkConfig{Name: "other"}
	volume := with(plan.Create)
	volume.Volume = &engine.VolumeConfig{Name: "data"}
	container := with(plan.Create)
	container.Container = &engine.ContainerConfig{Name: "web.shop", Image: "app:1"}
	container.Temporary = true
	connect, disconnect := with(plan.Connect), with(plan.Disconnect)
	connect.Attachment.Network, disconnect.Attachment.Network = "side", "net"
	rename := with(plan.Rename)
	rename.Name = "old"
	update := with(plan.Update)
	update.Update.Resources = &engine.Resources{Memory: 64 << 20}
	return map[string]plan.Action{
		"Update": update, "Pull": with(plan.Pull),
		"CreateContainer": container, "CreateNetwork": network, "CreateVolume": volume,
		"Start": with(plan.Start), "Stop": with(plan.Stop), "Rename": rename,
		"Connect": connect, "Disconnect": disconnect, "Remove": with(plan.Remove),
	}
}

// TestDo verifies that each action is one call that succeeds, and that a failure of
// the call keeps its code.
func TestDo(t *testing.T) {
	for name := range (stage{}).actions() {
		t.Run(name+" is one call", func(t *testing.T) {
			s := newStage(t, actuator.Options{})
			calls := s.record(memory.Fault{})
			if err := s.Do(t.Context(), s.actions()[name]); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{name}, *calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
		t.Run(name+" that fails returns the code", func(t *testing.T) {
			s := newStage(t, actuator.Options{})
			calls := s.record(memory.Fault{Err: engine.Errorf("x", engine.DiskFull, "no space")})
			if err := s.Do(t.Context(), s.actions()[name]); engine.CodeOf(err) != engine.DiskFull {
				t.Errorf("got %v", err)
			}
			if len(*calls) != 1 {
				t.Errorf("%d attempts", len(*calls))
			}
		})
	}
}

// TestDeadline verifies that a call that hangs is cancelled after the timeout, to
// which the grace period of a stop is added. A pull returns the code of the cause.
func TestDeadline(t *testing.T) {
	for name := range (stage{}).actions() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, actuator.Options{Timeout: time.Minute})
				action := s.actions()[name]
				action.Grace = 30 * time.Second
				want, code := time.Minute, engine.Timeout
				switch name {
				case "Stop":
					want = 90 * time.Second
				case "Pull":
					code = engine.ImageUnavailable
				}
				s.record(memory.Fault{Hang: true})
				began := time.Now()
				err := s.Do(t.Context(), action)
				if got := time.Since(began); got != want {
					t.Errorf("cancelled after %v, want %v", got, want)
				}
				if engine.CodeOf(err) != code {
					t.Errorf("got %v, want %s", err, code)
				}
			})
		})
	}
}

// TestCanceled verifies that a cancelled call returns an error with an unknown
// outcome, regardless of the effect at the engine.
func TestCanceled(t *testing.T) {
	s := newStage(t, actuator.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	s.engine.SetFail(func(memory.Op) memory.Fault {
		cancel()
		return memory.Fault{Hang: true, After: true}
	})
	err := s.Do(ctx, s.actions()["Remove"])
	if engine.CodeOf(err) != engine.Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.engine.SetFail(nil)
	if _, err := s.engine.Get(t.Context(), s.web); !engine.IsNotFound(err) {
		t.Errorf("the engine has created it: %v", err)
	}
}

// TestTwice verifies that an action with an unknown outcome may be repeated.
func TestTwice(t *testing.T) {
	for _, name := range []string{"Pull", "Start", "Stop", "Rename", "Remove"} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, actuator.Options{})
			for range 2 {
				if err := s.Do(t.Context(), s.actions()[name]); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	for _, name := range []string{"CreateContainer", "CreateNetwork"} {
		t.Run(name+" makes no second one", func(t *testing.T) {
			s := newStage(t, actuator.Options{})
			_ = s.Do(t.Context(), s.actions()[name])
			before := len(s.engine.Snapshot().Objects)
			if err := s.Do(t.Context(), s.actions()[name]); engine.CodeOf(err) != engine.NameInUse {
				t.Errorf("got %v", err)
			}
			if after := len(s.engine.Snapshot().Objects); after != before {
				t.Errorf("%d objects before, %d after", before, after)
			}
		})
	}
}

// TestCreateStamps verifies that every created object has the labels of its owner.
func TestCreateStamps(t *testing.T) {
	s := newStage(t, actuator.Options{})
	action := s.actions()["CreateContainer"]
	if err := s.Do(t.Context(), action); err != nil {
		t.Fatal(err)
	}
	obj, err := s.engine.Find(t.Context(), engine.KindContainer, owner.TemporaryName("web.shop", "u1"))
	if err != nil {
		t.Fatalf("a temporary container has no temporary name: %v", err)
	}
	if id, ours := owner.Of(instance, obj); !ours || id.Key != action.Key || id.UID != "u1" {
		t.Errorf("ours: %v, %+v", ours, id)
	}
	if action.Container.Name != "web.shop" || action.Container.Labels != nil {
		t.Errorf("the action was changed: %+v", action.Container)
	}
}

// TestStartByName verifies that a created container is started by its name only if
// it belongs to the object.
func TestStartByName(t *testing.T) {
	other := desired()
	other.Metadata.Name = "other"
	for name, tc := range map[string]struct {
		labels map[string]string
		absent bool
		want   engine.Code
	}{
		"ours":               {labels: owner.Stamp(instance, "u1", desired())},
		"foreign":            {want: engine.NameInUse},
		"another instance's": {labels: owner.Stamp("yours", "u1", desired()), want: engine.NameInUse},
		"another object's":   {labels: owner.Stamp(instance, "u1", other), want: engine.NameInUse},
		"gone":               {absent: true, want: engine.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, actuator.Options{})
			s.engine.UserRemove(s.web)
			var id engine.ID
			if !tc.absent {
				var err error
				cfg := engine.ContainerConfig{Name: "web.shop", Image: "app:1", Labels: tc.labels}
				if id, err = s.engine.CreateContainer(t.Context(), cfg); err != nil {
					t.Fatal(err)
				}
			}
			calls := s.record(memory.Fault{})
			action := s.actions()["Start"]
			action.Target = engine.ID{}
			if err := s.Do(t.Context(), action); engine.CodeOf(err) != tc.want {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			started := slices.Contains(*calls, "Start")
			if want := tc.want == ""; started != want {
				t.Errorf("started: %v, want %v (%v)", started, want, id)
			}
		})
	}
}

func TestUnknownVerb(t *testing.T) {
	s := newStage(t, actuator.Options{})
	calls := s.record(memory.Fault{})
	if err := s.Do(t.Context(), plan.Action{Verb: "shout"}); engine.CodeOf(err) != engine.Invalid || len(*calls) > 0 {
		t.Errorf("got %v after %v", err, *calls)
	}
}

func TestRandomUIDs(t *testing.T) {
	e := memory.New(memory.Options{AnyImage: true})
	a := actuator.New(e, actuator.Options{Instance: instance})
	for _, name := range []string{"a", "b"} {
		obj := spec.Object{Kind: spec.KindVolume, Metadata: spec.Metadata{Name: name, Namespace: "shop"}, Volume: &spec.Volume{}}
		action := plan.Action{Verb: plan.Create, Key: obj.Key(), Object: obj, Volume: &engine.VolumeConfig{Name: obj.EngineName()}}
		if err := a.Do(t.Context(), action); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, obj := range e.Snapshot().Objects {
		seen[obj.Labels[owner.LabelUID]] = true
	}
	if len(seen) != 2 || seen[""] {
		t.Errorf("the identities are %v", seen)
	}
}

// TestFiles verifies that files are copied before the start, and that a container
// is not started without them.
func TestFiles(t *testing.T) {
	file := engine.File{Path: "/etc/app.conf", Content: []byte("a=1"), UID: 1, GID: 2, Mode: 0o440}
	start := func(s stage) plan.Action {
		a := s.actions()["Start"]
		a.Files = []engine.File{file}
		return a
	}
	t.Run("are delivered before the start", func(t *testing.T) {
		s := newStage(t, actuator.Options{})
		calls := s.record(memory.Fault{})
		if err := s.Do(t.Context(), start(s)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"CopyTo", "Start"}, *calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
	t.Run("that cannot be delivered prevent the start", func(t *testing.T) {
		s := newStage(t, actuator.Options{})
		s.record(memory.Fault{Err: engine.Errorf("x", engine.ReadOnly, "read-only")})
		if err := s.Do(t.Context(), start(s)); engine.CodeOf(err) != engine.ReadOnly {
			t.Errorf("got %v", err)
		}
		if obj, err := s.engine.Get(t.Context(), s.web); err == nil && obj.Container.Running() {
			t.Error("it runs")
		}
	})
}
