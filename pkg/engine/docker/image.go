// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
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

// Pull fetches an image. The engine may answer 200 and tell of the failure in
// the stream of progress.
func (e *Engine) Pull(ctx context.Context, ref string) error {
	o := op{verb: verbPull, target: ref}
	if _, err := reference.ParseNormalizedNamed(ref); err != nil {
		return engine.Errorf(o.String(), engine.Invalid, "%w", err)
	}
	ctx, cancel := e.deadline(ctx, pullFactor*e.timeout)
	defer cancel()
	return e.call(ctx, o, func(ctx context.Context, cli *client.Client) error {
		stream, err := cli.ImagePull(ctx, ref, image.PullOptions{})
		if err != nil {
			return err
		}
		defer func() { _ = stream.Close() }()
		return pullResult(stream)
	})
}

// pullError is a failure told inside a stream that began well.
type pullError struct{ text string }

func (e *pullError) Error() string { return e.text }

// pullResult reads a pull to its end.
func pullResult(stream io.Reader) error {
	decoder := json.NewDecoder(stream)
	for {
		var message struct {
			Error string `json:"error"`
		}
		err := decoder.Decode(&message)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case message.Error != "":
			return &pullError{text: message.Error}
		}
	}
}
