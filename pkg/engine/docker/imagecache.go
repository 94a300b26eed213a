// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/go-connections/nat"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// imageCacheSize bounds the cache of images. What it holds of an image does not
// change, so an entry is good for ever; a full cache is emptied.
const imageCacheSize = 1024

// inheritance is what a container has from its image.
type inheritance struct {
	labels map[string]string
	config engine.ImageConfig
}

type imageCache struct {
	mu     sync.Mutex
	images map[string]inheritance
}

func newImageCache() *imageCache {
	return &imageCache{images: map[string]inheritance{}}
}

func (c *imageCache) get(id string) (inheritance, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	img, ok := c.images[id]
	return img, ok
}

func (c *imageCache) put(id string, img inheritance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.images) >= imageCacheSize {
		clear(c.images)
	}
	c.images[id] = img
}

// inherited is what a container has from its image. An image that was removed
// under a stopped container passes on nothing.
func (e *Engine) inherited(ctx context.Context, id string) (inheritance, error) {
	if img, ok := e.images.get(id); ok || id == "" {
		return img, nil
	}
	img, err := e.Image(ctx, id)
	if engine.CodeOf(err) == engine.ImageNotFound {
		return inheritance{}, nil
	}
	if err != nil {
		return inheritance{}, err
	}
	out := inheritance{labels: img.Labels, config: img.Config}
	e.images.put(id, out)
	return out, nil
}

func imageObject(img image.InspectResponse) engine.Image {
	out := engine.Image{
		ID:         img.ID,
		References: references(img.RepoTags, img.RepoDigests),
		Platform:   strings.TrimSuffix(img.Os+"/"+img.Architecture+"/"+img.Variant, "/"),
	}
	if img.Config != nil {
		out.Labels = img.Config.Labels
		out.Config = imageConfig(img.Config)
	}
	return out
}

func imageConfig(c *dockerspec.DockerOCIImageConfig) engine.ImageConfig {
	exposed := nat.PortSet{}
	for port := range c.ExposedPorts {
		exposed[nat.Port(port)] = struct{}{}
	}
	return engine.ImageConfig{
		Entrypoint:  c.Entrypoint,
		Command:     c.Cmd,
		Env:         slices.Sorted(slices.Values(c.Env)),
		WorkingDir:  c.WorkingDir,
		User:        c.User,
		StopSignal:  c.StopSignal,
		Expose:      exposedPorts(exposed, nil),
		Volumes:     slices.Sorted(maps.Keys(c.Volumes)),
		HealthCheck: observedHealth(c.Healthcheck),
	}
}
