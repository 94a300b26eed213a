// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package docker

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/pact-toolbox/reconciler/pkg/engine"
	"github.com/pact-toolbox/reconciler/pkg/engine/enginetest"
)

// demo returns a container that runs a command of hack/demoapp.
func demo(command ...string) engine.ContainerConfig {
	return engine.ContainerConfig{Image: "reconciler.dev/demo:1", Command: command}
}

// checked returns a server with a health check.
func checked(env ...string) engine.ContainerConfig {
	cfg := demo("http")
	cfg.Env = env
	cfg.HealthCheck = &engine.HealthCheck{
		Test:     []string{"CMD", "/demoapp", "health", "http://127.0.0.1:8080/healthz"},
		Interval: time.Second, Retries: 1,
	}
	return cfg
}

// TestConformance runs the suite on a real engine. It finds the engine as the
// docker command does.
func TestConformance(t *testing.T) {
	if out, err := exec.Command("../../../hack/images.sh").CombinedOutput(); err != nil {
		t.Fatalf("hack/images.sh: %v\n%s", err, out)
	}
	broken := demo()
	broken.Entrypoint = []string{"/no-such-command"}
	prefix := fmt.Sprintf("conformance-%d", os.Getpid())
	pullable, unpullable := serveImage(t, prefix)
	enginetest.Run(t, enginetest.Harness{
		New:            func(t *testing.T) engine.Engine { return realEngine(t) },
		Prefix:         prefix,
		Server:         demo("http"),
		InheritedLabel: "dev.reconciler-demo.content",
		Stubborn:       demo("sleep", "--ignore-term"),
		Job:            func(code int) engine.ContainerConfig { return demo("job", "--exit", fmt.Sprint(code)) },
		Talker:         demo("job"),
		Lines:          []string{"job: exits with 0 after 0s", "job: done"},
		Complainer:     demo("say", "--stderr", "it hurts"),
		Complaint:      "it hurts",
		Tools: enginetest.Tools{
			Say: func(stdout, stderr string, code int) []string {
				return []string{"/demoapp", "say", "--stderr", stderr, "--exit", fmt.Sprint(code), stdout}
			},
			Copy:     []string{"/demoapp", "copy"},
			Show:     func(path string) []string { return []string{"/demoapp", "show", path} },
			Value:    func(name string) []string { return []string{"/demoapp", "value", name} },
			Terminal: []string{"/demoapp", "term"},
			None:     []string{"/no-such-command"},
		},
		HostPath:     "/etc",
		CgroupNS:     otherCgroupNS(),
		Broken:       broken,
		Healthy:      checked(),
		Sick:         checked("HEALTH=off"),
		MissingImage: "reconciler.dev/no-such-image:1",
		Pullable:     pullable,
		Unpullable:   unpullable,
		MissingPath:  missingPath(t),
		HostPorts:    freePorts(t),
		Subnet:       "10.231.77.0/24",
	})
}

// otherCgroupNS returns a cgroup namespace mode that is not the default, which is
// private with cgroups v2 and host otherwise.
func otherCgroupNS() string {
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		return "host"
	}
	return "private"
}

func realEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := New(Options{InspectLabel: enginetest.Label})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// serveImage serves an image from a registry on the loopback interface, from which
// engines pull without TLS. It removes the image from the engine after the test.
func serveImage(t *testing.T, repository string) (pullable, unpullable string) {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	ref, err := name.ParseReference(host + "/" + repository + ":1")
	if err != nil {
		t.Fatal(err)
	}
	img, err := random.Image(1<<10, 1)
	if err != nil {
		t.Fatal(err)
	}
	img, err = mutate.ConfigFile(img, platform(t, img))
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, img); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = realEngine(t).client.Load().ImageRemove(context.Background(), ref.String(), image.RemoveOptions{PruneChildren: true})
	})
	return ref.String(), host + "/" + repository + ":2"
}

// platform returns the configuration of an image for the engine's platform.
func platform(t *testing.T, img v1.Image) *v1.ConfigFile {
	t.Helper()
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	return config
}

// missingPath returns a path that does not exist. Engines without privileges can
// look for it, and it is removed if the engine creates it.
func missingPath(t *testing.T) string {
	t.Helper()
	path := filepath.Join(os.TempDir(), fmt.Sprintf("no-such-path-%d", os.Getpid()))
	t.Cleanup(func() { _ = os.Remove(path) })
	return path
}

func freePorts(t *testing.T) [2]int {
	t.Helper()
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}
