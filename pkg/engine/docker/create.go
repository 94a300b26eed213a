// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/nat"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// cleanupTimeout bounds the removal of a half-made container after the caller's
// own time may be over.
const cleanupTimeout = 30 * time.Second

// CreateContainer creates a container on its first network and joins it to the
// others: engines before API 1.44 take one at creation. When joining fails, the
// container is removed again.
func (e *Engine) CreateContainer(ctx context.Context, cfg engine.ContainerConfig) (engine.ID, error) {
	ctx, cancel := e.deadline(ctx, e.timeout)
	defer cancel()
	if err := e.requireVolumes(ctx, cfg); err != nil {
		return engine.ID{}, err
	}
	id := engine.ID{Kind: engine.KindContainer}
	err := e.call(ctx, op{verb: verbCreate, target: cfg.Name}, func(ctx context.Context, cli *client.Client) error {
		config, host, err := containerConfigs(cfg)
		if err != nil {
			return err
		}
		made, err := cli.ContainerCreate(ctx, config, host, networkingConfig(cfg), nil, cfg.Name)
		id.Value = made.ID
		return err
	})
	if err != nil {
		return engine.ID{}, err
	}
	for i := 1; i < len(cfg.Attachments); i++ {
		if err := e.Connect(ctx, id, cfg.Attachments[i]); err != nil {
			return engine.ID{}, e.discard(ctx, id, err)
		}
	}
	return id, nil
}

// discard removes a container that could not be finished and returns why.
func (e *Engine) discard(ctx context.Context, id engine.ID, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if err := e.Remove(ctx, id); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// requireVolumes refuses volumes that do not exist: the engine would make them
// up without labels, and nobody would own them.
func (e *Engine) requireVolumes(ctx context.Context, cfg engine.ContainerConfig) error {
	for _, m := range cfg.Mounts {
		if m.Type != engine.MountVolume || m.Source == "" {
			continue
		}
		_, err := e.Get(ctx, engine.ID{Kind: engine.KindVolume, Value: m.Source})
		if engine.IsNotFound(err) {
			o := op{verb: verbCreate, target: cfg.Name}
			return engine.Errorf(o.String(), engine.MountSourceMissing, "volume %q does not exist", m.Source)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func containerConfigs(cfg engine.ContainerConfig) (*container.Config, *container.HostConfig, error) {
	exposed, bindings, err := portMaps(cfg.Ports)
	if err != nil {
		return nil, nil, err
	}
	config := &container.Config{
		Hostname:     cfg.Hostname,
		User:         cfg.User,
		Env:          cfg.Env,
		Entrypoint:   cfg.Entrypoint,
		Cmd:          cfg.Command,
		Image:        cfg.Image,
		WorkingDir:   cfg.WorkingDir,
		Labels:       cfg.Labels,
		StopSignal:   cfg.StopSignal,
		ExposedPorts: exposed,
		Healthcheck:  healthConfig(cfg.HealthCheck),
	}
	host := &container.HostConfig{
		PortBindings: bindings,
		Mounts:       mounts(cfg.Mounts),
		Privileged:   cfg.Privileged,
		// The controller restarts what should run; two owners would race.
		RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyDisabled},
	}
	if len(cfg.Attachments) > 0 {
		host.NetworkMode = container.NetworkMode(cfg.Attachments[0].Network)
	}
	return config, host, nil
}

func networkingConfig(cfg engine.ContainerConfig) *network.NetworkingConfig {
	if len(cfg.Attachments) == 0 {
		return nil
	}
	first := cfg.Attachments[0]
	return &network.NetworkingConfig{
		EndpointsConfig: map[string]*network.EndpointSettings{first.Network: endpointSettings(first)},
	}
}

func endpointSettings(at engine.Attachment) *network.EndpointSettings {
	return &network.EndpointSettings{Aliases: at.Aliases}
}

func healthConfig(h *engine.HealthCheck) *container.HealthConfig {
	if h == nil {
		return nil
	}
	return &container.HealthConfig{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries,
	}
}

// mounts uses the engine's newer form throughout: with the older one a missing
// host path silently becomes a directory of root.
func mounts(in []engine.Mount) []mount.Mount {
	out := make([]mount.Mount, 0, len(in))
	for _, m := range in {
		out = append(out, mount.Mount{Type: mount.Type(m.Type), Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly})
	}
	return out
}

func portMaps(ports []engine.PortBinding) (nat.PortSet, nat.PortMap, error) {
	exposed, bindings := nat.PortSet{}, nat.PortMap{}
	for _, p := range ports {
		port, err := nat.NewPort(strings.ToLower(p.Protocol), strconv.Itoa(p.ContainerPort))
		if err != nil {
			return nil, nil, engine.Errorf(fmt.Sprintf("publish port %d/%s", p.ContainerPort, p.Protocol), engine.Invalid, "%w", err)
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
