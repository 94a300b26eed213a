// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"
	helper "github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"
)

// hubDomain is the registry of references that name none, and hubServer the key
// under which docker login stores its credentials.
const (
	hubDomain = "docker.io"
	hubServer = "https://index.docker.io/v1/"
)

// helperPrefix begins the names of the programs that store credentials, and
// helperToken is their user name for an identity token.
const (
	helperPrefix = "docker-credential-"
	helperToken  = "<token>"
)

// helperWait limits the time for which a killed helper may keep its output open,
// for example through a child process.
const helperWait = time.Second

// registryAuth returns the credentials of an image's registry, as the docker
// command stores them, in the form of the X-Registry-Auth header; empty if there
// are none. They are read for each pull, so that a docker login takes effect at
// once. An error means that the credentials could not be read; the image may
// still be public. When ctx ends, a credential helper that still runs is killed.
func registryAuth(ctx context.Context, image reference.Named) (string, error) {
	server := reference.Domain(image)
	if server == hubDomain {
		server = hubServer
	}
	auth, err := readCredentials(ctx, configDir(), server)
	if err != nil {
		return "", fmt.Errorf("read the credentials of %s: %w", server, err)
	}
	if auth.Username == "" && auth.Password == "" && auth.Auth == "" && auth.IdentityToken == "" && auth.RegistryToken == "" {
		return "", nil
	}
	text, err := json.Marshal(auth)
	if err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(text), nil
}

// configDir returns the directory of the docker command's configuration.
func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".docker")
}

// readCredentials returns the credentials of a server: from DOCKER_AUTH_CONFIG,
// otherwise from the helper that the configuration names, otherwise from the
// configuration itself. It runs the helper on its own, because the docker
// command's packages cannot interrupt one.
func readCredentials(ctx context.Context, dir, server string) (types.AuthConfig, error) {
	file, err := config.Load(dir)
	if err != nil {
		return types.AuthConfig{}, err
	}
	name, ok := file.CredentialHelpers[server]
	if !ok {
		name = file.CredentialsStore
	}
	if name == "" {
		return file.GetAuthConfig(server)
	}
	// An empty configuration has credentials from DOCKER_AUTH_CONFIG only.
	fromEnv, err := configfile.New("").GetAuthConfig(server)
	if err != nil || fromEnv.Username != "" {
		return fromEnv, err
	}
	file.CredentialHelpers, file.CredentialsStore = nil, ""
	stored, err := file.GetAuthConfig(server) // may hold a registry token
	if err != nil {
		return types.AuthConfig{}, err
	}
	return askHelper(ctx, helperPrefix+name, stored, server)
}

// askHelper returns stored with the credentials that a helper program has for a
// server; without credentials if it has none.
func askHelper(ctx context.Context, program string, stored types.AuthConfig, server string) (types.AuthConfig, error) {
	found, err := helper.Get(func(args ...string) helper.Program {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.WaitDelay = helperWait
		cmd.Stderr = os.Stderr
		return helperProgram{cmd}
	}, server)
	stored.Username, stored.Password, stored.IdentityToken, stored.ServerAddress = "", "", "", ""
	switch {
	case ctx.Err() != nil:
		return types.AuthConfig{}, ctx.Err()
	case credentials.IsErrCredentialsNotFound(err):
		return stored, nil
	case err != nil:
		return types.AuthConfig{}, err
	case found.Username == helperToken:
		stored.IdentityToken = found.Secret
	default:
		stored.Username, stored.Password = found.Username, found.Secret
	}
	stored.ServerAddress = server
	return stored, nil
}

// helperProgram is one run of a credential helper.
type helperProgram struct{ cmd *exec.Cmd }

// Output runs the helper and returns its standard output.
func (p helperProgram) Output() ([]byte, error) { return p.cmd.Output() }

// Input sets the helper's standard input.
func (p helperProgram) Input(in io.Reader) { p.cmd.Stdin = in }
