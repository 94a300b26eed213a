// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
	"github.com/pact-toolbox/reconciler/pkg/plan"
)

var update = flag.Bool("update", false, "update the transcripts in testdata")

// transcript is the file of a scenario with the expected output.
const transcript = "transcript"

// TestScenarios runs the scenarios in testdata. Each has manifests, a script, and
// the expected transcript.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { play(t, file) })
	}
}

func play(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, archive)
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			s.say("%s\n", line)
			continue
		}
		s.say("> %s\n", line)
		words := strings.Fields(line)
		do, known := commands[words[0]]
		if !known {
			t.Fatalf("no command %q", words[0])
		}
		do(s, words[1:])
	}
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == transcript })
	if i < 0 {
		i = len(archive.Files)
		archive.Files = append(archive.Files, txtar.File{Name: transcript})
	}
	want, got := string(archive.Files[i].Data), s.said.String()
	if want == got {
		return
	}
	if !*update {
		t.Fatalf("transcript differs (-want +got; -update accepts it):\n%s", cmp.Diff(want, got))
	}
	archive.Files[i].Data = []byte(got)
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commands holds the commands of a script.
var commands = map[string]func(s *stage, args []string){
	// The desired state.
	"desired":    func(s *stage, args []string) { s.desire(args) },
	"incomplete": func(s *stage, _ []string) { s.sim.Desired.Complete = false },
	"shield":     func(s *stage, args []string) { s.sim.Desired.Shielded = map[string]bool{args[0]: true} },
	"prune":      func(s *stage, args []string) { s.prune(args) },
	"approve":    func(s *stage, _ []string) { s.approve() },
	"down":       func(s *stage, _ []string) { s.desire(nil); s.sim.Prune.All = true },
	"purge":      func(s *stage, _ []string) { s.sim.Purge = true },

	// The controller.
	"plan": func(s *stage, _ []string) {
		if p := plan.Compute(s.sim.World()); p.Empty() {
			s.say("  nothing\n")
		} else {
			s.say("  %s\n", strings.ReplaceAll(strings.TrimSpace(p.String()), "\n", "\n  "))
		}
	},
	"step": func(s *stage, args []string) {
		if !s.step(s.key(args[0]), 0) {
			s.say("  nothing\n")
		}
	},
	"step-and-die": func(s *stage, args []string) { s.step(s.key(args[0]), s.number(args[1])) },
	"settle":       func(s *stage, _ []string) { s.settle() },
	"run":          func(s *stage, args []string) { s.run(s.duration(args[0])) },
	"advance":      func(s *stage, args []string) { s.sim.advance(s.duration(args[0])) },
	"amnesia":      func(s *stage, _ []string) { s.sim.restartController() },
	"conditions":   func(s *stage, args []string) { s.conditions(s.key(args[0])) },
	"ask":          func(s *stage, args []string) { s.sim.submit(s.key(args[1]), plan.Command(args[0])) },
	"show":         func(s *stage, _ []string) { s.show() },

	// The engine refuses to start or connect a container once the network on which it
	// was created is gone.
	"needs-base-network": func(s *stage, _ []string) { s.sim.Engine.SetNeedsBaseNetwork(true) },

	// Events at the engine.
	"kill":    func(s *stage, args []string) { s.sim.Engine.Kill(s.container(args[0]), s.number(args[1])) },
	"oom":     func(s *stage, args []string) { s.sim.Engine.OOMKill(s.container(args[0])) },
	"stop":    func(s *stage, args []string) { s.sim.Engine.UserStop(s.container(args[0])) },
	"start":   func(s *stage, args []string) { s.sim.Engine.UserStart(s.container(args[0])) },
	"pause":   func(s *stage, args []string) { s.sim.Engine.Pause(s.container(args[0])) },
	"unpause": func(s *stage, args []string) { s.sim.Engine.Unpause(s.container(args[0])) },
	"dead":    func(s *stage, args []string) { s.sim.Engine.MarkDead(s.container(args[0])) },
	"rm":      func(s *stage, args []string) { s.sim.Engine.UserRemove(s.container(args[0])) },
	// A docker update by a user: a memory limit in bytes, or a restart policy.
	"update": func(s *stage, args []string) { s.update(args) },
	"rename": func(s *stage, args []string) { s.sim.Engine.UserRename(s.container(args[0]), args[1]) },
	"disconnect": func(s *stage, args []string) {
		s.sim.Engine.UserDisconnect(s.container(args[0]), args[1])
	},
	"connect": func(s *stage, args []string) { s.sim.Engine.UserConnect(s.container(args[0]), args[1]) },
	"health": func(s *stage, args []string) {
		s.sim.Engine.SetHealth(s.container(args[0]), engine.Health(args[1]))
	},
	"answers": func(s *stage, args []string) {
		s.sim.Engine.SetAnswers(s.container(args[0]), args[1], args[2] == "yes")
	},
	"foreign": func(s *stage, args []string) {
		cfg := engine.ContainerConfig{Name: args[0], Image: "app:1"}
		for _, network := range args[1:] {
			cfg.Attachments = append(cfg.Attachments, engine.Attachment{Network: network})
		}
		if _, err := s.sim.Engine.UserRun(cfg); err != nil {
			s.t.Fatal(err)
		}
	},
	"foreign-network": func(s *stage, args []string) {
		if _, err := s.sim.Engine.UserNetwork(engine.NetworkConfig{Name: args[0]}); err != nil {
			s.t.Fatal(err)
		}
	},
	// A tool creates a container with the labels of another one.
	"clone":          func(s *stage, args []string) { s.clone(args[0], args[1]) },
	"unlist":         func(s *stage, args []string) { s.unlist(engine.Kind(args[0]), engine.Code(args[1])) },
	"list":           func(s *stage, _ []string) { s.sim.Observe = nil },
	"restart-engine": func(s *stage, _ []string) { s.sim.restartEngine() },
	"occupy":         func(s *stage, args []string) { s.sim.Engine.OccupyPort(s.number(args[0])) },
	"release":        func(s *stage, args []string) { s.sim.Engine.ReleasePort(s.number(args[0])) },
	"image":          func(s *stage, args []string) { s.sim.Engine.Publish(args[0], s.behaviour(args[1:])) },
	"load":           func(s *stage, args []string) { s.sim.Engine.AddImage(args[0], s.behaviour(args[1:])) },
	"unload":         func(s *stage, args []string) { s.sim.Engine.RemoveImage(args[0]) },
	"fail":           func(s *stage, args []string) { s.fail(args) },
}

// behaviour parses "exits CODE after DURATION", "fails CODE", "unhealthy".
func (s *stage) behaviour(words []string) memory.ImageBehaviour {
	var b memory.ImageBehaviour
	for i, word := range words {
		switch word {
		case "exits":
			b.Exits, b.ExitCode = true, s.number(words[i+1])
		case "after":
			b.ExitAfter = s.duration(words[i+1])
		case "fails":
			b.StartError = engine.Code(words[i+1])
		case "silent":
			b.Silent = true
		case "unhealthy":
			b.Unhealthy = true
		case "healthy-after":
			b.HealthyAfter = s.duration(words[i+1])
		}
	}
	return b
}

// fail makes the next call of a name fail with a code, "after" its effect or
// without it.
func (s *stage) fail(args []string) {
	left := 1
	s.sim.Engine.SetFail(func(op memory.Op) memory.Fault {
		if op.Name != args[0] || left == 0 {
			return memory.Fault{}
		}
		left--
		return memory.Fault{
			Err:   engine.Errorf(op.String(), engine.Code(args[1]), "as scripted"),
			After: slices.Contains(args, "after"),
		}
	})
}

func (s *stage) update(args []string) {
	var u engine.Update
	switch args[1] {
	case "memory":
		u.Resources = &engine.Resources{Memory: int64(s.number(args[2]))}
	case "restart":
		u.RestartPolicy = &engine.RestartPolicy{Name: args[2]}
	}
	if err := s.sim.Engine.Update(context.Background(), s.container(args[0]), u); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *stage) duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}
