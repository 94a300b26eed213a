// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func changeTests() []obligation {
	return []obligation{
		{"files_are_there_at_the_start", filesDelivered},
		{"files_replace_what_was_there", filesReplace},
		{"files_go_to_volumes_of_a_read_only_root", filesOnVolumes},
		{"files_on_a_read_only_root_are_ReadOnly", filesReadOnly},
		{"update_changes_limits_of_what_runs", updateRunning},
		{"update_raises_memory_beyond_the_swap_of_before", updateMemory},
		{"update_takes_back_the_limit_of_processes", updatePIDs},
		{"update_changes_the_restart_policy", updatePolicy},
		{"update_refuses_what_is_too_little", updateRefused},
		{"the_engine_restarts_by_its_own_policy", engineRestarts},
		{"a_stop_ends_the_engines_own_restarts", stopEndsRestarts},
	}
}

func filesDelivered(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: b.volume("data").Value, Target: "/data"}}
	id := b.create(cfg)
	paths := map[string]engine.File{
		"/etc/app/deep/app.conf": {Content: []byte("a=1"), UID: 1000, GID: 1001, Mode: 0o440},
		"/secret":                {Content: []byte("s3cr3t"), Mode: 0o400},
		"/data/seed":             {Content: []byte("of the volume"), UID: 7, Mode: 0o644},
		"/empty":                 {Mode: 0o600},
	}
	var files []engine.File
	for path, f := range paths {
		f.Path = path
		files = append(files, f)
	}
	b.ok(b.CopyTo(b.ctx, id, files))
	b.ok(b.Start(b.ctx, id))
	for _, f := range files {
		b.shows(id, f)
	}
}

// shows asserts a file as a command in the container sees it.
func (b *bench) shows(id engine.ID, f engine.File) {
	b.t.Helper()
	_, out, errs := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Show(f.Path)})
	equal(b, f.Path, out+errs, fmt.Sprintf("%d:%d %#o %s\n", f.UID, f.GID, f.Mode, f.Content))
}

func filesReplace(b *bench) {
	id := b.create(b.server("web"))
	b.ok(b.CopyTo(b.ctx, id, []engine.File{{Path: "/conf", Content: []byte("long and old"), Mode: 0o644}}))
	b.ok(b.Start(b.ctx, id))
	f := engine.File{Path: "/conf", Content: []byte("new"), UID: 3, Mode: 0o600}
	b.ok(b.CopyTo(b.ctx, id, []engine.File{f}))
	b.shows(id, f)
	b.ok(b.CopyTo(b.ctx, id, nil))
	b.refused(b.CopyTo(b.ctx, id, []engine.File{{Path: "relative"}}), engine.Invalid)
	b.ok(b.Remove(b.ctx, id))
	b.refused(b.CopyTo(b.ctx, id, []engine.File{f}), engine.NotFound)
}

func filesOnVolumes(b *bench) {
	cfg := b.server("web")
	cfg.ReadOnlyRootFilesystem = true
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Target: "/etc/app"}}
	id := b.create(cfg)
	f := engine.File{Path: "/etc/app/deep/app.conf", Content: []byte("a=1"), UID: 5, GID: 6, Mode: 0o444}
	b.ok(b.CopyTo(b.ctx, id, []engine.File{f}))
	b.ok(b.Start(b.ctx, id))
	b.shows(id, f)
}

func filesReadOnly(b *bench) {
	cfg := b.server("web")
	cfg.ReadOnlyRootFilesystem = true
	id := b.create(cfg)
	b.refused(b.CopyTo(b.ctx, id, []engine.File{{Path: "/conf", Mode: 0o644}}), engine.ReadOnly)
}

func (b *bench) limits(id engine.ID) engine.Resources {
	b.t.Helper()
	return b.get(id).Container.Config.Resources
}

func updateRunning(b *bench) {
	id := b.run(b.server("web"))
	before := b.get(id).Container.StartedAt
	want := engine.Resources{NanoCPUs: 5e8, Memory: 64 << 20, MemoryReservation: 32 << 20, PIDs: 60, CPUShares: 512}
	b.ok(b.Update(b.ctx, id, engine.Update{Resources: &want}))
	got := b.limits(id)
	want.MemorySwap = got.MemorySwap
	equal(b, "limits", got, want)
	equal(b, "started at", b.get(id).Container.StartedAt, before)
	b.ok(b.Remove(b.ctx, id))
	b.refused(b.Update(b.ctx, id, engine.Update{Resources: &want}), engine.NotFound)
}

func updateMemory(b *bench) {
	cfg := b.server("web")
	cfg.Resources.Memory = 64 << 20
	id := b.run(cfg)
	b.ok(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 256 << 20}}))
	equal(b, "memory", b.limits(id).Memory, 256<<20)
	b.ok(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 64 << 20}}))
	equal(b, "memory", b.limits(id).Memory, 64<<20)
}

func updatePIDs(b *bench) {
	cfg := b.server("web")
	cfg.Resources.PIDs = 60
	id := b.run(cfg)
	want := engine.Resources{}
	equal(b, "can be reached", want.Reachable(b.limits(id)), true)
	b.ok(b.Update(b.ctx, id, engine.Update{Resources: &want}))
	equal(b, "processes", b.limits(id).PIDs, 0)
}

func updatePolicy(b *bench) {
	id := b.run(b.server("web"))
	want := engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 2}
	b.ok(b.Update(b.ctx, id, engine.Update{RestartPolicy: &want}))
	equal(b, "policy", b.get(id).Container.Config.RestartPolicy, want)
	b.ok(b.Update(b.ctx, id, engine.Update{RestartPolicy: &engine.RestartPolicy{}}))
	equal(b, "policy", b.get(id).Container.RestartPolicy, "no")
}

func updateRefused(b *bench) {
	id := b.create(b.server("web"))
	b.refused(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 1 << 20}}), engine.Invalid)
}

func engineRestarts(b *bench) {
	cfg := b.container(b.h.Job(3), "job")
	cfg.RestartPolicy = engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 2}
	id := b.run(cfg)
	c := b.becomes(id, "it has ended for good", func(c *engine.Container) bool { return exited(c) && c.RestartCount == 2 })
	equal(b, "exit code", c.ExitCode, 3)
}

func stopEndsRestarts(b *bench) {
	cfg := b.container(b.h.Job(3), "job")
	cfg.RestartPolicy = engine.RestartPolicy{Name: "always"}
	id := b.run(cfg)
	b.becomes(id, "it was restarted", func(c *engine.Container) bool { return c.RestartCount > 1 })
	b.ok(b.Stop(b.ctx, id, grace))
	b.becomes(id, "it has ended", exited)
}
