// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"sync"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/enginetest"
	"github.com/pact-toolbox/reconciler/pkg/engine/memory"
)

// clock is virtual time that watchers may read while a test moves it on.
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

func TestConformance(t *testing.T) {
	c := &clock{now: time.Unix(1_700_000_000, 0).UTC()}
	check := &engine.HealthCheck{Test: []string{"CMD", "check"}, Interval: time.Second, Retries: 2}
	enginetest.Run(t, enginetest.Harness{
		New:            func(*testing.T) engine.Engine { return conforming(c) },
		Prefix:         "enginetest",
		Step:           c.advance,
		Server:         engine.ContainerConfig{Image: "app:1"},
		InheritedLabel: "image",
		Stubborn:       engine.ContainerConfig{Image: "stubborn:1"},
		Job: func(code int) engine.ContainerConfig {
			return engine.ContainerConfig{Image: "job:" + string(rune('0'+code))}
		},
		Talker:       engine.ContainerConfig{Image: "talker:1"},
		Lines:        []string{"second", "third"},
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

func conforming(c *clock) *memory.Engine {
	e := memory.New(memory.Options{
		Clock:    c.read,
		HostPath: func(path string) bool { return path != "/missing" },
	})
	e.AddImage("app:1", memory.ImageBehaviour{Labels: map[string]string{"image": "app"}})
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
