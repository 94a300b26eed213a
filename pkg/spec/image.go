// SPDX-License-Identifier: Apache-2.0

package spec

import "github.com/distribution/reference"

// ImageReference is the image to run in the engine's familiar form: Image with
// Tag joined when it has neither tag nor digest, and "latest" when there is no
// Tag either. An image that is no valid reference is returned as it is.
func (c *Container) ImageReference() string {
	named, err := reference.ParseNormalizedNamed(c.Image)
	if err != nil {
		return c.Image
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
