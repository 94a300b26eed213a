// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// inheritanceCacheSize limits the cache. Entries never become invalid, because an
// image does not change; a full cache is cleared.
const inheritanceCacheSize = 1024

// inheritance is what containers inherit from their image.
type inheritance struct {
	labels map[string]string
	config engine.ImageConfig
}

// inheritanceCache holds the inheritance of images by their IDs.
type inheritanceCache struct {
	mu   sync.Mutex
	byID map[string]inheritance
}

func newInheritanceCache() *inheritanceCache {
	return &inheritanceCache{byID: map[string]inheritance{}}
}

func (c *inheritanceCache) get(id string) (inheritance, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	img, ok := c.byID[id]
	return img, ok
}

func (c *inheritanceCache) add(id string, img inheritance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.byID) >= inheritanceCacheSize {
		clear(c.byID)
	}
	c.byID[id] = img
}
