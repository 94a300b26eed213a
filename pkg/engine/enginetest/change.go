// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"fmt"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func changeTests() []obligation {
	return []obligation{
		{"files_exist_at_the_start", filesDelivered},
		{"files_replace_existing_files", filesReplace},
		{"files_go_to_volumes_on_a_read_only_root", filesOnVolumes},
		{"files_on_a_read_only_root_are_ReadOnly", filesReadOnly},
		{"update_changes_limits_of_a_running_container", updateRunning},
		{"update_raises_memory_above_the_limit_of_swap", updateMemory},
		{"update_removes_the_limit_of_processes", updatePIDs},
		{"update_changes_the_restart_policy", updatePolicy},
		{"update_refuses_a_limit_that_is_too_low", updateRefused},
		{"the_engine_applies_its_own_restart_policy", engineRestarts},
		{"a_stop_ends_restarts_by_the_engine", stopEndsRestarts},
	}
}

func filesDelivered(b *bench) {
	cfg := b.server("web")
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Source: b.volume("data").Value, Target: "/data"}}
	id := b.create(cfg)
	paths := map[string]engine.File{
		"/etc/app/deep/app.conf": {Content: []byte("a=1"), UID: 1000, GID: 1001, Mode: 0o440},
		"/secret":                {Content: []byte("s3cr3t"), Mode: 0o400},
		"/data/seed":             {Content: []byte("on the volume"), UID: 7, Mode: 0o644},
		"/empty":                 {Mode: 0o600},
	}
	var files []engine.File
	for path, f := range paths {
		f.Path = path
		files = append(files, f)
	}
	b.noError(b.CopyTo(b.ctx, id, files))
	b.noError(b.Start(b.ctx, id))
	for _, f := range files {
		b.fileEquals(id, f)
	}
}

// fileEquals asserts the owner, mode and content of a file in a container.
func (b *bench) fileEquals(id engine.ID, f engine.File) {
	b.t.Helper()
	_, out, errs := b.exec(id, engine.ExecOptions{Command: b.h.Tools.Show(f.Path)})
	equal(b, f.Path, out+errs, fmt.Sprintf("%d:%d %#o %s\n", f.UID, f.GID, f.Mode, f.Content))
}

func filesReplace(b *bench) {
	id := b.create(b.server("web"))
	b.noError(b.CopyTo(b.ctx, id, []engine.File{{Path: "/conf", Content: []byte("long and old"), Mode: 0o644}}))
	b.noError(b.Start(b.ctx, id))
	f := engine.File{Path: "/conf", Content: []byte("new"), UID: 3, Mode: 0o600}
	b.noError(b.CopyTo(b.ctx, id, []engine.File{f}))
	b.fileEquals(id, f)
	b.noError(b.CopyTo(b.ctx, id, nil))
	b.hasCode(b.CopyTo(b.ctx, id, []engine.File{{Path: "relative"}}), engine.Invalid)
	b.noError(b.Remove(b.ctx, id))
	b.hasCode(b.CopyTo(b.ctx, id, []engine.File{f}), engine.NotFound)
}

func filesOnVolumes(b *bench) {
	cfg := b.server("web")
	cfg.ReadOnlyRootFilesystem = true
	cfg.Mounts = []engine.Mount{{Type: engine.MountVolume, Target: "/etc/app"}}
	id := b.create(cfg)
	f := engine.File{Path: "/etc/app/deep/app.conf", Content: []byte("a=1"), UID: 5, GID: 6, Mode: 0o444}
	b.noError(b.CopyTo(b.ctx, id, []engine.File{f}))
	b.noError(b.Start(b.ctx, id))
	b.fileEquals(id, f)
}

func filesReadOnly(b *bench) {
	cfg := b.server("web")
	cfg.ReadOnlyRootFilesystem = true
	id := b.create(cfg)
	b.hasCode(b.CopyTo(b.ctx, id, []engine.File{{Path: "/conf", Mode: 0o644}}), engine.ReadOnly)
}

func (b *bench) limits(id engine.ID) engine.Resources {
	b.t.Helper()
	return b.get(id).Container.Config.Resources
}

func updateRunning(b *bench) {
	id := b.run(b.server("web"))
	before := b.get(id).Container.StartedAt
	want := engine.Resources{NanoCPUs: 5e8, Memory: 64 << 20, MemoryReservation: 32 << 20, PIDs: 60, CPUShares: 512}
	b.noError(b.Update(b.ctx, id, engine.Update{Resources: &want}))
	got := b.limits(id)
	want.MemorySwap = got.MemorySwap
	equal(b, "limits", got, want)
	equal(b, "started at", b.get(id).Container.StartedAt, before)
	b.noError(b.Remove(b.ctx, id))
	b.hasCode(b.Update(b.ctx, id, engine.Update{Resources: &want}), engine.NotFound)
}

func updateMemory(b *bench) {
	cfg := b.server("web")
	cfg.Resources.Memory = 64 << 20
	id := b.run(cfg)
	b.noError(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 256 << 20}}))
	equal(b, "memory", b.limits(id).Memory, 256<<20)
	b.noError(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 64 << 20}}))
	equal(b, "memory", b.limits(id).Memory, 64<<20)
}

func updatePIDs(b *bench) {
	cfg := b.server("web")
	cfg.Resources.PIDs = 60
	id := b.run(cfg)
	want := engine.Resources{}
	equal(b, "reachable", want.Reachable(b.limits(id)), true)
	b.noError(b.Update(b.ctx, id, engine.Update{Resources: &want}))
	equal(b, "processes", b.limits(id).PIDs, 0)
}

func updatePolicy(b *bench) {
	id := b.run(b.server("web"))
	want := engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 2}
	b.noError(b.Update(b.ctx, id, engine.Update{RestartPolicy: &want}))
	equal(b, "policy", b.get(id).Container.Config.RestartPolicy, want)
	b.noError(b.Update(b.ctx, id, engine.Update{RestartPolicy: &engine.RestartPolicy{}}))
	equal(b, "policy", b.get(id).Container.RestartPolicy, "no")
}

func updateRefused(b *bench) {
	id := b.create(b.server("web"))
	b.hasCode(b.Update(b.ctx, id, engine.Update{Resources: &engine.Resources{Memory: 1 << 20}}), engine.Invalid)
}

func engineRestarts(b *bench) {
	cfg := b.container(b.h.Job(3), "job")
	cfg.RestartPolicy = engine.RestartPolicy{Name: "on-failure", MaximumRetryCount: 2}
	id := b.run(cfg)
	c := b.waitFor(id, "it has exited for good", func(c *engine.Container) bool { return exited(c) && c.RestartCount == 2 })
	equal(b, "exit code", c.ExitCode, 3)
}

func stopEndsRestarts(b *bench) {
	cfg := b.container(b.h.Job(3), "job")
	cfg.RestartPolicy = engine.RestartPolicy{Name: "always"}
	id := b.run(cfg)
	b.waitFor(id, "it was restarted", func(c *engine.Container) bool { return c.RestartCount > 1 })
	b.noError(b.Stop(b.ctx, id, grace))
	b.waitFor(id, "it has exited", exited)
}
