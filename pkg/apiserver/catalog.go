// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"reflect"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// catalog is all resources, in the order of discovery.
type catalog []resource

// newCatalog returns the resources that a handler serves.
func newCatalog(opts Options) catalog {
	all := catalog{
		objects(spec.KindContainer, "containers", "ct", subresource{"log", []string{"get"}}, subresource{"exec", []string{"create", "get"}}),
		objects(spec.KindNetwork, "networks", "net"),
		objects(spec.KindVolume, "volumes", "vol"),
		objects(spec.KindConfig, "configs", "cfg"),
		objects(spec.KindSecret, "secrets", "sec"),
		objects(spec.KindManifest, "manifests", "mf"),
		events(),
		namespaces(),
		pods(opts.Node),
		nodes(opts.Node, opts.Now),
		podMetrics(),
		nodeMetrics(opts.Node),
		eventsV1(),
	}
	for i, r := range all {
		if opts.Manifests != nil && r.declared() {
			all[i].verbs = append(r.allVerbs(), writeVerbs...)
		}
	}
	return all
}

// groups returns the groups that are served, the core first.
func groups() []schema.GroupVersion {
	return []schema.GroupVersion{core, ours, metricsGroup, eventsGroup, authorization, authentication}
}

// find returns the resource with a plural name.
func (c catalog) find(gv schema.GroupVersion, plural string) (resource, bool) {
	for _, r := range c {
		if r.GroupVersion == gv && r.plural == plural {
			return r, true
		}
	}
	return resource{}, false
}

// describe returns the descriptions of all resources by group. With dryRuns they
// include the verbs of writes, because kubectl refuses a dry run without them.
func (c catalog) describe(dryRuns bool) []openapi.Group {
	var out []openapi.Group
	for _, gv := range groups() {
		group := openapi.Group{Root: rootOf(gv)}
		for _, r := range c {
			if r.GroupVersion != gv || r.shape == nil {
				continue
			}
			verbs := r.allVerbs()
			if dryRuns && r.declared() && !r.can("patch") {
				verbs = append(verbs, writeVerbs...)
			}
			group.Resources = append(group.Resources, openapi.Resource{
				Kind: openapi.Kind{Group: gv.Group, Version: gv.Version, Kind: r.kind},
				Root: group.Root, Plural: r.plural, Namespaced: !r.clusterScoped,
				Verbs: verbs, Schema: schemaOf(r),
			})
		}
		out = append(out, group)
	}
	return out
}

// foreignDepth limits the schemas of Kubernetes' kinds: `kubectl explain` describes
// pod.spec.containers, and lists the names of deeper fields only. The exceptions are
// the fields of describedTypes. Without a limit, the schema of a pod alone has 370 kB.
const foreignDepth = 3

// describedTypes returns the types of the fields below foreignDepth that the
// containers of pods have here.
func describedTypes() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[corev1.EnvVar](), reflect.TypeFor[corev1.ContainerPort](),
		reflect.TypeFor[corev1.VolumeMount](), reflect.TypeFor[corev1.ResourceRequirements](),
	}
}

// schemaOf returns the schema of a resource.
func schemaOf(r resource) *openapi.Schema {
	if r.GroupVersion == ours {
		return openapi.SchemaOf(r.shape, 0)
	}
	return openapi.SchemaOf(r.shape, foreignDepth, describedTypes()...)
}
