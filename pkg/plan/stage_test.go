// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/owner"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/simulation"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// stage runs a scenario: it has a simulated world and the transcript so far.
type stage struct {
	t     *testing.T
	sim   simulated
	files map[string][]byte
	said  strings.Builder
	// masks holds pairs of an ID or UID and its replacement in the transcript: the
	// name of its object, numbered by incarnation.
	masks []string
	known map[engine.ID]bool
	count map[string]int
}

func newStage(t *testing.T, archive *txtar.Archive) *stage {
	s := &stage{
		t: t, files: map[string][]byte{}, known: map[engine.ID]bool{}, count: map[string]int{},
		sim: simulate(memory.Options{RecordCalls: true}),
	}
	s.sim.Desired.Complete = true
	for _, f := range archive.Files {
		s.files[f.Name] = f.Data
	}
	return s
}

// say adds to the transcript, with the engine's IDs masked.
func (s *stage) say(format string, args ...any) {
	s.learn()
	text := fmt.Sprintf(format, args...)
	s.said.WriteString(strings.NewReplacer(s.masks...).Replace(text))
}

// learn adds masks for new objects.
func (s *stage) learn() {
	for _, obj := range s.sim.Engine.Snapshot().Sorted() {
		if s.known[obj.ID] || obj.Volume != nil {
			continue
		}
		s.known[obj.ID] = true
		name := "foreign " + obj.Name
		if id, ours := owner.Of(instance, obj); ours {
			name = id.Key.Name
			s.count[id.Key.String()]++
			name = fmt.Sprintf("%s#%d", name, s.count[id.Key.String()])
			s.masks = append(s.masks, id.UID, name)
		}
		s.masks = append(s.masks, obj.ID.Value, name, obj.ID.Value[:12], name)
	}
}

// desire replaces the desired state by the objects in files.
func (s *stage) desire(files []string) {
	objects := map[spec.Key]spec.Object{}
	for _, file := range files {
		decoded, errs := spec.Decode(file, s.files[file], spec.DecodeOptions{})
		if len(errs) > 0 || s.files[file] == nil {
			s.t.Fatalf("%s: %v", file, errs)
		}
		for _, o := range decoded {
			o.Generation = 1
			objects[o.Key()] = o
		}
	}
	s.sim.Desired = spec.Set{Objects: spec.Imply(spec.Resolve(objects)), Complete: true}
}

// step reconciles a key and returns whether there was an action. With a limit, the
// controller dies after that many actions and loses its history.
func (s *stage) step(k spec.Key, limit int) bool {
	acted := 0
	s.sim.Step(context.Background(), k, func(a plan.Action, err error) bool {
		acted++
		text := ""
		if err != nil {
			text = "\n    failed: " + err.Error()
		}
		s.say("  %s: %s%s\n", short(k), a, text)
		return acted != limit
	})
	if limit > 0 && acted == limit {
		s.say("  the controller dies\n")
		s.sim.History = plan.History{}
	}
	return acted > 0
}

// settle reconciles every key until there is nothing left to do at this time.
func (s *stage) settle() {
	for range 50 {
		acted := false
		for _, k := range s.sim.World().Keys() {
			acted = s.step(k, 0) || acted
		}
		if !acted {
			return
		}
	}
	s.t.Fatalf("it does not settle:\n%s", s.said.String())
}

// run settles and advances the time to each event that is due, for a duration of
// d.
func (s *stage) run(d time.Duration) {
	start := s.sim.Time
	_, err := s.sim.Run(context.Background(), d, func(e simulation.Entry) {
		s.say("  %6s %s: %s\n", e.At.Round(time.Millisecond), short(e.Key), e.Text)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if rest := start.Add(d).Sub(s.sim.Time); rest > 0 {
		s.sim.advance(rest)
	}
}

// show lists the objects of the engine, and the state of containers.
func (s *stage) show() {
	for _, obj := range s.sim.Engine.Snapshot().Sorted() {
		id := obj.ID.String()
		if obj.Volume == nil {
			id += " " + obj.Name
		}
		if c := obj.Container; c != nil {
			var on []string
			for _, at := range c.Attachments {
				on = append(on, at.Network)
			}
			id += fmt.Sprintf(" %s %s on %v", c.Image, c.Status, on)
		}
		s.say("  %s\n", id)
	}
}

// conditions lists the conditions, the phase and the root cause of a key.
func (s *stage) conditions(k spec.Key) {
	w := s.sim.World()
	d := plan.Decide(w, k)
	for _, c := range plan.Conditions(w, d, nil) {
		s.say("%s\n", strings.TrimRight(fmt.Sprintf("  %-17s %-7s %-20s %s", c.Type, c.Status, c.Reason, c.Message), " "))
	}
	s.say("  phase %s\n", plan.PhaseOf(w, d))
	if cause, found := plan.FindRootCause(w, d); found {
		s.say("  cause %s: %s: %s\n", short(cause.Key), cause.Reason, cause.Message)
	}
}

// key parses "web" as Container/default/web and "Network/back" as
// Network/default/back.
func (s *stage) key(text string) spec.Key {
	if k, err := spec.ParseKey(text); err == nil {
		return k
	}
	kind, name := path.Split(text)
	k := spec.Key{Kind: spec.Kind(strings.TrimSuffix(kind, "/")), Namespace: "default", Name: name}
	if k.Kind == "" {
		k.Kind = spec.KindContainer
	}
	return k
}

// short returns the text that key parses.
func short(k spec.Key) string {
	return strings.TrimPrefix(strings.Replace(k.String(), "/default/", "/", 1), "Container/")
}

// container returns the ID of the container of a key or with an engine name.
func (s *stage) container(name string) engine.ID {
	if obj, ok := s.sim.World().Container(s.key(name)); ok {
		return obj.ID
	}
	obj, err := s.sim.Engine.Find(context.Background(), engine.KindContainer, name)
	if err != nil {
		s.t.Fatal(err)
	}
	return obj.ID
}

// clone runs a container with the image, networks and labels of another one.
func (s *stage) clone(name, copied string) {
	obj := s.sim.Engine.Snapshot().Objects[s.container(name)]
	cfg := engine.ContainerConfig{Name: copied, Image: obj.Container.Image, Labels: obj.Labels}
	for _, at := range obj.Container.Attachments {
		cfg.Attachments = append(cfg.Attachments, engine.Attachment{Network: at.Network})
	}
	if _, err := s.sim.Engine.UserRun(cfg); err != nil {
		s.t.Fatal(err)
	}
}

// prune sets the pruning: "off", "on", "guard PERCENT".
func (s *stage) prune(args []string) {
	s.sim.Prune.Off = args[0] == "off"
	if args[0] == "guard" {
		s.sim.Prune.Guard, s.sim.Prune.Free = float64(s.number(args[1])), 3
	}
}

// unlist makes the lists of a kind fail with code; none of its objects is observed.
func (s *stage) unlist(kind engine.Kind, code engine.Code) {
	before := s.sim.Observe
	s.sim.Observe = func(snap engine.Snapshot) engine.Snapshot {
		if before != nil {
			snap = before(snap)
		}
		return snap.WithUnread(kind, engine.Errorf("list "+string(kind)+"s", code, "as scripted"))
	}
}

// approve approves the removal of all withheld keys.
func (s *stage) approve() { s.sim.Prune.Approved = maps.Clone(s.sim.World().Withheld()) }
