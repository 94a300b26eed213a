// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"net/http"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// TestClassify maps the texts of engines to codes. The texts are verbatim: from
// release 20.10 unless the name of the row has another one.
func TestClassify(t *testing.T) {
	rows := map[string]struct {
		verb   verb
		status int
		text   string
		want   engine.Code
	}{
		"port of another container":  {verbStart, 500, "driver failed programming external connectivity on endpoint zz-b (529c4e18): Bind for 127.0.0.1:18080 failed: port is already allocated", engine.PortInUse},
		"port of a host process":     {verbStart, 500, "driver failed programming external connectivity on endpoint zz-c (88c89e27): Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use", engine.PortInUse},
		"port of a host process, 28": {verbStart, 500, "failed to set up container networking: driver failed programming external connectivity on endpoint web (6dd2): failed to bind host port for 0.0.0.0:80:172.17.0.2:80/tcp: address already in use", engine.PortInUse},
		"port while joining":         {verbJoin, 500, "Bind for 0.0.0.0:80 failed: port is already allocated", engine.PortInUse},
		"address inside a network":   {verbStart, 403, "Address already in use", engine.AddressInUse},
		"host address not local":     {verbStart, 500, "driver failed programming external connectivity on endpoint zz-d (980b): Error starting userland proxy: listen tcp4 10.9.9.9:18082: bind: cannot assign requested address", engine.Invalid},

		"name taken":                {verbCreate, 409, `Conflict. The container name "/zz" is already in use by container "353df8". You have to remove (or rename) that container to be able to reuse that name.`, engine.NameInUse},
		"name taken while renaming": {verbRename, 409, `Error when allocating new name: Conflict. The container name "/zz-a" is already in use by container "25db". You have to remove (or rename) that container to be able to reuse that name.`, engine.NameInUse},
		"network name taken":        {verbCreateNetwork, 409, "network with name zznet already exists", engine.NameInUse},
		"network name ambiguous":    {verbInspect, 400, "network zz is ambiguous (2 matches found on name)", engine.Ambiguous},

		"network missing at start":        {verbStart, 404, "network zznope not found", engine.NetworkNotFound},
		"network missing at start, 28":    {verbStart, 500, "failed to set up container networking: network 4d1c not found", engine.NetworkNotFound},
		"network missing while joining":   {verbJoin, 404, "network zznope not found", engine.NetworkNotFound},
		"network itself gone":             {verbInspect, 404, "network 25db033a not found", engine.NotFound},
		"pool overlaps":                   {verbCreateNetwork, 403, "Pool overlaps with other one on this address space", engine.SubnetOverlap},
		"pools exhausted":                 {verbCreateNetwork, 404, "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network", engine.SubnetOverlap},
		"pools exhausted, 27":             {verbCreateNetwork, 500, "all predefined address pools have been fully subnetted", engine.SubnetOverlap},
		"bridges overlap":                 {verbCreateNetwork, 403, "cannot create network 76f (br-76f): conflicts with network 1ac (br-1ac): networks have overlapping IPv4", engine.SubnetOverlap},
		"subnet malformed":                {verbCreateNetwork, 500, "Invalid subnet 300.0.0.0/24 : invalid CIDR address: 300.0.0.0/24", engine.Invalid},
		"network has users":               {verbRemove, 403, "error while removing network: network zznet id e7e9df74 has active endpoints", engine.InUse},
		"volume has users":                {verbRemove, 409, "remove zzvol: volume is in use - [b6da8d25]", engine.InUse},
		"network driver unknown":          {verbCreateNetwork, 404, `plugin "foo" not found`, engine.Invalid},
		"volume driver unknown":           {verbCreateVolume, 404, `create zzvol: error looking up volume plugin foo: plugin "foo" not found`, engine.Invalid},
		"network name reserved":           {verbCreateNetwork, 403, "operation is not permitted on predefined bridge network ", engine.Invalid},
		"network cannot be removed":       {verbRemove, 403, "bridge is a pre-defined network and cannot be removed", engine.Invalid},
		"removal under way":               {verbRemove, 409, "removal of container 25db is already in progress", engine.Conflict},
		"start during a removal":          {verbStart, 409, "container is marked for removal and cannot be started", engine.Conflict},
		"start of a paused container":     {verbStart, 409, "cannot start a paused container, try unpause instead", engine.Conflict},
		"command not found":               {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown`, engine.CommandNotFound},
		"command path not found":          {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown`, engine.CommandNotFound},
		"no command":                      {verbCreate, 400, "No command specified", engine.CommandNotFound},
		"command not executable":          {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/data": permission denied: unknown`, engine.CommandNotExecutable},
		"command a directory, 28":         {verbStart, 400, `failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/data": is a directory: unknown`, engine.CommandNotExecutable},
		"command of another architecture": {verbStart, 400, "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec /app: exec format error: unknown", engine.CommandNotExecutable},
		"user unknown":                    {verbStart, 500, "unable to find user bob: no matching entries in passwd file", engine.Invalid},
		"bind source missing":             {verbCreate, 400, `invalid mount config for type "bind": bind source path does not exist: /nope/x`, engine.MountSourceMissing},
		"bind source missing at start":    {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/tmp/zz" to rootfs at "/x": stat /tmp/zz: no such file or directory: unknown`, engine.MountSourceMissing},
		"bind of a directory over a file": {verbStart, 400, `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/tmp/zzb" to rootfs at "/demoapp": mount /tmp/zzb:/demoapp (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`, engine.Invalid},
		"disk full":                       {verbCreate, 500, "mkdir /var/lib/docker/overlay2/4ea-init: no space left on device", engine.DiskFull},
		"disk full while pulling":         {verbPull, 500, "write /var/lib/docker/tmp/GetImageBlob1: no space left on device", engine.DiskFull},
		"image missing at create":         {verbCreate, 404, "No such image: nope:1", engine.ImageNotFound},
		"image missing":                   {verbImage, 404, "No such image: nope:1", engine.ImageNotFound},
		"tag unknown to the registry":     {verbPull, 404, "manifest for nginx:nope not found: manifest unknown: manifest unknown", engine.ImageNotFound},
		"repository unknown, Hub":         {verbPull, 404, "pull access denied for nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", engine.ImageNotFound},
		"image of another platform":       {verbPull, 404, "no matching manifest for linux/arm64/v8 in the manifest list entries", engine.PlatformMismatch},
		"registry wants a login":          {verbPull, 500, "Head \"http://127.0.0.1:5000/v2/x/manifests/1\": no basic auth credentials", engine.ImageUnauthorized},
		"registry refuses the login":      {verbPull, 500, "Get \"https://r.example/v2/\": unauthorized: incorrect username or password", engine.ImageUnauthorized},
		"registry refuses the repository": {verbPull, 500, "denied: requested access to the resource is denied", engine.ImageUnauthorized},
		"registry limits the rate":        {verbPull, 500, "toomanyrequests: You have reached your pull rate limit.", engine.ImageUnavailable},
		"registry is down":                {verbPull, 500, "received unexpected HTTP status: 503 Service Unavailable", engine.ImageUnavailable},
		"registry does not answer":        {verbPull, 500, "Get \"https://r.example/v2/\": dial tcp 10.0.0.1:443: i/o timeout", engine.ImageUnavailable},
		"registry refuses connections":    {verbPull, 500, "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", engine.ImageUnavailable},
		"registry has no address":         {verbPull, 500, "Get \"https://localhost.invalid/v2/\": dial tcp: lookup localhost.invalid: no such host", engine.ImageUnavailable},
		"reference malformed":             {verbPull, 400, "invalid reference format", engine.Invalid},
		"API version too old, 29":         {verbStart, 400, "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version", engine.Unreachable},
		"API version too new":             {verbStart, 400, "client version 1.51 is too new. Maximum supported API version is 1.41", engine.Unreachable},
		"404 without a known text":        {verbStart, 404, "something it needs is missing", engine.Unknown},
		"409 without a known text":        {verbStop, 409, "another change is under way", engine.Conflict},
		"400 without a known text":        {verbCreate, 400, "invalid containerPort: x", engine.Invalid},
		"500 without a known text":        {verbStart, 500, "unexpected", engine.Unknown},
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

func TestConnection(t *testing.T) {
	id := containerID("x")
	t.Run("a missing socket is Unreachable", func(t *testing.T) {
		e, err := New(Options{Host: "unix://" + t.TempDir() + "/none.sock"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Info(t.Context())
		wantCode(t, err, engine.Unreachable)
	})
	t.Run("a hang ends with the default deadline as Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{Timeout: soon})
		f.mux.HandleFunc("POST /containers/x/start", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		wantCode(t, e.Start(t.Context(), id), engine.Timeout)
	})
	t.Run("a hang ends with the caller's deadline as Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("GET /containers/x/json", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		_, err := e.Get(ctx, id)
		wantCode(t, err, engine.Timeout)
	})
	t.Run("a cancelled call is Canceled", func(t *testing.T) {
		f, e := newFake(t, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		f.mux.HandleFunc("POST /containers/x/start", func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		wantCode(t, e.Start(ctx, id), engine.Canceled)
	})
	t.Run("a connection that breaks before the response is Unreachable", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("POST /containers/x/start", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		wantCode(t, e.Start(t.Context(), id), engine.Unreachable)
	})
	t.Run("a connection that breaks within the response is Unreachable", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("GET /containers/x/json", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"Id":"x",`))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
		_, err := e.Get(t.Context(), id)
		wantCode(t, err, engine.Unreachable)
	})
	t.Run("a refused API version is negotiated again", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/start",
			reply{http.StatusBadRequest, "client version 1.41 is too old. Minimum supported API version is 1.44"}, reply{http.StatusNoContent, nil})
		before := e.client.Load()
		wantCode(t, e.Start(t.Context(), id), engine.Unreachable)
		if e.client.Load() == before {
			t.Fatal("the client was not replaced")
		}
		if err := e.Start(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	})
}
