// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// hashVersion changes when Hash changes what it covers, so that an upgrade of
// the controller does not take every object for a changed one.
const hashVersion = "v1"

// Hash stands for those parts of a spec which cannot change in place at the
// engine: "v1:" and 32 hexadecimal digits.
type Hash string

// Comparable reports that both hashes were made by the same version of the
// hash function. Hashes that are not comparable say nothing of a change.
func (h Hash) Comparable(other Hash) bool {
	a, _, okA := strings.Cut(string(h), ":")
	b, _, okB := strings.Cut(string(other), ":")
	return okA && okB && a == b
}

// Hash covers what forces a replacement: not what the controller itself carries
// out (dependencies, restart and pull policy, grace, suspension), nor the
// networks, which a container joins and leaves in place. The same image or name
// written in another way is no change.
func (o Object) Hash() Hash {
	var covered any
	switch {
	case o.Container != nil:
		c := *o.Container
		c.ID, c.Name, c.ContainerName = "", "", "" // EngineName is covered
		c.Image, c.Tag = c.ImageReference(), ""
		c.PullPolicy = ""
		c.Networks, c.Dependencies = nil, nil
		c.RestartPolicy, c.StopGracePeriod = RestartPolicy{}, 0
		c.Suspend = false
		covered = c
	case o.Network != nil:
		covered = *o.Network
	case o.Volume != nil:
		covered = *o.Volume
	}
	data, err := json.Marshal(struct {
		Name   string
		Labels map[string]string
		Spec   any
	}{o.EngineName(), o.Metadata.Labels, covered})
	if err != nil {
		panic("spec: hash of " + o.Key().String() + ": " + err.Error())
	}
	sum := sha256.Sum256(data)
	return Hash(hashVersion + ":" + hex.EncodeToString(sum[:16]))
}
