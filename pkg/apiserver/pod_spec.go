// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// PodContainer is the one container of a pod.
type PodContainer struct {
	Name            string       `json:"name"`
	Image           string       `json:"image"`
	Command         []string     `json:"command,omitempty"`
	Args            []string     `json:"args,omitempty"`
	WorkingDir      string       `json:"workingDir,omitempty"`
	Ports           []PodPort    `json:"ports,omitempty"`
	Env             []PodEnv     `json:"env,omitempty"`
	Resources       PodResources `json:"resources"`
	VolumeMounts    []PodMount   `json:"volumeMounts,omitempty"`
	ImagePullPolicy string       `json:"imagePullPolicy,omitempty"`
}

// PodPort is a port of a container.
type PodPort struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort,omitempty"`
	HostIP        string `json:"hostIP,omitempty"`
	Protocol      string `json:"protocol,omitempty"`
}

// PodEnv is a variable of a container; the values of secrets are referred to.
type PodEnv struct {
	Name      string       `json:"name"`
	Value     string       `json:"value,omitempty"`
	ValueFrom *PodEnvValue `json:"valueFrom,omitempty"`
}

// PodEnvValue is where the value of a variable comes from; one field is set.
type PodEnvValue struct {
	ConfigMapKeyRef *spec.KeyRef `json:"configMapKeyRef,omitempty"`
	SecretKeyRef    *spec.KeyRef `json:"secretKeyRef,omitempty"`
}

// PodResources are what a container may use, by resource.
type PodResources struct {
	Limits   map[string]string `json:"limits,omitempty"`
	Requests map[string]string `json:"requests,omitempty"`
}

// PodMount is where a volume of a pod is mounted.
type PodMount struct {
	Name      string `json:"name"`
	MountPath string `json:"mountPath"`
	SubPath   string `json:"subPath,omitempty"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

// PodVolume is what a pod mounts; one field beside the name is set.
type PodVolume struct {
	Name                  string         `json:"name"`
	HostPath              *PodHostPath   `json:"hostPath,omitempty"`
	EmptyDir              *PodEmptyDir   `json:"emptyDir,omitempty"`
	PersistentVolumeClaim *PodClaim      `json:"persistentVolumeClaim,omitempty"`
	ConfigMap             *PodConfigFile `json:"configMap,omitempty"`
	Secret                *PodSecretFile `json:"secret,omitempty"`
}

// PodHostPath is a path of the host.
type PodHostPath struct {
	Path string `json:"path"`
	Type string `json:"type"`
}

// PodEmptyDir is a folder that lives as long as the container.
type PodEmptyDir struct {
	Medium    string `json:"medium,omitempty"`
	SizeLimit string `json:"sizeLimit,omitempty"`
}

// PodClaim names a Volume.
type PodClaim struct {
	ClaimName string `json:"claimName"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

// PodConfigFile names a Config.
type PodConfigFile struct {
	Name string `json:"name"`
}

// PodSecretFile names a Secret.
type PodSecretFile struct {
	SecretName string `json:"secretName"`
}

// The classes of Kubernetes for what a container is promised. None is
// Guaranteed: limits promise nothing.
const (
	qosBestEffort = "BestEffort"
	qosBurstable  = "Burstable"
)

func podContainer(r status.Report) PodContainer {
	out := PodContainer{Name: r.Key.Name, Image: r.Status.Image}
	c := r.Object.Container
	if c == nil {
		return out
	}
	out.Image, out.Command, out.Args, out.WorkingDir = c.Image, c.Entrypoint, c.Command, c.WorkingDir
	out.ImagePullPolicy = map[spec.PullPolicy]string{
		spec.PullAlways: "Always", spec.PullMissing: "IfNotPresent", spec.PullNever: "Never",
	}[c.PullPolicy]
	for _, port := range c.PublishedPorts() {
		out.Ports = append(out.Ports, PodPort{
			ContainerPort: port.Container, HostPort: port.Host, HostIP: port.HostIP, Protocol: strings.ToUpper(port.Protocol),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		out.Env = append(out.Env, podEnv(name, c.Env[name]))
	}
	out.Resources = podResources(c.Resources)
	return out
}

func podEnv(name string, v spec.EnvValue) PodEnv {
	if v.FromConfig == nil && v.FromSecret == nil {
		return PodEnv{Name: name, Value: v.Value}
	}
	return PodEnv{Name: name, ValueFrom: &PodEnvValue{ConfigMapKeyRef: v.FromConfig, SecretKeyRef: v.FromSecret}}
}

func podResources(r spec.Resources) PodResources {
	amounts := func(cpus spec.CPUs, memory spec.Size) map[string]string {
		out := map[string]string{}
		if cpus > 0 {
			out["cpu"] = cpus.String()
		}
		if memory > 0 {
			out["memory"] = memory.String()
		}
		return out
	}
	return PodResources{Limits: amounts(r.Limits.CPUs, r.Limits.Memory), Requests: amounts(0, r.Reservations.Memory)}
}

// qos is the class of a container.
func (r PodResources) qos() string {
	if len(r.Limits)+len(r.Requests) == 0 {
		return qosBestEffort
	}
	return qosBurstable
}

// podVolumes are what a container mounts, and where.
func podVolumes(c *spec.Container) (volumes []PodVolume, mounts []PodMount) {
	if c == nil {
		return nil, nil
	}
	add := func(v PodVolume, m PodMount) {
		v.Name = fmt.Sprintf("mount-%d", len(volumes)+1)
		m.Name = v.Name
		volumes, mounts = append(volumes, v), append(mounts, m)
	}
	for _, m := range c.Volumes {
		var v PodVolume
		switch m.Type {
		case spec.MountBind:
			v.HostPath = &PodHostPath{Path: m.Source}
		case spec.MountTmpfs:
			v.EmptyDir = &PodEmptyDir{Medium: "Memory"}
			if m.Size > 0 {
				v.EmptyDir.SizeLimit = m.Size.String()
			}
		default:
			v.PersistentVolumeClaim = &PodClaim{ClaimName: m.Source, ReadOnly: m.ReadOnly}
		}
		add(v, PodMount{MountPath: m.Target, ReadOnly: m.ReadOnly})
	}
	for _, f := range c.Configs {
		add(PodVolume{ConfigMap: &PodConfigFile{Name: f.Name}}, PodMount{MountPath: f.Path(spec.KindConfig), SubPath: f.Key})
	}
	for _, f := range c.Secrets {
		add(PodVolume{Secret: &PodSecretFile{SecretName: f.Name}}, PodMount{MountPath: f.Path(spec.KindSecret), SubPath: f.Key})
	}
	return volumes, mounts
}
