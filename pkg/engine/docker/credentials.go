// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"
)

// hubDomain is the domain of images that name none; hubServer is what docker
// login keeps its credentials under.
const (
	hubDomain = "docker.io"
	hubServer = "https://index.docker.io/v1/"
)

// credentials are those of the image's registry as the docker command keeps
// them, encoded for the engine; empty when there are none. They are read anew
// each time, so that a docker login counts at once. An error means that they
// could not be read: the image may be public all the same.
func (e *Engine) credentials(ctx context.Context, image reference.Named) (string, error) {
	server := reference.Domain(image)
	if server == hubDomain {
		server = hubServer
	}
	type answer struct {
		auth types.AuthConfig
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		auth, err := readCredentials(configDir(), server)
		answers <- answer{auth, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil || a.auth == (types.AuthConfig{}) {
			return "", a.err
		}
		return encodeCredentials(a.auth)
	case <-ctx.Done(): // a helper that asks somebody who does not answer
		return "", fmt.Errorf("the credentials of %s: %w", server, ctx.Err())
	}
}

// configDir is the folder of the docker command's configuration.
func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".docker")
}

// readCredentials asks the configuration, and the helpers that it names.
func readCredentials(dir, server string) (types.AuthConfig, error) {
	file, err := config.Load(dir)
	if err != nil {
		return types.AuthConfig{}, fmt.Errorf("the credentials of %s: %w", server, err)
	}
	auth, err := file.GetAuthConfig(server)
	if err != nil {
		return types.AuthConfig{}, fmt.Errorf("the credentials of %s: %w", server, err)
	}
	if auth.Username == "" && auth.Password == "" && auth.Auth == "" && auth.IdentityToken == "" && auth.RegistryToken == "" {
		return types.AuthConfig{}, nil
	}
	return auth, nil
}

// encodeCredentials is the form of the engine's X-Registry-Auth header.
func encodeCredentials(auth types.AuthConfig) (string, error) {
	text, err := json.Marshal(auth)
	if err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(text), nil
}
