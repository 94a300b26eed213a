// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/enginetest"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// clock is virtual time, which watchers read while a test advances it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
}

func TestConformance(t *testing.T) { conform(t, memory.Options{}) }

// TestConformanceNeedsBaseNetwork plays the engines of Docker from release 28.
func TestConformanceNeedsBaseNetwork(t *testing.T) {
	conform(t, memory.Options{NeedsBaseNetwork: true})
}

func conform(t *testing.T, opts memory.Options) {
	c := &clock{now: time.Unix(1_700_000_000, 0).UTC()}
	check := &engine.HealthCheck{Test: []string{"CMD", "check"}, Interval: time.Second, Retries: 2}
	enginetest.Run(t, enginetest.Harness{
		New:            func(*testing.T) engine.Engine { return conforming(c, opts) },
		Prefix:         "enginetest",
		Step:           c.advance,
		Server:         engine.ContainerConfig{Image: "app:1"},
		InheritedLabel: "image",
		Stubborn:       engine.ContainerConfig{Image: "stubborn:1"},
		Job: func(code int) engine.ContainerConfig {
			return engine.ContainerConfig{Image: "job:" + string(rune('0'+code))}
		},
		Talker:     engine.ContainerConfig{Image: "talker:1"},
		Lines:      []string{"second", "third"},
		Complainer: engine.ContainerConfig{Image: "complainer:1"},
		Complaint:  "it hurts",
		Tools: enginetest.Tools{
			Say: func(stdout, stderr string, code int) []string {
				return []string{"say", stdout, stderr, strconv.Itoa(code)}
			},
			Copy:     []string{"copy"},
			Show:     func(path string) []string { return []string{"show", path} },
			Value:    func(name string) []string { return []string{"value", name} },
			Terminal: []string{"term"},
			None:     []string{"none"},
		},
		HostPath:     "/etc",
		CgroupNS:     "host",
		Broken:       engine.ContainerConfig{Image: "broken:1"},
		Healthy:      engine.ContainerConfig{Image: "app:1", HealthCheck: check},
		Sick:         engine.ContainerConfig{Image: "sick:1", HealthCheck: check},
		MissingImage: "missing:1",
		Pullable:     "remote:1",
		Unpullable:   "missing:1",
		MissingPath:  "/missing",
		HostPorts:    [2]int{18080, 18081},
		Subnet:       "10.213.77.0/24",
	})
}

func conforming(c *clock, opts memory.Options) *memory.Engine {
	opts.Clock = c.read
	opts.HostPath = func(path string) bool { return path != "/missing" }
	e := memory.New(opts)
	e.AddImage("app:1", memory.ImageBehaviour{
		Labels: map[string]string{"image": "app"}, Exec: tool,
		Config: engine.ImageConfig{Entrypoint: []string{"/app"}, Command: []string{"serve"}, Env: []string{"PATH=/bin"}},
	})
	e.AddImage("complainer:1", memory.ImageBehaviour{Exits: true, Errors: []string{"it hurts"}})
	e.AddImage("stubborn:1", memory.ImageBehaviour{IgnoresStop: true})
	e.AddImage("talker:1", memory.ImageBehaviour{Exits: true, Logs: []string{"first", "second", "third"}})
	e.AddImage("broken:1", memory.ImageBehaviour{StartError: engine.CommandNotFound})
	e.AddImage("sick:1", memory.ImageBehaviour{Unhealthy: true})
	for code := range 10 {
		e.AddImage("job:"+string(rune('0'+code)), memory.ImageBehaviour{ExitAfter: time.Second, ExitCode: code})
	}
	e.Publish("remote:1", memory.ImageBehaviour{})
	return e
}

// tool runs the commands of the suite.
func tool(ctx context.Context, call memory.ExecCall) int {
	args := call.Command
	switch args[0] {
	case "say":
		fmt.Fprintln(call.Stdout, args[1])
		fmt.Fprintln(call.Stderr, args[2])
		code, _ := strconv.Atoi(args[3])
		return code
	case "copy":
		if call.Stdin != nil {
			_, _ = io.Copy(call.Stdout, call.Stdin)
		}
	case "show":
		f := call.Files[args[1]]
		fmt.Fprintf(call.Stdout, "%d:%d %#o %s\n", f.UID, f.GID, f.Mode, f.Content)
	case "value":
		fmt.Fprintln(call.Stdout, call.Environment[args[1]])
	case "term":
		select {
		case size := <-call.Resize:
			fmt.Fprintf(call.Stdout, "%dx%d\r\n", size.Width, size.Height)
		case <-ctx.Done():
		}
	default:
		return 127
	}
	return 0
}
