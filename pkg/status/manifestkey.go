// SPDX-License-Identifier: Apache-2.0

package status

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// ManifestKey returns the key that reports a manifest file without a valid
// document. It is in the namespace "default", and its name is the path in the form
// of a DNS name, with a hash if that differs from the path, to keep it unique.
func ManifestKey(file string) spec.Key {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, file)
	name = strings.Trim(name, "-.")
	if name != file {
		sum := sha256.Sum256([]byte(file))
		name = strings.Trim(name[:min(len(name), 200)]+"-"+hex.EncodeToString(sum[:3]), "-.")
	}
	return spec.Key{Kind: spec.KindManifest, Namespace: spec.DefaultNamespace, Name: name}
}
