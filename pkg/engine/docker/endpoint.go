// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/docker/docker/client"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// endpoint is the address of an engine and the location of its TLS certificates.
type endpoint struct {
	host string
	// certs is the directory of ca.pem, cert.pem and key.pem; empty means no TLS.
	certs string
}

func (ep endpoint) options() []client.Opt {
	opts := []client.Opt{client.WithHost(ep.host)}
	if ep.certs != "" {
		opts = append(opts, client.WithTLSClientConfig(
			filepath.Join(ep.certs, "ca.pem"), filepath.Join(ep.certs, "cert.pem"), filepath.Join(ep.certs, "key.pem")))
	}
	return opts
}

// resolveEndpoint finds the engine as the docker command does, in this order: an
// explicit host, DOCKER_HOST, DOCKER_CONTEXT, the context in the configuration of
// the docker command, the default socket.
func resolveEndpoint(host string, getenv func(string) string, readFile func(string) ([]byte, error)) (endpoint, error) {
	if host == "" {
		host = getenv("DOCKER_HOST")
	}
	if host != "" {
		return envEndpoint(host, getenv)
	}
	dir := getenv("DOCKER_CONFIG")
	if dir == "" {
		dir = filepath.Join(getenv("HOME"), ".docker")
	}
	name := getenv("DOCKER_CONTEXT")
	if name == "" {
		name = configuredContext(dir, readFile)
	}
	if name == "" || name == "default" {
		return endpoint{host: client.DefaultDockerHost}, nil
	}
	return contextEndpoint(dir, name, readFile)
}

func envEndpoint(host string, getenv func(string) string) (endpoint, error) {
	ep := endpoint{host: host}
	if getenv("DOCKER_TLS_VERIFY") != "" && strings.HasPrefix(host, "tcp://") {
		ep.certs = getenv("DOCKER_CERT_PATH")
		if ep.certs == "" {
			ep.certs = filepath.Join(getenv("HOME"), ".docker")
		}
	}
	return ep, ep.validate()
}

// configuredContext returns the context set by "docker context use"; empty if none
// is set.
func configuredContext(dir string, readFile func(string) ([]byte, error)) string {
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	data, err := readFile(filepath.Join(dir, "config.json"))
	if err != nil || json.Unmarshal(data, &config) != nil {
		return ""
	}
	return config.CurrentContext
}

func contextEndpoint(dir, name string, readFile func(string) ([]byte, error)) (endpoint, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	op := "read docker context " + name
	data, err := readFile(filepath.Join(dir, "contexts", "meta", id, "meta.json"))
	if err != nil {
		return endpoint{}, engine.Errorf(op, engine.Invalid, "%w", err)
	}
	var meta struct {
		Endpoints map[string]struct{ Host string }
	}
	if err := json.Unmarshal(data, &meta); err != nil {
		return endpoint{}, engine.Errorf(op, engine.Invalid, "%w", err)
	}
	ep := endpoint{host: meta.Endpoints["docker"].Host}
	certs := filepath.Join(dir, "contexts", "tls", id, "docker")
	if _, err := readFile(filepath.Join(certs, "ca.pem")); err == nil {
		ep.certs = certs
	}
	return ep, ep.validate()
}

// validate returns an error of code Invalid if the SDK could not use the address.
func (ep endpoint) validate() error {
	op := "connect to " + ep.host
	if strings.HasPrefix(ep.host, "ssh://") {
		return engine.Errorf(op, engine.Invalid, "ssh is not supported: forward the socket (ssh -L) and use its unix:// address")
	}
	if _, err := client.ParseHostURL(ep.host); err != nil {
		return engine.Errorf(op, engine.Invalid, "%w", err)
	}
	return nil
}
