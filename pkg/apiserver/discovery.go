// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/openapi"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// groups are the groups that are served, beside the core.
func groups() []schema.GroupVersion {
	return []schema.GroupVersion{ours, metricsGroup, eventsGroup, authorization, authentication}
}

// addDiscovery serves what tells a client which resources there are.
func (s *server) addDiscovery(mux *http.ServeMux) {
	documents := map[string]any{
		"/api": metav1.APIVersions{
			TypeMeta:                   metav1.TypeMeta{APIVersion: "v1", Kind: "APIVersions"},
			Versions:                   []string{core.Version},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{},
		},
		rootOf(core): s.resourceList(core),
	}
	list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}}
	for _, gv := range groups() {
		version := metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: gv.Version}
		group := metav1.APIGroup{
			Name:             gv.Group,
			Versions:         []metav1.GroupVersionForDiscovery{version},
			PreferredVersion: version,
		}
		list.Groups = append(list.Groups, group)
		group.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"}
		documents["/apis/"+gv.Group] = group
		documents[rootOf(gv)] = s.resourceList(gv)
	}
	documents["/apis"] = list
	for path, document := range documents {
		h := func(w http.ResponseWriter, _ *http.Request) { rest.WriteJSON(w, http.StatusOK, document) }
		mux.HandleFunc(path, h)
		mux.HandleFunc(path+"/{$}", h)
	}
}

func (s *server) resourceList(gv schema.GroupVersion) metav1.APIResourceList {
	list := metav1.APIResourceList{
		TypeMeta:     metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"},
		GroupVersion: gv.String(),
		APIResources: reviewResources(gv),
	}
	for _, r := range s.all {
		if r.GroupVersion != gv {
			continue
		}
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name:         r.plural,
			SingularName: r.singular,
			Namespaced:   !r.clusterScoped,
			Kind:         r.kind,
			Verbs:        r.allVerbs(),
			ShortNames:   r.short,
			Categories:   r.categories,
		})
		for _, sub := range r.subresources {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name:       r.plural + "/" + sub.name,
				Namespaced: !r.clusterScoped,
				Kind:       r.kind,
				Verbs:      sub.verbs,
			})
		}
	}
	return list
}

// addOpenAPI serves the descriptions of the resources.
func (s *server) addOpenAPI(mux *http.ServeMux) {
	var all []openapi.Group
	for _, gv := range append([]schema.GroupVersion{core}, groups()...) {
		all = append(all, openapi.Group{Root: rootOf(gv), Resources: s.describe(gv)})
	}
	openapi.Register(mux, all)
}

// describe returns the descriptions of the resources of a group.
func (s *server) describe(gv schema.GroupVersion) []openapi.Resource {
	var out []openapi.Resource
	for _, r := range s.all {
		if r.GroupVersion != gv || r.shape == nil {
			continue
		}
		verbs := r.allVerbs()
		if s.Preview != nil && r.declared() && !r.can("patch") {
			verbs = append(verbs, writeVerbs...) // kubectl refuses a dry run without these
		}
		out = append(out, openapi.Resource{
			Kind: openapi.Kind{Group: gv.Group, Version: gv.Version, Kind: r.kind},
			Root: rootOf(gv), Plural: r.plural, Namespaced: !r.clusterScoped,
			Verbs: verbs, Schema: schemaOf(r),
		})
	}
	return out
}

// foreignDepth limits the schemas of Kubernetes' kinds: `kubectl explain` describes
// pod.spec.containers, and lists the names of deeper fields only. Without a limit,
// the schema of a pod alone has 370 kB.
const foreignDepth = 3

// schemaOf returns the schema of a resource.
func schemaOf(r resource) *openapi.Schema {
	if r.GroupVersion == ours {
		return openapi.SchemaOf(r.shape, 0)
	}
	return openapi.SchemaOf(r.shape, foreignDepth)
}
