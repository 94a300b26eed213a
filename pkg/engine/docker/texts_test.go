// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	runc  = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
	other = "62b90578febf6e404ca3b062ddaf34057155ae97c41a201f60cc444fe8bff318"
)

// TestTexts maps further texts of engines to codes. The texts are verbatim: from
// release 20.10 unless the name of the row has another release or a product.
func TestTexts(t *testing.T) {
	rows := map[string]struct {
		verb   verb
		status int
		text   string
		want   engine.Code
	}{
		"port of another container":  {verbStart, 500, "driver failed programming external connectivity on endpoint b (529c): Bind for 127.0.0.1:18080 failed: port is already allocated", engine.PortInUse},
		"port of a process":          {verbStart, 500, "driver failed programming external connectivity on endpoint c (88c8): Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use", engine.PortInUse},
		"port of a process, IPv6":    {verbStart, 500, "driver failed programming external connectivity on endpoint c (88c8): Error starting userland proxy: listen tcp6 [::]:18081: bind: address already in use", engine.PortInUse},
		"port of a process, 28":      {verbStart, 500, "failed to set up container networking: driver failed programming external connectivity on endpoint web (6dd2): failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use", engine.PortInUse},
		"port of a process, 29":      {verbStart, 500, "failed to set up container networking: driver failed programming external connectivity on endpoint web (6dd2): failed to bind host port 127.0.0.1:80/tcp: address already in use", engine.PortInUse},
		"port of a process, Desktop": {verbStart, 500, "Ports are not available: exposing port TCP 0.0.0.0:5432 -> 0.0.0.0:0: listen tcp 0.0.0.0:5432: bind: address already in use", engine.PortInUse},
		"name taken":                 {verbCreate, 409, `Conflict. The container name "/zz" is already in use by container "353df8ab". You have to remove (or rename) that container to be able to reuse that name.`, engine.NameInUse},
		"volume in use":              {verbRemove, 409, "remove zzvol: volume is in use - [b6da8d25]", engine.InUse},
		"network missing":            {verbStart, 404, "network zznope not found", engine.NetworkNotFound},

		"address taken":               {verbStart, 403, "Address already in use", engine.AddressInUse},
		"address taken while joining": {verbJoin, 403, "Address already in use", engine.AddressInUse},
		"no free address":             {verbStart, 500, "no available IPv4 addresses on this network's address pools: small (4d1c)", engine.AddressInUse},
		"address outside the subnet":  {verbStart, 400, "Invalid address 10.99.5.9: It does not belong to any of this network's subnets", engine.Invalid},
		"address without a subnet":    {verbStart, 400, "user specified IP address is supported only when connecting to networks with user configured subnets", engine.Invalid},
		"network peer missing":        {verbStart, 404, "No such container: " + other, engine.PeerUnavailable},
		"network peer exited":         {verbStart, 409, "cannot join network of a non running container: " + other, engine.PeerUnavailable},
		"network peer exited, 28":     {verbStart, 409, "cannot join network namespace of a non running container: container web is exited", engine.PeerUnavailable},
		"IPC peer exited":             {verbStart, 500, "can't join IPC of container " + other + ": container " + other + " is not running", engine.PeerUnavailable},
		"PID peer exited":             {verbStart, 500, "container " + other + " is not running", engine.PeerUnavailable},

		"path missing":               {verbCreate, 400, `invalid mount config for type "bind": bind source path does not exist: /nope/x`, engine.MountSourceMissing},
		"path missing at start":      {verbStart, 400, runc + `error during container init: error mounting "/tmp/zz" to rootfs at "/x": stat /tmp/zz: no such file or directory: unknown`, engine.MountSourceMissing},
		"path cannot be created":     {verbStart, 500, "error while creating mount source path '/proc/nope/x': mkdir /proc/nope: no such file or directory", engine.MountSourceMissing},
		"path not permitted, snap":   {verbStart, 500, "error while creating mount source path '/data/wangjl': mkdir /data: read-only file system", engine.MountDenied},
		"path not shared, Desktop":   {verbStart, 500, "Mounts denied: \nThe path /Users/me/db is not shared from the host and is not known to Docker.\nYou can configure shared paths from Docker -> Preferences... -> Resources -> File Sharing.", engine.MountDenied},
		"path not approved, Desktop": {verbStart, 500, "Mounts denied: approving /Users/me/Desktop/somedir: file does not exist", engine.MountDenied},
		"path not readable":          {verbCreate, 400, `invalid mount config for type "bind": stat /proc/1/root/nope: permission denied`, engine.MountDenied},
		"path not a shared mount":    {verbStart, 500, "path /tmp/x is mounted on / but it is not a shared or slave mount", engine.MountDenied},
		"device missing":             {verbStart, 500, `error gathering device information while adding custom device "/dev/nope": no such file or directory`, engine.MountSourceMissing},
		"no driver for GPUs":         {verbStart, 500, `could not select device driver "" with capabilities: [[gpu]]`, engine.Unsupported},
		"files on a read-only root":  {verbCopy, 400, "container rootfs is marked read-only", engine.ReadOnly},
		"files on a read-only mount": {verbCopy, 400, "mounted volume is marked read-only", engine.ReadOnly},

		"command not found":            {verbStart, 400, runc + `exec: "nope": executable file not found in $PATH: unknown`, engine.CommandNotFound},
		"command not executable":       {verbStart, 400, runc + `exec: "/data": permission denied: unknown`, engine.CommandNotExecutable},
		"command of another machine":   {verbStart, 400, runc + "exec /app: exec format error: unknown", engine.CommandNotExecutable},
		"script without interpreter":   {verbStart, 400, runc + "exec /run.sh: no such file or directory: unknown", engine.CommandNotFound},
		"sysctl unknown":               {verbStart, 400, runc + "error during container init: open /proc/sys/net/foo: no such file or directory: unknown", engine.Invalid},
		"ulimit out of reach":          {verbStart, 500, runc + "error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: unknown", engine.Invalid},
		"IPC mode unknown":             {verbStart, 500, "Invalid IPC mode: foo", engine.Invalid},
		"logging option malformed":     {verbStart, 500, "failed to initialize logging driver: invalid size: 'foo'", engine.Invalid},
		"group unknown":                {verbStart, 500, "Unable to find group nope: no matching entries in group file", engine.Invalid},
		"runtime unknown":              {verbCreate, 400, "Unknown runtime specified nope", engine.Invalid},
		"CPUs not available":           {verbCreate, 400, "Requested CPUs are not available - requested 99, available: 0-1", engine.Invalid},
		"memory beyond the swap limit": {verbUpdate, 500, "Cannot update container 06e70c84: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time", engine.Invalid},

		"image of another platform":     {verbCreate, 404, "image with reference reconciler.dev/demo:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64", engine.PlatformMismatch},
		"image of another platform, 29": {verbCreate, 404, "image with reference demo:1 was found but does not provide the specified platform (linux/arm64)", engine.PlatformMismatch},
		"pull of another platform":      {verbPull, 404, "no matching manifest for linux/arm64/v8 in the manifest list entries", engine.PlatformMismatch},
		"pull of another platform, 29":  {verbPull, 404, "no match for platform in manifest: not found", engine.PlatformMismatch},

		"network missing while leaving, 19": {verbLeave, 404, "network tttt not found", engine.NetworkNotFound},
		"network missing at creation, 29":   {verbCreate, 404, "could not find a network matching network mode zznope: network zznope not found", engine.NetworkNotFound},
		"network unknown to its driver, 19": {verbStart, 500, `failed to create endpoint ubooquity on network docker-lab2: network id "05669dcbecbb" not found`, engine.Unknown},
		"endpoint missing in the store, 17": {verbLeave, 404, "endpoint delete failed for container e7bba813fbe4 on network my_net: Key not found in store", engine.Unknown},
		"plugin that misses a disk":         {verbCreateVolume, 500, `create v: VolumeDriver.Create: plugin error: disk d-1 not found`, engine.Unknown},

		"command in a stopped container":    {verbExec, 409, "Container 13d58750 is not running", engine.NotRunning},
		"command in a restarting container": {verbExec, 409, "Container 13d58750 is restarting, wait until the container is running", engine.NotRunning},
		"command in a paused container":     {verbExec, 409, "Container engx-ro is paused, unpause the container before exec", engine.Paused},
		"processes of a stopped container":  {verbTop, 409, "container 13d58750 is not running", engine.NotRunning},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			f, e := newFake(t, Options{})
			f.answer("POST /containers/x/start", reply{row.status, row.text})
			err := e.call(t.Context(), op{row.verb, "x"}, func(ctx context.Context, cli *client.Client) error {
				return cli.ContainerStart(ctx, "x", container.StartOptions{})
			})
			wantCode(t, err, row.want)
		})
	}
}
