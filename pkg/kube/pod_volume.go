// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// podVolumes returns the volumes of a container and where they are mounted. It
// returns nil if c is nil.
func podVolumes(c *spec.Container) (volumes []corev1.Volume, mounts []corev1.VolumeMount) {
	if c == nil {
		return nil, nil
	}
	add := func(source corev1.VolumeSource, m corev1.VolumeMount) {
		m.Name = fmt.Sprintf("mount-%d", len(volumes)+1)
		volumes = append(volumes, corev1.Volume{Name: m.Name, VolumeSource: source})
		mounts = append(mounts, m)
	}
	for _, m := range c.Volumes {
		add(volumeSource(m), corev1.VolumeMount{MountPath: m.Target, ReadOnly: m.ReadOnly})
	}
	for _, f := range c.Configs {
		source := corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: f.Name},
		}}
		add(source, corev1.VolumeMount{MountPath: f.Path(spec.KindConfig), SubPath: f.Key})
	}
	for _, f := range c.Secrets {
		source := corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: f.Name}}
		add(source, corev1.VolumeMount{MountPath: f.Path(spec.KindSecret), SubPath: f.Key})
	}
	return volumes, mounts
}

// volumeSource returns the source of a mount. A Volume becomes a claim with the
// same name.
func volumeSource(m spec.Mount) corev1.VolumeSource {
	switch m.Type {
	case spec.MountBind:
		unset := corev1.HostPathUnset
		return corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: m.Source, Type: &unset}}
	case spec.MountTmpfs:
		dir := &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}
		if m.Size > 0 {
			limit := bytesQuantity(int64(m.Size))
			dir.SizeLimit = &limit
		}
		return corev1.VolumeSource{EmptyDir: dir}
	}
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{
		ClaimName: m.Source, ReadOnly: m.ReadOnly,
	}}
}
