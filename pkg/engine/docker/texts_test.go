// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

const (
	runc  = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
	oci   = "OCI runtime create failed: container_linux.go:367: starting container process caused: process_linux.go:520: container init caused: "
	other = "62b90578febf6e404ca3b062ddaf34057155ae97c41a201f60cc444fe8bff318"
)

// textRow is a response of an engine and the code that it means.
type textRow struct {
	verb   verb
	status int
	text   string
	want   engine.Code
}

// engineTexts returns verbatim texts of engines: from release 20.10 unless the
// name of the row has another release or a product.
func engineTexts() map[string]textRow {
	all := map[string]textRow{}
	for _, group := range []map[string]textRow{
		networkTexts(), processTexts(), hostTexts(), imageTexts(), requestTexts(), otherTexts(), registryTexts(), podmanTexts(),
	} {
		maps.Copy(all, group)
	}
	return all
}

func TestTexts(t *testing.T) {
	for name, row := range engineTexts() {
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

// TestEveryRuleHasAText requires a text that each rule is the first to match.
func TestEveryRuleHasAText(t *testing.T) {
	matched := map[string]bool{}
	for _, row := range engineTexts() {
		if r, ok := ruleFor(row.verb, row.text); ok {
			matched[strings.Join(r.all, " ... ")+string(r.code)] = true
		}
	}
	for _, r := range allRules() {
		if text := strings.Join(r.all, " ... "); !matched[text+string(r.code)] {
			t.Errorf("no text for %q -> %s %s", text, r.code, slices.Sorted(slices.Values(r.verbs)))
		}
	}
}

// networkTexts returns texts about networks, ports and addresses.
func networkTexts() map[string]textRow {
	return map[string]textRow{
		"port of another container":         {verbStart, 500, "driver failed programming external connectivity on endpoint zz-b (529c4e18): Bind for 127.0.0.1:18080 failed: port is already allocated", engine.PortInUse},
		"port of a host process":            {verbStart, 500, "driver failed programming external connectivity on endpoint zz-c (88c89e27): Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use", engine.PortInUse},
		"port of a host process, 28":        {verbStart, 500, "failed to set up container networking: driver failed programming external connectivity on endpoint web (6dd2): failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use", engine.PortInUse},
		"port while joining":                {verbJoin, 500, "Bind for 0.0.0.0:80 failed: port is already allocated", engine.PortInUse},
		"address inside a network":          {verbStart, 403, "Address already in use", engine.AddressInUse},
		"network name ambiguous":            {verbInspect, 400, "network zz is ambiguous (2 matches found on name)", engine.Ambiguous},
		"network missing at start":          {verbStart, 404, "network zznope not found", engine.NetworkNotFound},
		"network missing at start, 28":      {verbStart, 500, "failed to set up container networking: network 4d1c not found", engine.NetworkNotFound},
		"network missing while joining":     {verbJoin, 404, "network zznope not found", engine.NetworkNotFound},
		"pool overlaps":                     {verbCreateNetwork, 403, "Pool overlaps with other one on this address space", engine.SubnetOverlap},
		"pools exhausted":                   {verbCreateNetwork, 404, "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network", engine.SubnetOverlap},
		"pools exhausted, 27":               {verbCreateNetwork, 500, "all predefined address pools have been fully subnetted", engine.SubnetOverlap},
		"bridges overlap":                   {verbCreateNetwork, 403, "cannot create network 76f (br-76f): conflicts with network 1ac (br-1ac): networks have overlapping IPv4", engine.SubnetOverlap},
		"port of a process":                 {verbStart, 500, "driver failed programming external connectivity on endpoint c (88c8): Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use", engine.PortInUse},
		"port of a process, IPv6":           {verbStart, 500, "driver failed programming external connectivity on endpoint c (88c8): Error starting userland proxy: listen tcp6 [::]:18081: bind: address already in use", engine.PortInUse},
		"port of a process, 29":             {verbStart, 500, "failed to set up container networking: driver failed programming external connectivity on endpoint web (6dd2): failed to bind host port 127.0.0.1:80/tcp: address already in use", engine.PortInUse},
		"port of a process, Desktop":        {verbStart, 500, "Ports are not available: exposing port TCP 0.0.0.0:5432 -> 0.0.0.0:0: listen tcp 0.0.0.0:5432: bind: address already in use", engine.PortInUse},
		"address taken while joining":       {verbJoin, 403, "Address already in use", engine.AddressInUse},
		"no free address":                   {verbStart, 500, "no available IPv4 addresses on this network's address pools: small (4d1c)", engine.AddressInUse},
		"network missing while leaving, 19": {verbLeave, 404, "network tttt not found", engine.NetworkNotFound},
		"network missing at creation, 29":   {verbCreate, 404, "could not find a network matching network mode zznope: network zznope not found", engine.NetworkNotFound},
		"port forbidden, Desktop":           {verbStart, 500, "Ports are not available: exposing port TCP 0.0.0.0:80 -> 0.0.0.0:0: listen tcp 0.0.0.0:80: bind: An attempt was made to access a socket in a way forbidden by its access permissions.", engine.PortInUse},
	}
}

// processTexts returns texts about commands, and the containers that they need.
func processTexts() map[string]textRow {
	return map[string]textRow{
		"command not found":                 {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown`, engine.CommandNotFound},
		"command path not found":            {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown`, engine.CommandNotFound},
		"no command":                        {verbCreate, 400, "No command specified", engine.CommandNotFound},
		"command not executable":            {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/data": permission denied: unknown`, engine.CommandNotExecutable},
		"command a directory, 28":           {verbStart, 400, `failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/data": is a directory: unknown`, engine.CommandNotExecutable},
		"command of another architecture":   {verbStart, 400, "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec /app: exec format error: unknown", engine.CommandNotExecutable},
		"network peer missing":              {verbStart, 404, "No such container: " + other, engine.PeerUnavailable},
		"network peer exited":               {verbStart, 409, "cannot join network of a non running container: " + other, engine.PeerUnavailable},
		"network peer exited, 28":           {verbStart, 409, "cannot join network namespace of a non running container: container web is exited", engine.PeerUnavailable},
		"IPC peer exited":                   {verbStart, 500, "can't join IPC of container " + other + ": container " + other + " is not running", engine.PeerUnavailable},
		"PID peer exited":                   {verbStart, 500, "container " + other + " is not running", engine.PeerUnavailable},
		"command of another machine":        {verbStart, 400, runc + "exec /app: exec format error: unknown", engine.CommandNotExecutable},
		"script without interpreter":        {verbStart, 400, runc + "exec /run.sh: no such file or directory: unknown", engine.CommandNotFound},
		"command in a stopped container":    {verbExec, 409, "Container 13d58750 is not running", engine.NotRunning},
		"command in a restarting container": {verbExec, 409, "Container 13d58750 is restarting, wait until the container is running", engine.NotRunning},
		"command in a paused container":     {verbExec, 409, "Container engx-ro is paused, unpause the container before exec", engine.Paused},
		"processes of a stopped container":  {verbTop, 409, "container 13d58750 is not running", engine.NotRunning},
		"network peer missing, 28":          {verbStart, 500, "joining network namespace of container: No such container: d8031bbb8ce8", engine.PeerUnavailable},
		"network peer restarting":           {verbStart, 409, "Container web is restarting, wait until the container is running", engine.PeerUnavailable},
		"network peer restarting, 28":       {verbStart, 500, "cannot join network namespace of container: Container web is restarting, wait until the container is running", engine.PeerUnavailable},
		"script not executable":             {verbStart, 400, runc + "exec /bin/entrypoint.sh: permission denied: unknown", engine.CommandNotExecutable},
	}
}

// hostTexts returns texts about paths, devices and disk space.
func hostTexts() map[string]textRow {
	return map[string]textRow{
		"bind source missing":                                  {verbCreate, 400, `invalid mount config for type "bind": bind source path does not exist: /nope/x`, engine.MountSourceMissing},
		"bind source missing at start":                         {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/tmp/zz" to rootfs at "/x": stat /tmp/zz: no such file or directory: unknown`, engine.MountSourceMissing},
		"disk full":                                            {verbCreate, 500, "mkdir /var/lib/docker/overlay2/4ea-init: no space left on device", engine.DiskFull},
		"disk full while pulling":                              {verbPull, 500, "write /var/lib/docker/tmp/GetImageBlob1: no space left on device", engine.DiskFull},
		"path missing at start":                                {verbStart, 400, runc + `error during container init: error mounting "/tmp/zz" to rootfs at "/x": stat /tmp/zz: no such file or directory: unknown`, engine.MountSourceMissing},
		"path cannot be created":                               {verbStart, 500, "error while creating mount source path '/proc/nope/x': mkdir /proc/nope: no such file or directory", engine.MountSourceMissing},
		"path not permitted, snap":                             {verbStart, 500, "error while creating mount source path '/data/wangjl': mkdir /data: read-only file system", engine.MountDenied},
		"path not shared, Desktop":                             {verbStart, 500, "Mounts denied: \nThe path /Users/me/db is not shared from the host and is not known to Docker.\nYou can configure shared paths from Docker -> Preferences... -> Resources -> File Sharing.", engine.MountDenied},
		"path not approved, Desktop":                           {verbStart, 500, "Mounts denied: approving /Users/me/Desktop/somedir: file does not exist", engine.MountDenied},
		"path not readable":                                    {verbCreate, 400, `invalid mount config for type "bind": stat /proc/1/root/nope: permission denied`, engine.MountDenied},
		"path not a shared mount":                              {verbStart, 500, "path /tmp/x is mounted on / but it is not a shared or slave mount", engine.MountDenied},
		"device missing":                                       {verbStart, 500, `error gathering device information while adding custom device "/dev/nope": no such file or directory`, engine.MountSourceMissing},
		"no driver for GPUs":                                   {verbStart, 500, `could not select device driver "" with capabilities: [[gpu]]`, engine.Unsupported},
		"files on a read-only root":                            {verbCopy, 400, "container rootfs is marked read-only", engine.ReadOnly},
		"files on a read-only mount":                           {verbCopy, 400, "mounted volume is marked read-only", engine.ReadOnly},
		"disk quota exceeded":                                  {verbCreate, 500, "mkdir /home/username/.local/share/docker/overlay2/0bc2283b845d-init/diff: disk quota exceeded", engine.DiskFull},
		"path below a file":                                    {verbStart, 500, "error while creating mount source path '/etc/hosts/x': mkdir /etc/hosts: not a directory", engine.MountSourceMissing},
		"path not readable at start":                           {verbStart, 400, oci + `rootfs_linux.go:60: mounting "/home/me/secret" to rootfs at "/etc/secret" caused: stat /home/me/secret: permission denied: unknown`, engine.MountDenied},
		"path with options that a rootless engine cannot keep": {verbStart, 400, oci + `rootfs_linux.go:60: mounting "/tmp/foo" to rootfs at "/mnt" caused: operation not permitted: unknown`, engine.MountDenied},
	}
}

// imageTexts returns texts about images and registries.
func imageTexts() map[string]textRow {
	return map[string]textRow{
		"image missing at create":           {verbCreate, 404, "No such image: nope:1", engine.ImageNotFound},
		"image missing":                     {verbImage, 404, "No such image: nope:1", engine.ImageNotFound},
		"tag unknown to the registry":       {verbPull, 404, "manifest for nginx:nope not found: manifest unknown: manifest unknown", engine.ImageNotFound},
		"repository unknown, Hub":           {verbPull, 404, "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", engine.ImageNotFound},
		"image of another platform":         {verbPull, 404, "no matching manifest for linux/arm64/v8 in the manifest list entries", engine.PlatformMismatch},
		"registry wants a login":            {verbPull, 500, "Head \"http://127.0.0.1:5000/v2/x/manifests/1\": no basic auth credentials", engine.ImageUnauthorized},
		"registry refuses the login":        {verbPull, 500, "Get \"https://r.example/v2/\": unauthorized: incorrect username or password", engine.ImageUnauthorized},
		"registry refuses the repository":   {verbPull, 500, "denied: requested access to the resource is denied", engine.ImageUnauthorized},
		"registry limits the rate":          {verbPull, 500, "toomanyrequests: You have reached your pull rate limit.", engine.ImageUnavailable},
		"registry is down":                  {verbPull, 500, "received unexpected HTTP status: 503 Service Unavailable", engine.ImageUnavailable},
		"registry does not answer":          {verbPull, 500, "Get \"https://r.example/v2/\": dial tcp 10.0.0.1:443: i/o timeout", engine.ImageUnavailable},
		"registry refuses connections":      {verbPull, 500, "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", engine.ImageUnavailable},
		"registry has no address":           {verbPull, 500, "Get \"https://localhost.invalid/v2/\": dial tcp: lookup localhost.invalid: no such host", engine.ImageUnavailable},
		"image of another platform locally": {verbCreate, 404, "image with reference reconciler.dev/demo:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64", engine.PlatformMismatch},
		"image of another platform, 29":     {verbCreate, 404, "image with reference demo:1 was found but does not provide the specified platform (linux/arm64)", engine.PlatformMismatch},
		"pull of another platform, 29":      {verbPull, 404, "no match for platform in manifest: not found", engine.PlatformMismatch},
		"repository unknown, ECR":           {verbPull, 404, "name unknown: The repository with name 'tomcat' does not exist in the registry with id '295240448163'", engine.ImageNotFound},
		"repository unknown to Hub, 29":     {verbPull, 404, `failed to resolve reference "docker.io/library/nope:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`, engine.ImageNotFound},
		"tag unknown to the registry, 29":   {verbPull, 404, `failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found`, engine.ImageNotFound},
		"image for Windows, 27":             {verbPull, 500, `image operating system "windows" cannot be used on this platform: operating system is not supported`, engine.PlatformMismatch},
		"registry forbids, 29":              {verbPull, 500, `failed to resolve reference "ghcr.io/a/b:1": unexpected status from HEAD request to https://ghcr.io/v2/a/b/manifests/1: 403 Forbidden`, engine.ImageUnauthorized},
	}
}

// requestTexts returns texts about requests that the engine refuses, and uses.
func requestTexts() map[string]textRow {
	return map[string]textRow{
		"host address not local":           {verbStart, 500, "driver failed programming external connectivity on endpoint zz-d (980b): Error starting userland proxy: listen tcp4 10.9.9.9:18082: bind: cannot assign requested address", engine.Invalid},
		"name taken":                       {verbCreate, 409, `Conflict. The container name "/zz" is already in use by container "353df8". You have to remove (or rename) that container to be able to reuse that name.`, engine.NameInUse},
		"name taken while renaming":        {verbRename, 409, `Error when allocating new name: Conflict. The container name "/zz-a" is already in use by container "25db". You have to remove (or rename) that container to be able to reuse that name.`, engine.NameInUse},
		"network name taken":               {verbCreateNetwork, 409, "network with name zznet already exists", engine.NameInUse},
		"subnet malformed":                 {verbCreateNetwork, 500, "Invalid subnet 300.0.0.0/24 : invalid CIDR address: 300.0.0.0/24", engine.Invalid},
		"network has users":                {verbRemove, 403, "error while removing network: network zznet id e7e9df74 has active endpoints", engine.InUse},
		"volume has users":                 {verbRemove, 409, "remove zzvol: volume is in use - [b6da8d25]", engine.InUse},
		"network driver unknown":           {verbCreateNetwork, 404, `plugin "foo" not found`, engine.Invalid},
		"volume driver unknown":            {verbCreateVolume, 404, `create zzvol: error looking up volume plugin foo: plugin "foo" not found`, engine.Invalid},
		"network name reserved":            {verbCreateNetwork, 403, "operation is not permitted on predefined bridge network ", engine.Invalid},
		"network cannot be removed":        {verbRemove, 403, "bridge is a pre-defined network and cannot be removed", engine.Invalid},
		"removal under way":                {verbRemove, 409, "removal of container 25db is already in progress", engine.Conflict},
		"start during a removal":           {verbStart, 409, "container is marked for removal and cannot be started", engine.Conflict},
		"start of a paused container":      {verbStart, 409, "cannot start a paused container, try unpause instead", engine.Conflict},
		"user unknown":                     {verbStart, 500, "unable to find user bob: no matching entries in passwd file", engine.Invalid},
		"bind of a directory over a file":  {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/tmp/zzb" to rootfs at "/demoapp": mount /tmp/zzb:/demoapp (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`, engine.Invalid},
		"reference malformed":              {verbPull, 400, "invalid reference format", engine.Invalid},
		"409 without a known text":         {verbStop, 409, "another change is under way", engine.Conflict},
		"400 without a known text":         {verbCreate, 400, "invalid containerPort: x", engine.Invalid},
		"address outside the subnet":       {verbStart, 400, "Invalid address 10.99.5.9: It does not belong to any of this network's subnets", engine.Invalid},
		"address without a subnet":         {verbStart, 400, "user specified IP address is supported only when connecting to networks with user configured subnets", engine.Invalid},
		"sysctl unknown":                   {verbStart, 400, runc + "error during container init: open /proc/sys/net/foo: no such file or directory: unknown", engine.Invalid},
		"ulimit out of reach":              {verbStart, 500, runc + "error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: unknown", engine.Invalid},
		"IPC mode unknown":                 {verbStart, 500, "Invalid IPC mode: foo", engine.Invalid},
		"logging option malformed":         {verbStart, 500, "failed to initialize logging driver: invalid size: 'foo'", engine.Invalid},
		"group unknown":                    {verbStart, 500, "Unable to find group nope: no matching entries in group file", engine.Invalid},
		"runtime unknown":                  {verbCreate, 400, "Unknown runtime specified nope", engine.Invalid},
		"CPUs not available":               {verbCreate, 400, "Requested CPUs are not available - requested 99, available: 0-1", engine.Invalid},
		"memory beyond the swap limit":     {verbUpdate, 500, "Cannot update container 06e70c84: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time", engine.Invalid},
		"network of a swarm in use, 17":    {verbRemove, 403, "rpc error: code = FailedPrecondition desc = network 6i8q65imwyfy3bb27y91gm2hn is in use by task aoiojr3uruehaw79k6edys06s", engine.InUse},
		"subnet without a length":          {verbCreateNetwork, 500, `failed to parse pool request for address space "LocalDefault" pool "10.0.0.0" subpool "": invalid CIDR address: 10.0.0.0`, engine.Invalid},
		"working directory not accessible": {verbStart, 400, oci + `chdir to cwd ("/root") set in config.json failed: permission denied: unknown`, engine.Invalid},
		"memory below the usage":           {verbUpdate, 500, "Cannot update container 06e70c84: runc did not terminate successfully: exit status 1: unable to set memory limit to 6291456 (current usage: 9437184, peak usage: 12582912): unknown", engine.Invalid},
	}
}

// otherTexts returns texts about texts without a rule, and API versions.
func otherTexts() map[string]textRow {
	return map[string]textRow{
		"no ps on the engine's host":        {verbTop, 500, `ps: exec: "ps": executable file not found in $PATH`, engine.Unsupported},
		"network itself gone":               {verbInspect, 404, "network 25db033a not found", engine.NotFound},
		"API version too old, 29":           {verbStart, 400, "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version", engine.Unreachable},
		"API version too new":               {verbStart, 400, "client version 1.51 is too new. Maximum supported API version is 1.41", engine.Unreachable},
		"404 without a known text":          {verbStart, 404, "something it needs is missing", engine.Unknown},
		"500 without a known text":          {verbStart, 500, "unexpected", engine.Unknown},
		"network unknown to its driver, 19": {verbStart, 500, `failed to create endpoint ubooquity on network docker-lab2: network id "05669dcbecbb" not found`, engine.Unknown},
		"endpoint missing in the store, 17": {verbLeave, 404, "endpoint delete failed for container e7bba813fbe4 on network my_net: Key not found in store", engine.Unknown},
		"plugin that misses a disk":         {verbCreateVolume, 500, `create v: VolumeDriver.Create: plugin error: disk d-1 not found`, engine.Unknown},
		"quota of kernel keys, 18":          {verbStart, 400, `OCI runtime create failed: container_linux.go:348: starting container process caused "process_linux.go:402: container init caused \"could not create session key: disk quota exceeded\"": unknown`, engine.Unknown},
	}
}
