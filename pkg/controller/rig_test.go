// SPDX-License-Identifier: Apache-2.0

package controller_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/actuator"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/controller"
	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/observer"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

const instance = "test"

// rig is a controller over an in-memory engine, in a synctest bubble.
type rig struct {
	*memory.Engine
	t          *testing.T
	cache      *observer.Cache
	controller *controller.Controller
	// before, when set, is called before each action is carried out.
	before atomic.Pointer[func(context.Context, plan.Action) error]
	// stop ends the controller and waits for it.
	stop func()

	mu     sync.Mutex
	store  *status.Store
	events []status.Event
	done   []plan.Action
}

// recorder is a store that also adds each event to the rig.
type recorder struct {
	*status.Store
	rig *rig
}

func (s recorder) Record(e status.Event) {
	s.Store.Record(e)
	s.rig.mu.Lock()
	defer s.rig.mu.Unlock()
	s.rig.events = append(s.rig.events, e)
}

// errNoEffect makes an action succeed without being carried out.
var errNoEffect = errors.New("no effect")

// hooked is the actuator that calls the hook of the test first.
type hooked struct {
	*rig
	actuator *actuator.Actuator
}

func (h hooked) Do(ctx context.Context, a plan.Action) error {
	if before := h.before.Load(); before != nil {
		switch err := (*before)(ctx, a); {
		case errors.Is(err, errNoEffect):
			return nil
		case err != nil:
			return err
		}
	}
	h.mu.Lock()
	h.done = append(h.done, a)
	h.mu.Unlock()
	return h.actuator.Do(ctx, a)
}

// controlled runs a test with a controller that has no desired state yet, over
// an engine whose registry has every image.
func controlled(t *testing.T, test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start(nil)
		defer func() { r.stop() }()
		test(t, r)
	})
}

func newRig(t *testing.T) *rig {
	return &rig{Engine: memory.New(memory.Options{AnyImage: true}), t: t}
}

// start starts a controller with an empty store, as after a restart.
func (r *rig) start(adjust func(*controller.Config)) {
	r.cache = observer.New(r.Engine, instance, observer.Options{})
	store := status.NewStore(status.Options{Instance: instance})
	r.mu.Lock()
	r.store = store
	r.mu.Unlock()
	cfg := controller.Config{
		Settings: controller.Settings{Settings: plan.Settings{Instance: instance}},
		Observer: r.cache,
		Actuator: hooked{r, actuator.New(r.cache.Engine(), actuator.Options{Instance: instance})},
		Store:    recorder{store, r},
		Logs:     r.Logs,
	}
	if adjust != nil {
		adjust(&cfg)
	}
	r.controller = controller.New(cfg)
	ctx, cancel := context.WithCancel(r.t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.check(r.cache.Run(ctx)) })
	running.Go(func() { r.check(r.controller.Run(ctx)) })
	r.stop = func() {
		cancel()
		running.Wait()
		r.stop = func() {}
	}
}

func (r *rig) check(err error) {
	if err != nil {
		r.t.Error(err)
	}
}

// pass advances virtual time and waits until nothing happens any more.
func (r *rig) pass(d time.Duration) {
	time.Sleep(d) // virtual: this runs in a bubble
	synctest.Wait()
}

// settle waits until the controller is settled.
func (r *rig) settle() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Minute)
	defer cancel()
	if err := r.controller.WaitSettled(ctx); err != nil {
		for k, report := range r.all() {
			r.t.Logf("%s: %s %v", k, report.Status.Phase, report.Status.Conditions)
		}
		r.t.Fatalf("never settled: %v", err)
	}
	synctest.Wait()
}

func (r *rig) all() map[spec.Key]status.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[spec.Key]status.Report{}
	list, _ := r.store.List()
	for _, report := range list {
		all[report.Key] = report
	}
	return all
}

func (r *rig) report(name string) status.Report {
	r.t.Helper()
	report, ok := r.all()[key(name)]
	if !ok {
		r.t.Fatalf("no report of %s among %v", key(name), slices.Collect(maps.Keys(r.all())))
	}
	return report
}

// wantCondition checks the status and reason of a condition.
func (r *rig) wantCondition(report status.Report, t condition.Type, want string, reason condition.Reason) {
	r.t.Helper()
	c := condition.Find(report.Status.Conditions, t)
	if c == nil {
		r.t.Fatalf("%s has no condition %s: %v", report.Key, t, report.Status.Conditions)
	}
	if string(c.Status) != want || c.Reason != string(reason) {
		r.t.Errorf("%s %s is %s (%s: %s), want %s (%s)", report.Key, t, c.Status, c.Reason, c.Message, want, reason)
	}
}

func (r *rig) wantReady(names ...string) {
	r.t.Helper()
	for _, name := range names {
		r.wantCondition(r.report(name), condition.Ready, "True", condition.ReasonRunning)
	}
}

// container returns the engine's container with a name; the zero Object when there
// is none.
func (r *rig) container(name string) engine.Object {
	for _, obj := range r.Snapshot().Objects {
		if obj.ID.Kind == engine.KindContainer && obj.Name == name+".default" {
			return obj
		}
	}
	return engine.Object{}
}

// actions returns the verbs and keys of the actions since the last call.
func (r *rig) actions() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, a := range r.done {
		out = append(out, string(a.Verb)+" "+a.Key.Name)
	}
	r.done = nil
	return out
}

// reasons returns the reasons of the events of a key.
func (r *rig) reasons(name string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, e := range r.events {
		if e.Key == key(name) {
			out = append(out, e.Reason)
		}
	}
	return out
}

// messages returns the different messages of a key's events with a reason.
func (r *rig) messages(name, reason string) (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if e.Key == key(name) && e.Reason == reason && !slices.Contains(all, e.Message) {
			all = append(all, e.Message)
		}
	}
	return all
}

func (r *rig) hook(f func(context.Context, plan.Action) error) {
	if f == nil {
		r.before.Store(nil)
		return
	}
	r.before.Store(&f)
}

func key(name string) spec.Key {
	return spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: name}
}

// web returns a container that starts after others.
func web(name string, after ...string) spec.Object {
	c := &spec.Container{
		Image: "app:1", PullPolicy: spec.PullMissing,
		RestartPolicy: spec.RestartPolicy{Name: spec.RestartAlways},
	}
	for _, d := range after {
		c.Dependencies = append(c.Dependencies, spec.Dependency{Name: d})
	}
	return spec.Object{
		Kind: spec.KindContainer, Metadata: spec.Metadata{Name: name, Namespace: "default"}, Container: c,
		Source: spec.Position{File: name + ".yaml", Line: 1, Column: 1}, Generation: 1,
	}
}

// changed returns another version of an object.
func changed(obj spec.Object, change func(*spec.Container)) spec.Object {
	c := *obj.Container
	change(&c)
	obj.Container = &c
	obj.Generation++
	return obj
}

// set returns a complete desired state with the default network.
func set(objects ...spec.Object) spec.Set {
	s := spec.Set{Objects: map[spec.Key]spec.Object{}, Complete: true}
	if len(objects) > 0 {
		objects = append(objects, spec.Object{
			Kind:     spec.KindNetwork,
			Metadata: spec.Metadata{Name: spec.DefaultNetworkName, Namespace: "default"}, Network: &spec.Network{}, Generation: 1,
		})
	}
	for _, obj := range objects {
		s.Objects[obj.Key()] = obj
	}
	return s
}

// problem returns a problem at line 3 of a file.
func problem(k spec.Key, file, reason string) spec.Problem {
	return spec.Problem{Key: k, Reason: reason, Error: spec.Error{
		Position: spec.Position{File: file, Line: 3, Column: 5}, Message: fmt.Sprintf("bad %s", file),
	}}
}
