// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// images reads and pulls images.
type images struct {
	*connection
	inherited *inheritanceCache
}

// Image reads an image by reference or ID; see engine.Reader.
func (i *images) Image(ctx context.Context, ref string) (engine.Image, error) {
	var img image.InspectResponse
	err := i.call(ctx, op{verb: verbImage, target: ref}, func(ctx context.Context, cli *client.Client) (err error) {
		img, err = cli.ImageInspect(ctx, ref)
		return err
	})
	if err != nil {
		return engine.Image{}, err
	}
	return imageOf(img), nil
}

// Pull fetches an image with the credentials that the docker command would use;
// see engine.Writer.
func (i *images) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	o := op{verb: verbPull, target: req.Reference}
	named, err := reference.ParseNormalizedNamed(req.Reference)
	if err != nil {
		return engine.Errorf(o.String(), engine.Invalid, "%w", err)
	}
	auth, authErr := registryAuth(ctx, named)
	err = i.unbounded(ctx, o, func(ctx context.Context, cli *client.Client) error {
		stream, err := cli.ImagePull(ctx, req.Reference, image.PullOptions{RegistryAuth: auth, Platform: req.Platform})
		if err != nil {
			return err
		}
		defer func() { _ = stream.Close() }()
		return readPull(stream, progress)
	})
	return withRegistry(err, named, req.Reference, authErr)
}

// withRegistry adds to the error of a pull the registry, the reference unless the
// text contains it, and, if the registry wanted credentials, the reason why they
// could not be read.
func withRegistry(err error, named reference.Named, ref string, authErr error) error {
	known, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return err
	}
	failure := *known
	if !strings.Contains(known.Err.Error(), ref) {
		failure.Err = fmt.Errorf("%s: %w", ref, known.Err)
	}
	failure.Err = fmt.Errorf("registry %s: %w", reference.Domain(named), failure.Err)
	if authErr != nil && known.Code == engine.ImageUnauthorized {
		failure.Err = fmt.Errorf("%w; %w", failure.Err, authErr)
	}
	return &failure
}

// inheritance returns what a container inherits from the image with an ID. It is
// zero if the image was removed, which is possible while the container is stopped.
func (i *images) inheritance(ctx context.Context, id string) (inheritance, error) {
	if known, ok := i.inherited.get(id); ok || id == "" {
		return known, nil
	}
	img, err := i.Image(ctx, id)
	if engine.CodeOf(err) == engine.ImageNotFound {
		return inheritance{}, nil
	}
	if err != nil {
		return inheritance{}, err
	}
	out := inheritance{labels: img.Labels, config: img.Config}
	i.inherited.add(id, out)
	return out, nil
}

// references returns the tags and digests without the engine's placeholder.
func references(tags, digests []string) []string {
	refs := slices.Concat(tags, digests)
	return slices.DeleteFunc(refs, func(ref string) bool { return strings.Contains(ref, "<none>") })
}

func imageOf(img image.InspectResponse) engine.Image {
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
