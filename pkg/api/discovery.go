// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// addDiscovery serves what tells a client which resources there are.
func (s *server) addDiscovery(mux *http.ServeMux) {
	version := metav1.GroupVersionForDiscovery{GroupVersion: spec.APIVersion, Version: Version}
	group := metav1.APIGroup{
		TypeMeta:         metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"},
		Name:             Group,
		Versions:         []metav1.GroupVersionForDiscovery{version},
		PreferredVersion: version,
	}
	member := group
	member.TypeMeta = metav1.TypeMeta{}
	for path, document := range map[string]any{
		"/api": metav1.APIVersions{
			TypeMeta:                   metav1.TypeMeta{APIVersion: "v1", Kind: "APIVersions"},
			Versions:                   []string{core.Version},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{},
		},
		"/apis": metav1.APIGroupList{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"},
			Groups:   []metav1.APIGroup{member},
		},
		"/apis/" + Group:           group,
		"/api/v1":                  resourceList(core),
		"/apis/" + spec.APIVersion: resourceList(ours),
	} {
		h := func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, document) }
		mux.HandleFunc(path, h)
		mux.HandleFunc(path+"/{$}", h)
	}
}

func resourceList(gv schema.GroupVersion) metav1.APIResourceList {
	list := metav1.APIResourceList{
		TypeMeta:     metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"},
		GroupVersion: gv.String(),
		APIResources: []metav1.APIResource{},
	}
	for _, r := range resources() {
		if r.GroupVersion != gv {
			continue
		}
		list.APIResources = append(list.APIResources, metav1.APIResource{
			Name:         r.plural,
			SingularName: r.singular,
			Namespaced:   !r.clusterScoped,
			Kind:         r.kind,
			Verbs:        metav1.Verbs{"get", "list", "watch"},
			ShortNames:   r.short,
			Categories:   r.categories,
		})
		for _, sub := range r.subresources {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name:       r.plural + "/" + sub,
				Namespaced: !r.clusterScoped,
				Kind:       r.kind,
				Verbs:      metav1.Verbs{"get"},
			})
		}
	}
	return list
}
