// SPDX-License-Identifier: Apache-2.0

//go:build unix

package docker

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config/types"
	"github.com/google/go-cmp/cmp"
)

// setCredentials writes a configuration of the docker command and installs the
// credential helper "test" with a shell script as its body.
func setCredentials(t *testing.T, config, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	helper := filepath.Join(dir, "docker-credential-test")
	if err := os.WriteFile(helper, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", dir)
	t.Setenv("DOCKER_AUTH_CONFIG", "")
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func readAuth(ctx context.Context, t *testing.T, ref string) (types.AuthConfig, error) {
	t.Helper()
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		t.Fatal(err)
	}
	header, err := registryAuth(ctx, named)
	var auth types.AuthConfig
	if header == "" {
		return auth, err
	}
	text, decodeErr := base64.URLEncoding.DecodeString(header)
	if decodeErr != nil {
		t.Fatal(decodeErr)
	}
	if err := json.Unmarshal(text, &auth); err != nil {
		t.Fatal(err)
	}
	return auth, err
}

func TestRegistryAuth(t *testing.T) {
	const (
		stored = `{"auths":{"r.test":{"auth":"dXNlcjpmaWxl"}}}` // user:file
		store  = `{"credsStore":"test"}`
		answer = `read server; echo '{"ServerURL":"'$server'","Username":"user","Secret":"'$server'"}'`
	)
	of := func(server, user, password string) types.AuthConfig {
		return types.AuthConfig{Username: user, Password: password, ServerAddress: server}
	}
	for name, tc := range map[string]struct {
		config, script, env string
		ref                 string
		want                types.AuthConfig
		fails               bool
	}{
		"none":                                 {config: "{}", ref: "r.test/app"},
		"from the configuration":               {config: stored, ref: "r.test/app", want: of("r.test", "user", "file")},
		"of another registry":                  {config: stored, ref: "other.test/app"},
		"from a store":                         {config: store, script: answer, ref: "r.test/app", want: of("r.test", "user", "r.test")},
		"from a helper of the registry":        {config: `{"credHelpers":{"r.test":"test"}}`, script: answer, ref: "r.test/app", want: of("r.test", "user", "r.test")},
		"from no helper for another registry":  {config: `{"credHelpers":{"r.test":"test"}}`, script: answer, ref: "other.test/app"},
		"of Docker Hub":                        {config: store, script: answer, ref: "nginx", want: of(hubServer, "user", hubServer)},
		"an identity token":                    {config: store, script: `echo '{"Username":"<token>","Secret":"t"}'`, ref: "r.test/app", want: types.AuthConfig{IdentityToken: "t", ServerAddress: "r.test"}},
		"a store without an entry":             {config: store, script: "echo credentials not found in native keychain; exit 1", ref: "r.test/app"},
		"a store that fails":                   {config: store, script: "echo locked; exit 1", ref: "r.test/app", fails: true},
		"a helper that is not installed":       {config: `{"credsStore":"none"}`, ref: "r.test/app", fails: true},
		"the environment precedes a store":     {config: store, script: "exit 1", env: `{"auths":{"r.test":{"auth":"dXNlcjplbnY="}}}`, ref: "r.test/app", want: of("r.test", "user", "env")},
		"a configuration that cannot be read":  {config: "{", ref: "r.test/app", fails: true},
		"a registry token beside a store":      {config: `{"credsStore":"test","auths":{"r.test":{"registrytoken":"rt"}}}`, script: "echo credentials not found in native keychain; exit 1", ref: "r.test/app", want: types.AuthConfig{RegistryToken: "rt"}},
		"the configuration is kept by a store": {config: `{"credHelpers":{"r.test":""},"credsStore":"test","auths":{"r.test":{"auth":"dXNlcjpmaWxl"}}}`, script: "exit 1", ref: "r.test/app", want: of("r.test", "user", "file")},
	} {
		t.Run(name, func(t *testing.T) {
			setCredentials(t, tc.config, tc.script)
			t.Setenv("DOCKER_AUTH_CONFIG", tc.env)
			got, err := readAuth(t.Context(), t, tc.ref)
			if (err != nil) != tc.fails {
				t.Fatalf("error %v, want one: %t", err, tc.fails)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHungCredentialHelperIsKilled(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	setCredentials(t, `{"credsStore":"test"}`, "echo $$ > "+started+"; exec sleep 600")
	ctx, cancel := context.WithCancel(t.Context())
	pids := make(chan int, 1)
	go func() {
		text, _ := os.ReadFile(started) // returns when the helper has written
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		pids <- pid
		cancel()
	}()
	if _, err := readAuth(ctx, t, "r.test/app"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
	if err := syscall.Kill(<-pids, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the helper still runs: %v", err)
	}
}
