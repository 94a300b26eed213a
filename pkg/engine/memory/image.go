// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/distribution/reference"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// ImageBehaviour is what the containers of an image do. The zero value runs
// until it is stopped.
type ImageBehaviour struct {
	// Labels are passed on to the containers.
	Labels map[string]string
	// Config is what the containers inherit otherwise. Only a health check in it
	// has an effect: nothing is run.
	Config engine.ImageConfig
	// Platform is what the image is for; empty means linux/amd64.
	Platform string

	// StartError fails every start with this code.
	StartError engine.Code
	// Exits says that the process ends by itself with ExitCode, ExitAfter its
	// start. A positive ExitAfter says so too.
	Exits     bool
	ExitAfter time.Duration
	ExitCode  int
	// StopCode is the exit code after the stop signal. IgnoresStop needs the kill,
	// and exits 137.
	StopCode    int
	IgnoresStop bool

	// HealthyAfter is how long a checked container takes to become healthy; zero
	// means the interval of its check.
	HealthyAfter time.Duration
	// Unhealthy has the check fail: unhealthy after as many intervals as it has
	// retries.
	Unhealthy bool

	// Logs are the lines written at each start, Errors those to stderr.
	Logs   []string
	Errors []string
	// Exec is what a command does that is run in a container, and its exit code;
	// nil means nothing, and 0. It may call the engine.
	Exec func(context.Context, ExecCall) int

	// AnswersAfter is how long after its start a container takes to answer
	// probes; zero means a second, and Silent says that it never does.
	AnswersAfter time.Duration
	Silent       bool
}

type image struct {
	id         string
	references []string
	behaviour  ImageBehaviour
}

func (img *image) platform() string { return cmp.Or(img.behaviour.Platform, "linux/amd64") }

// Publish puts an image into the registry; an image of that reference there
// gives way. Containers and the local store keep what they have.
func (e *Engine) Publish(ref string, b ImageBehaviour) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.registry[familiar(ref)] = e.newImage(b)
}

// Unpublish takes an image out of the registry.
func (e *Engine) Unpublish(ref string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.registry, familiar(ref))
}

// AddImage puts an image into the local store, as a build does.
func (e *Engine) AddImage(ref string, b ImageBehaviour) {
	e.act(func(now time.Time) { e.store(now, familiar(ref), e.newImage(b)) })
}

// RemoveImage takes a reference out of the local store; containers keep running.
func (e *Engine) RemoveImage(ref string) {
	e.act(func(now time.Time) {
		ref = familiar(ref)
		img, ok := e.images[ref]
		if !ok {
			return
		}
		e.untag(ref, img)
		e.emit(now, engine.ID{Kind: engine.KindImage, Value: img.id}, "untag", nil)
		e.changed()
	})
}

// Pull fetches an image from the registry.
func (e *Engine) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	op := Op{Name: "Pull", Arg: req.Reference}
	err := e.write(ctx, op, func() error { return e.pull(op, req.Reference) })
	if err == nil && progress != nil {
		progress(engine.Progress{Done: imageSize, Total: imageSize})
	}
	return err
}

// imageSize is the size of every image, in bytes.
const imageSize = 10 << 20

func (e *Engine) pull(op Op, ref string) error {
	name, err := parse(ref)
	if err != nil {
		return refuse(op, engine.Invalid, "invalid reference: %w", err)
	}
	img, ok := e.registry[name]
	if !ok && e.opts.AnyImage {
		img, ok = e.newImage(e.opts.Behaviour), true
		e.registry[name] = img
	}
	if !ok {
		return refuse(op, engine.ImageNotFound, "the registry has no %s", name)
	}
	e.store(e.opts.Clock(), name, img)
	return nil
}

// Image reads an image by reference or ID.
func (e *Engine) Image(ctx context.Context, ref string) (engine.Image, error) {
	op := Op{Name: "Image", Arg: ref}
	var out engine.Image
	err := e.read(ctx, op, func() error {
		img := e.imageOf(ref)
		if img == nil {
			return refuse(op, engine.ImageNotFound, "no such image")
		}
		out = engine.Image{
			ID:         img.id,
			References: slices.Clone(img.references),
			Labels:     maps.Clone(img.behaviour.Labels),
			Platform:   img.platform(),
			Config:     img.behaviour.Config,
		}
		return nil
	})
	return out, err
}

// imageOf is the local image of that reference or ID, nil when there is none.
func (e *Engine) imageOf(ref string) *image {
	if img, ok := e.imagesByID[ref]; ok {
		return img
	}
	if img, ok := e.images[ref]; ok {
		return img
	}
	return e.images[familiar(ref)]
}

func (e *Engine) newImage(b ImageBehaviour) *image {
	b.Labels = maps.Clone(b.Labels)
	id, _ := e.newID()
	return &image{id: "sha256:" + id, behaviour: b}
}

// store gives an image a reference in the local store.
func (e *Engine) store(now time.Time, ref string, img *image) {
	old, ok := e.images[ref]
	if old == img {
		return
	}
	if ok {
		e.untag(ref, old)
	}
	e.images[ref] = img
	e.imagesByID[img.id] = img
	img.references = append(img.references, ref)
	slices.Sort(img.references)
	e.emit(now, engine.ID{Kind: engine.KindImage, Value: img.id}, "tag", nil)
	e.changed()
}

// untag takes a reference off an image. The image stays for its containers.
func (e *Engine) untag(ref string, img *image) {
	delete(e.images, ref)
	img.references = slices.DeleteFunc(img.references, func(r string) bool { return r == ref })
	if len(img.references) == 0 {
		delete(e.imagesByID, img.id)
	}
}

// familiar is a reference in familiar form; one that is invalid stays as it is.
func familiar(ref string) string {
	name, err := parse(ref)
	if err != nil {
		return ref
	}
	return name
}

func parse(ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", err
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}
