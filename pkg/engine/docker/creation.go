// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// api is a version of the engine's API.
type api string

// The API versions that introduced fields which older engines refuse or ignore.
const (
	apiCreateMountpoint api = "1.42"
	apiPerNetwork       api = "1.44" // MAC addresses; also the health check's start interval
	apiGatewayPriority  api = "1.48"
)

// has reports whether a is the version since or a later one.
func (a api) has(since api) bool { return versions.GreaterThanOrEqualTo(string(a), string(since)) }

// apiOf returns the API version of a client. It negotiates the version if that has
// not been done.
func apiOf(ctx context.Context, cli *client.Client) api {
	cli.NegotiateAPIVersion(ctx)
	return api(cli.ClientVersion())
}

// creation is the request that creates a container.
type creation struct {
	config     *container.Config
	host       *container.HostConfig
	networking *network.NetworkingConfig
	platform   *ocispec.Platform
}

func newCreation(o op, cfg engine.ContainerConfig, a api) (creation, error) {
	if h := cfg.HealthCheck; h != nil && h.StartInterval != 0 && !a.has(apiPerNetwork) {
		return creation{}, unsupported(o, "healthCheck.startInterval", apiPerNetwork, a)
	}
	exposed, bindings, err := portMaps(cfg)
	if err != nil {
		return creation{}, err
	}
	req := creation{config: configOf(cfg), host: hostConfigOf(cfg, a), platform: platformOf(cfg.Platform)}
	req.config.ExposedPorts = exposed
	req.host.PortBindings = bindings
	if cfg.NetworkMode != "" || len(cfg.Attachments) == 0 {
		return req, nil
	}
	first := cfg.Attachments[0]
	settings := endpointSettings(first, a)
	if first.MACAddress != "" && !a.has(apiPerNetwork) {
		settings.MacAddress = ""
		req.config.MacAddress = first.MACAddress //nolint:staticcheck // older engines have no other field
	}
	req.networking = &network.NetworkingConfig{
		EndpointsConfig: map[string]*network.EndpointSettings{first.Network: settings},
	}
	return req, nil
}

// unsupported returns the error of a feature that needs a later API version.
func unsupported(o op, feature string, since, have api) error {
	return engine.Errorf(o.String(), engine.Unsupported, "%s requires API version %s or later; the engine has %s", feature, since, have)
}

// byPriority returns attachments in the order in which they are connected: by
// descending priority.
func byPriority(in []engine.Attachment) []engine.Attachment {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b engine.Attachment) int { return b.Priority - a.Priority })
	return out
}

func platformOf(p string) *ocispec.Platform {
	if p == "" {
		return nil
	}
	parts := append(strings.SplitN(p, "/", 3), "", "")
	return &ocispec.Platform{OS: parts[0], Architecture: parts[1], Variant: parts[2]}
}

func configOf(cfg engine.ContainerConfig) *container.Config {
	return &container.Config{
		Hostname:    cfg.Hostname,
		Domainname:  cfg.DomainName,
		User:        cfg.User,
		Env:         cfg.Env,
		Entrypoint:  cfg.Entrypoint,
		Cmd:         cfg.Command,
		Image:       cfg.Image,
		WorkingDir:  cfg.WorkingDir,
		Labels:      cfg.Labels,
		StopSignal:  cfg.StopSignal,
		StopTimeout: wholeSeconds(cfg.StopTimeout),
		Tty:         cfg.TTY,
		OpenStdin:   cfg.Stdin,
		Healthcheck: healthConfig(cfg.HealthCheck),
	}
}

// wholeSeconds returns d in seconds, rounded up; nil if d is zero.
func wholeSeconds(d time.Duration) *int {
	if d <= 0 {
		return nil
	}
	seconds := int(math.Ceil(d.Seconds()))
	return &seconds
}

func healthConfig(h *engine.HealthCheck) *container.HealthConfig {
	if h == nil {
		return nil
	}
	return &container.HealthConfig{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout,
		StartPeriod: h.StartPeriod, StartInterval: h.StartInterval, Retries: h.Retries,
	}
}

func endpointSettings(at engine.Attachment, a api) *network.EndpointSettings {
	settings := &network.EndpointSettings{Aliases: at.Aliases, MacAddress: at.MACAddress}
	if at.IPv4Address != "" || at.IPv6Address != "" {
		settings.IPAMConfig = &network.EndpointIPAMConfig{IPv4Address: at.IPv4Address, IPv6Address: at.IPv6Address}
	}
	if a.has(apiGatewayPriority) {
		settings.GwPriority = at.Priority
	}
	return settings
}

func portMaps(cfg engine.ContainerConfig) (nat.PortSet, nat.PortMap, error) {
	exposed, bindings := nat.PortSet{}, nat.PortMap{}
	for _, p := range cfg.Expose {
		port, err := natPort("expose", p)
		if err != nil {
			return nil, nil, err
		}
		exposed[port] = struct{}{}
	}
	for _, p := range cfg.Ports {
		port, err := natPort("publish", engine.Port{Number: p.ContainerPort, Protocol: p.Protocol})
		if err != nil {
			return nil, nil, err
		}
		exposed[port] = struct{}{}
		b := nat.PortBinding{HostIP: p.HostIP}
		if p.HostPort != 0 {
			b.HostPort = strconv.Itoa(p.HostPort)
		}
		bindings[port] = append(bindings[port], b)
	}
	return exposed, bindings, nil
}

func natPort(op string, p engine.Port) (nat.Port, error) {
	port, err := nat.NewPort(strings.ToLower(p.Protocol), strconv.Itoa(p.Number))
	if err != nil {
		return "", engine.Errorf(fmt.Sprintf("%s port %d/%s", op, p.Number, p.Protocol), engine.Invalid, "%w", err)
	}
	return port, nil
}
