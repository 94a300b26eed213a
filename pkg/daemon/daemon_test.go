// SPDX-License-Identifier: Apache-2.0

package daemon_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pact-toolbox/reconciler/pkg/daemon"
	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const container = `apiVersion: reconciler.dev/v1alpha1
kind: Container
metadata: {name: app, namespace: shop}
spec: {image: "example/app:1"}
`

// output is a writer that a test reads while the daemon writes.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	written chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.written <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// settings returns the settings of a daemon with the in-memory engine for one
// manifest.
func settings(t *testing.T, manifest string) (s daemon.Settings, stdout *output) {
	t.Helper()
	state, err := os.MkdirTemp("", "rt") // short, because paths of sockets are limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(state) })
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.yaml"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout = &output{written: make(chan struct{}, 1)}
	s.Instance, s.Directory, s.API.Socket = "test", dir, filepath.Join(state, "s")
	s.Engine, s.View, s.OnExit, s.OnceTimeout = daemon.Engine{Kind: daemon.Memory}, daemon.LinesView, daemon.Keep, time.Minute
	s.Manifests.Namespace = "default"
	s.Log.Level = "error"
	s.Program = daemon.Program{
		Command: "reconciler", Stdin: strings.NewReader(""), Stdout: stdout, Stderr: t.Output(), Now: time.Now,
		Getenv: func(name string) string {
			return map[string]string{"XDG_RUNTIME_DIR": state, "XDG_STATE_HOME": state}[name]
		},
	}
	return s, stdout
}

// waitFor waits until the daemon has printed text.
func waitFor(t *testing.T, stdout *output, done <-chan error, text string) {
	t.Helper()
	for !strings.Contains(stdout.String(), text) {
		select {
		case <-stdout.written:
		case err := <-done:
			t.Fatalf("the daemon ended: %v", err)
		}
	}
}

func TestRun(t *testing.T) {
	t.Run("once ends when everything is Ready", func(t *testing.T) {
		s, stdout := settings(t, container)
		s.Once = true
		if err := daemon.New(s).Run(t.Context()); err != nil {
			t.Error(err)
		}
		if text := stdout.String(); !strings.Contains(text, "container/app") {
			t.Errorf("there is no table: %q", text)
		}
	})
	t.Run("once fails on an invalid manifest", func(t *testing.T) {
		s, _ := settings(t, "kind: Container\n")
		s.Once = true
		if err := daemon.New(s).Run(t.Context()); !errors.Is(err, daemon.ErrIncomplete) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ends with its context and stops the containers", func(t *testing.T) {
		s, stdout := settings(t, container)
		s.OnExit = daemon.Stop
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error)
		go func() { done <- daemon.New(s).Run(ctx) }()
		waitFor(t, stdout, done, "are Ready after")
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if text := stdout.String(); !strings.Contains(text, "Container/shop/app stopped\n") {
			t.Errorf("the container was not stopped: %q", text)
		}
	})
	t.Run("refuses a second daemon of the instance", func(t *testing.T) {
		s, stdout := settings(t, container)
		second, elsewhere := s, s
		second.Program.Getenv = withEnv(s, "XDG_STATE_HOME", t.TempDir())
		elsewhere.Program.Getenv = withEnv(s, "XDG_RUNTIME_DIR", t.TempDir()) // as on another machine with the same home
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error)
		go func() { done <- daemon.New(s).Run(ctx) }()
		waitFor(t, stdout, done, "Reconciling")
		if err := daemon.New(second).Down(t.Context()); err == nil || !strings.Contains(err.Error(), "stop it first") {
			t.Errorf("got %v", err)
		}
		if err := daemon.New(elsewhere).Down(t.Context()); err != nil {
			t.Errorf("with another runtime directory: %v", err)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// withEnv returns the environment of s with another value of one variable.
func withEnv(s daemon.Settings, name, value string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return value
		}
		return s.Program.Getenv(asked)
	}
}

func TestDirectories(t *testing.T) {
	once := func(t *testing.T, variable, dir string) (log string, err error) {
		s, _ := settings(t, container)
		var stderr strings.Builder
		s.Once, s.Log.Level, s.Program.Stderr = true, "warn", &stderr
		s.Program.Getenv = withEnv(s, variable, dir)
		err = daemon.New(s).Run(t.Context())
		return stderr.String(), err
	}
	writable := func(t *testing.T) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "reconciler")
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, 0o777)); err != nil { //nolint:gosec // the reason for the error
			t.Fatal(err)
		}
		return filepath.Dir(dir)
	}
	t.Run("a state directory that others can write to is refused", func(t *testing.T) {
		if _, err := once(t, "XDG_STATE_HOME", writable(t)); !errors.Is(err, statedir.ErrUnsafe) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a directory of the lock that others can write to is refused", func(t *testing.T) {
		if _, err := once(t, "XDG_RUNTIME_DIR", writable(t)); !errors.Is(err, statedir.ErrUnsafe) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("without a state directory the controller runs and warns", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		log, err := once(t, "XDG_STATE_HOME", filepath.Join(file, "state"))
		if err != nil || !strings.Contains(log, "creating the state directory failed") {
			t.Errorf("got %v, log %q", err, log)
		}
	})
}

func TestDown(t *testing.T) {
	s, _ := settings(t, container)
	if err := daemon.New(s).Down(t.Context()); err != nil {
		t.Errorf("nothing exists: %v", err)
	}
}
