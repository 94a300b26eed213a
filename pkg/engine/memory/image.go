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

// imageSize is the size of every image, in bytes.
const imageSize = 10 << 20

type image struct {
	id         string
	references []string
	behaviour  ImageBehaviour
}

func (img *image) platform() string { return cmp.Or(img.behaviour.Platform, "linux/amd64") }

// images holds the local store and the registry.
type images struct {
	*shared
	byReference map[string]*image
	byID        map[string]*image
	registry    map[string]*image // by reference
	// anyImage makes the registry serve every valid reference, with behaviour.
	anyImage  bool
	behaviour ImageBehaviour
}

func newImages(s *shared, opts Options) *images {
	return &images{
		shared: s, anyImage: opts.AnyImage, behaviour: opts.Behaviour,
		byReference: map[string]*image{}, byID: map[string]*image{}, registry: map[string]*image{},
	}
}

// Pull fetches an image from the registry; see engine.Writer.
func (e *Engine) Pull(ctx context.Context, req engine.PullRequest, progress func(engine.Progress)) error {
	op := Op{Name: "Pull", Arg: req.Reference}
	err := e.write(ctx, op, func() error { return e.images.pull(op, req.Reference) })
	if err == nil && progress != nil {
		progress(engine.Progress{Done: imageSize, Total: imageSize})
	}
	return err
}

// Image reads a local image; see engine.Reader.
func (e *Engine) Image(ctx context.Context, ref string) (engine.Image, error) {
	op := Op{Name: "Image", Arg: ref}
	var out engine.Image
	err := e.read(ctx, op, func() error {
		img := e.images.local(ref)
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

func (is *images) pull(op Op, ref string) error {
	name, err := parseReference(ref)
	if err != nil {
		return refuse(op, engine.Invalid, "invalid reference: %w", err)
	}
	img, ok := is.registry[name]
	if !ok && is.anyImage {
		img, ok = is.newImage(is.behaviour), true
		is.registry[name] = img
	}
	if !ok {
		return refuse(op, engine.ImageNotFound, "the registry has no %s", name)
	}
	is.tag(is.clock(), name, img)
	return nil
}

// local returns the local image with a reference or ID; nil if there is none.
func (is *images) local(ref string) *image {
	if img, ok := is.byID[ref]; ok {
		return img
	}
	if img, ok := is.byReference[ref]; ok {
		return img
	}
	return is.byReference[familiar(ref)]
}

func (is *images) newImage(b ImageBehaviour) *image {
	b.Labels = maps.Clone(b.Labels)
	id, _ := is.newID()
	return &image{id: "sha256:" + id, behaviour: b}
}

// tag gives an image a reference in the local store.
func (is *images) tag(now time.Time, ref string, img *image) {
	old, ok := is.byReference[ref]
	if old == img {
		return
	}
	if ok {
		is.untag(ref, old)
	}
	is.byReference[ref] = img
	is.byID[img.id] = img
	img.references = append(img.references, ref)
	slices.Sort(img.references)
	is.emit(now, engine.ID{Kind: engine.KindImage, Value: img.id}, "tag", nil)
	is.invalidate()
}

// untag removes a reference from an image. Containers keep the image.
func (is *images) untag(ref string, img *image) {
	delete(is.byReference, ref)
	img.references = slices.DeleteFunc(img.references, func(r string) bool { return r == ref })
	if len(img.references) == 0 {
		delete(is.byID, img.id)
	}
}

// familiar returns a reference in familiar form; an invalid one unchanged.
func familiar(ref string) string {
	name, err := parseReference(ref)
	if err != nil {
		return ref
	}
	return name
}

func parseReference(ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", err
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}
