// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Image reads an image by reference or ID.
func (e *Engine) Image(ctx context.Context, ref string) (engine.Image, error) {
	var img image.InspectResponse
	err := e.call(ctx, op{verb: verbImage, target: ref}, func(ctx context.Context, cli *client.Client) (err error) {
		img, err = cli.ImageInspect(ctx, ref)
		return err
	})
	if err != nil {
		return engine.Image{}, err
	}
	return imageObject(img), nil
}

// references are the tags and digests that name something.
func references(tags, digests []string) []string {
	refs := slices.Concat(tags, digests)
	return slices.DeleteFunc(refs, func(ref string) bool { return strings.Contains(ref, "<none>") })
}

// Pull fetches an image, with the credentials that the docker command would use.
func (e *Engine) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	o := op{verb: verbPull, target: req.Reference}
	named, err := reference.ParseNormalizedNamed(req.Reference)
	if err != nil {
		return engine.Errorf(o.String(), engine.Invalid, "%w", err)
	}
	auth, authErr := e.credentials(ctx, named)
	err = e.unbounded(ctx, o, func(ctx context.Context, cli *client.Client) error {
		stream, err := cli.ImagePull(ctx, req.Reference, image.PullOptions{RegistryAuth: auth, Platform: req.Platform})
		if err != nil {
			return err
		}
		defer func() { _ = stream.Close() }()
		return readPull(stream, progress)
	})
	return fromRegistry(err, reference.Domain(named), authErr)
}

// fromRegistry says in a failed pull which registry it was, and why there were
// no credentials where some were wanted.
func fromRegistry(err error, domain string, authErr error) error {
	known, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return err
	}
	failure := *known
	failure.Err = fmt.Errorf("registry %s: %w", domain, known.Err)
	if authErr != nil && known.Code == engine.ImageUnauthorized {
		failure.Err = fmt.Errorf("%w; %w", failure.Err, authErr)
	}
	return &failure
}
