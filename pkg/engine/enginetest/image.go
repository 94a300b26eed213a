// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"slices"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func imageTests() []obligation {
	return []obligation{
		{"an_image_is_read_by_reference_and_by_ID", imageIsRead},
		{"a_missing_image_is_ImageNotFound", imageMissing},
		{"pull_fetches_an_image", pullFetches},
		{"pull_of_a_missing_image_is_ImageNotFound", pullMissing},
		{"pull_of_an_invalid_reference_is_Invalid", pullInvalid},
	}
}

func imageIsRead(b *bench) {
	ref := b.h.Server.Image
	img, err := b.Image(b.ctx, ref)
	b.noError(err)
	equal(b, "has its reference", slices.Contains(img.References, ref), true)
	_, labelled := img.Labels[b.h.InheritedLabel]
	equal(b, "has its label", labelled, true)
	same, err := b.Image(b.ctx, img.ID)
	b.noError(err)
	equal(b, "ID", same.ID, img.ID)
	equal(b, "ID in the list", b.list().Images[ref], img.ID)
	equal(b, "ID of the container's image", b.get(b.create(b.server("web"))).Container.ImageID, img.ID)
}

func imageMissing(b *bench) {
	_, err := b.Image(b.ctx, b.h.MissingImage)
	b.hasCode(err, engine.ImageNotFound)
	_, listed := b.list().Images[b.h.MissingImage]
	equal(b, "listed", listed, false)
}

func pullFetches(b *bench) {
	if b.h.Pullable == "" {
		b.t.Skip("no registry can be reached from this engine")
	}
	b.noError(b.Pull(b.ctx, engine.PullRequest{Reference: b.h.Pullable}, nil))
	img, err := b.Image(b.ctx, b.h.Pullable)
	b.noError(err)
	equal(b, "ID in the list", b.list().Images[b.h.Pullable], img.ID)
	b.noError(b.Pull(b.ctx, engine.PullRequest{Reference: b.h.Pullable}, nil))
}

func pullMissing(b *bench) {
	if b.h.Unpullable == "" {
		b.t.Skip("no registry can be reached from this engine")
	}
	b.hasCode(b.Pull(b.ctx, engine.PullRequest{Reference: b.h.Unpullable}, nil), engine.ImageNotFound)
}

func pullInvalid(b *bench) {
	b.hasCode(b.Pull(b.ctx, engine.PullRequest{Reference: "Not A Reference"}, nil), engine.Invalid)
}
