// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// zeros is the digest of no image.
var zeros = strings.Repeat("0", 64)

// registryTexts returns the texts that TestPullFailures recorded, by engine. The
// status is 200 for errors within the stream of a pull.
func registryTexts() map[string]textRow {
	all := map[string]textRow{}
	for name, rows := range map[string]map[string]textRow{
		"20.10": oldRegistryTexts(), "28.5": classicRegistryTexts(), "28.5 with containerd": containerdRegistryTexts(),
	} {
		for failure, row := range commonRegistryTexts() {
			if name != "28.5 with containerd" {
				all[failure+", "+name] = row
			}
		}
		for failure, row := range rows {
			all[failure+", "+name] = row
		}
	}
	return all
}

// commonRegistryTexts returns the texts of the classic image store that are the
// same in all releases.
func commonRegistryTexts() map[string]textRow {
	return map[string]textRow{
		"no credentials":        {verbPull, 500, `Head "http://127.0.0.1:37117/v2/app/manifests/1": no basic auth credentials`, engine.ImageUnauthorized},
		"no permission":         {verbPull, 404, "denied", engine.ImageUnauthorized},
		"no token":              {verbPull, 500, `Head "http://127.0.0.1:37117/v2/app/manifests/1": denied`, engine.ImageUnauthorized},
		"useless token":         {verbPull, 404, "pull access denied for 127.0.0.1:37117/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", engine.ImageNotFound},
		"another platform":      {verbPull, 404, "no matching manifest for linux/amd64 in the manifest list entries", engine.PlatformMismatch},
		"too many requests":     {verbPull, 500, "toomanyrequests: slow down", engine.ImageUnavailable},
		"broken server":         {verbPull, 500, "received unexpected HTTP status: 503 Service Unavailable", engine.ImageUnavailable},
		"internal error":        {verbPull, 500, "received unexpected HTTP status: 500 Internal Server Error", engine.ImageUnavailable},
		"unknown host":          {verbPull, 500, `Get "https://registry.invalid/v2/": dial tcp: lookup registry.invalid on 192.0.2.53:53: dial udp 192.0.2.53:53: connect: network is unreachable`, engine.ImageUnavailable},
		"connection refused":    {verbPull, 500, `Get "http://127.0.0.1:46031/v2/": dial tcp 127.0.0.1:46031: connect: connection refused`, engine.ImageUnavailable},
		"corrupt configuration": {verbPull, 500, "error pulling image configuration: image config verification failed for digest sha256:" + zeros, engine.ImageUnavailable},
		"corrupt layer":         {verbPull, 500, "filesystem layer verification failed for digest sha256:" + zeros, engine.ImageUnavailable},
		"missing layer":         {verbPull, 500, "unknown blob", engine.ImageUnavailable},
	}
}

func oldRegistryTexts() map[string]textRow {
	return map[string]textRow{
		"wrong password":      {verbPull, 500, "unauthorized", engine.ImageUnauthorized},
		"missing tag":         {verbPull, 404, "manifest for 127.0.0.1:37117/app:none not found: manifest unknown: Unknown manifest", engine.ImageNotFound},
		"missing digest":      {verbPull, 404, "manifest for 127.0.0.1:37117/app@sha256:" + zeros + " not found: manifest unknown: Unknown manifest", engine.ImageNotFound},
		"missing name":        {verbPull, 404, "repository 127.0.0.1:37117/none not found: name unknown: Unknown name", engine.ImageNotFound},
		"unknown certificate": {verbPull, 500, `Get "https://172.17.0.1:41977/v2/": x509: certificate is valid for 127.0.0.1, ::1, not 172.17.0.1`, engine.ImageUnavailable},
	}
}

func classicRegistryTexts() map[string]textRow {
	return map[string]textRow{
		"wrong password":      {verbPull, 500, `unauthorized: {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, engine.ImageUnauthorized},
		"missing tag":         {verbPull, 500, `unknown: {"errors":[{"code":"MANIFEST_UNKNOWN","message":"Unknown manifest"}]}`, engine.ImageNotFound},
		"missing name":        {verbPull, 500, `unknown: {"errors":[{"code":"NAME_UNKNOWN","message":"Unknown name"}]}`, engine.ImageNotFound},
		"unknown certificate": {verbPull, 500, `Get "https://172.17.0.1:41155/v2/": tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, ::1, not 172.17.0.1`, engine.ImageUnavailable},
	}
}

func containerdRegistryTexts() map[string]textRow {
	const resolve = `failed to resolve reference "127.0.0.1:36359/app:1": `
	const status = "unknown: " + resolve + "unexpected status from HEAD request to http://127.0.0.1:36359/v2/app/manifests/1: "
	const commit = `failed commit on ref "layer-sha256:0": commit failed: unexpected commit digest sha256:1, expected sha256:0: failed precondition`
	return map[string]textRow{
		"no credentials":        {verbPull, 404, resolve + "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials", engine.ImageUnauthorized},
		"wrong password":        {verbPull, 500, status + "401 Unauthorized", engine.ImageUnauthorized},
		"no permission":         {verbPull, 500, status + "403 Forbidden", engine.ImageUnauthorized},
		"no token":              {verbPull, 500, "error from registry: denied\ndenied", engine.ImageUnauthorized},
		"useless token":         {verbPull, 404, "pull access denied for 127.0.0.1:36359/app, repository does not exist or may require 'docker login'", engine.ImageNotFound},
		"missing tag":           {verbPull, 404, `failed to resolve reference "127.0.0.1:36359/app:none": 127.0.0.1:36359/app:none: not found`, engine.ImageNotFound},
		"another platform":      {verbPull, 404, "no matching manifest for linux/amd64 in the manifest list entries: no match for platform in manifest: not found", engine.PlatformMismatch},
		"too many requests":     {verbPull, 500, status + "429 Too Many Requests", engine.ImageUnavailable},
		"broken server":         {verbPull, 500, status + "503 Service Unavailable", engine.ImageUnavailable},
		"internal error":        {verbPull, 500, status + "500 Internal Server Error", engine.ImageUnavailable},
		"unknown host":          {verbPull, 500, resolve + `failed to do request: Head "https://registry.invalid/v2/app/manifests/1": dial tcp: lookup registry.invalid on 192.0.2.53:53: dial udp 192.0.2.53:53: connect: network is unreachable`, engine.ImageUnavailable},
		"unknown certificate":   {verbPull, 500, resolve + `failed to do request: Head "https://172.17.0.1:45387/v2/app/manifests/1": tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, ::1, not 172.17.0.1`, engine.ImageUnavailable},
		"connection refused":    {verbPull, 500, resolve + `failed to do request: Head "https://127.0.0.1:38007/v2/app/manifests/1": dial tcp 127.0.0.1:38007: connect: connection refused`, engine.ImageUnavailable},
		"corrupt configuration": {verbPull, 500, strings.ReplaceAll(commit, "layer", "config"), engine.ImageUnavailable},
		"corrupt layer":         {verbPull, 500, commit, engine.ImageUnavailable},
	}
}
