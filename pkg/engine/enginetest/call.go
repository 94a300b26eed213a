// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"context"
	"io"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func callTests() []obligation {
	return []obligation{
		{"a_cancelled_call_is_Canceled", func(b *bench) {
			ctx, cancel := context.WithCancel(b.ctx)
			cancel()
			b.everyCall(ctx, engine.Canceled)
		}},
		{"a_call_past_its_deadline_is_Timeout", func(b *bench) {
			ctx, cancel := context.WithDeadline(b.ctx, time.Now().Add(-time.Second))
			defer cancel()
			b.everyCall(ctx, engine.Timeout)
		}},
		{"a_list_reads_every_kind", func(b *bench) {
			if unread := b.list().Unread; len(unread) > 0 {
				b.t.Errorf("unread: %v", unread)
			}
		}},
		{"info_identifies_the_engine", info},
	}
}

// everyCall makes each call once with a context that has ended before, and asserts
// the code and that no call has an effect.
func (b *bench) everyCall(ctx context.Context, want engine.Code) {
	b.t.Helper()
	id := b.create(b.server("web"))
	net := b.network("net")
	calls := map[string]func() error{
		"List":  func() error { _, err := b.List(ctx); return err },
		"Get":   func() error { _, err := b.Get(ctx, id); return err },
		"Find":  func() error { _, err := b.Find(ctx, engine.KindContainer, b.name("web")); return err },
		"Image": func() error { _, err := b.Image(ctx, b.h.Server.Image); return err },
		"Logs":  func() error { _, err := b.Logs(ctx, id, 1); return err },
		"Info":  func() error { _, err := b.Info(ctx); return err },
		"Pull":  func() error { return b.Pull(ctx, engine.PullRequest{Reference: b.h.MissingImage}, nil) },
		"CreateContainer": func() error {
			_, err := b.CreateContainer(ctx, b.server("late"))
			return err
		},
		"CopyTo":     func() error { return b.CopyTo(ctx, id, []engine.File{{Path: "/late"}}) },
		"Update":     func() error { return b.Update(ctx, id, engine.Update{RestartPolicy: &engine.RestartPolicy{}}) },
		"Exec":       func() error { _, err := b.Exec(ctx, id, engine.ExecOptions{Command: b.h.Tools.Copy}); return err },
		"StreamLogs": func() error { return b.StreamLogs(ctx, id, engine.LogOptions{Stdout: io.Discard}) },
		"Stats":      func() error { _, err := b.Stats(ctx, id); return err },
		"Top":        func() error { _, err := b.Top(ctx, id); return err },
		"Start":      func() error { return b.Start(ctx, id) },
		"Stop":       func() error { return b.Stop(ctx, id, grace) },
		"Rename":     func() error { return b.Rename(ctx, id, b.name("late")) },
		"Connect":    func() error { return b.Connect(ctx, id, engine.Attachment{Network: b.name("net")}) },
		"Disconnect": func() error { return b.Disconnect(ctx, id, b.name("net")) },
		"CreateNetwork": func() error {
			_, err := b.CreateNetwork(ctx, engine.NetworkConfig{Name: b.name("late")})
			return err
		},
		"CreateVolume": func() error {
			_, err := b.CreateVolume(ctx, engine.VolumeConfig{Name: b.name("late")})
			return err
		},
		"Remove": func() error { return b.Remove(ctx, id) },
		"Watch":  func() error { return b.Watch(ctx, time.Time{}, func() {}, func(engine.Event) {}) },
	}
	for name, call := range calls {
		if got := engine.CodeOf(call()); got != want {
			b.t.Errorf("%s: code is %q, want %q", name, got, want)
		}
	}
	equal(b, "status", b.get(id).Container.Status, engine.StatusCreated)
	b.get(net)
	for _, kind := range []engine.Kind{engine.KindContainer, engine.KindNetwork, engine.KindVolume} {
		b.nameIsFree(kind, b.name("late"))
	}
}

func info(b *bench) {
	is, err := b.Info(b.ctx)
	b.noError(err)
	equal(b, "has a name", is.Name != "", true)
	equal(b, "has a version", is.Version != "", true)
	equal(b, "has an endpoint", is.Endpoint != "", true)
}
