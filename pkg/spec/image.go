// SPDX-License-Identifier: Apache-2.0

package spec

import "github.com/distribution/reference"

// ImageReference returns the image to run in the short form of the engine. If
// Image has neither a tag nor a digest, Tag or otherwise "latest" is appended. If
// Image has a digest, its tag is removed, as the engine does. An invalid reference
// is returned unchanged.
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
