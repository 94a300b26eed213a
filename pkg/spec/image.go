// SPDX-License-Identifier: Apache-2.0

package spec

import "github.com/distribution/reference"

// ImageReference is the image to run in the engine's familiar form: Image with
// Tag joined when it has neither tag nor digest, and "latest" when there is no
// Tag either. A digest is all that counts: a tag beside it is dropped, as the
// engine does. An image that is no valid reference is returned as it is.
func (c *Container) ImageReference() string {
	named, err := reference.ParseNormalizedNamed(c.Image)
	if err != nil {
		return c.Image
	}
	if digested, ok := named.(reference.Digested); ok {
		if canonical, err := reference.WithDigest(reference.TrimNamed(named), digested.Digest()); err == nil {
			return reference.FamiliarString(canonical)
		}
	}
	if reference.IsNameOnly(named) && c.Tag != "" {
		tagged, err := reference.WithTag(named, c.Tag)
		if err != nil {
			return c.Image + ":" + c.Tag
		}
		named = tagged
	}
	return reference.FamiliarString(reference.TagNameOnly(named))
}
