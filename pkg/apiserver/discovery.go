// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// discovery serves the lists of groups, versions and resources.
type discovery struct{ resources catalog }

func (d discovery) register(mux *http.ServeMux) {
	for path, document := range d.documents() {
		h := func(w http.ResponseWriter, _ *http.Request) { rest.WriteJSON(w, http.StatusOK, document) }
		mux.HandleFunc(path, h)
		mux.HandleFunc(path+"/{$}", h)
	}
}

// documents returns the documents by path.
func (d discovery) documents() map[string]any {
	documents := map[string]any{
		"/api": metav1.APIVersions{
			TypeMeta:                   metav1.TypeMeta{APIVersion: "v1", Kind: "APIVersions"},
			Versions:                   []string{core.Version},
			ServerAddressByClientCIDRs: []metav1.ServerAddressByClientCIDR{},
		},
	}
	list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}}
	for _, gv := range groups() {
		documents[rootOf(gv)] = d.resourceList(gv)
		if gv == core {
			continue // is not a group
		}
		version := metav1.GroupVersionForDiscovery{GroupVersion: gv.String(), Version: gv.Version}
		group := metav1.APIGroup{
			Name:             gv.Group,
			Versions:         []metav1.GroupVersionForDiscovery{version},
			PreferredVersion: version,
		}
		list.Groups = append(list.Groups, group)
		group.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroup"}
		documents["/apis/"+gv.Group] = group
	}
	documents["/apis"] = list
	return documents
}

func (d discovery) resourceList(gv schema.GroupVersion) metav1.APIResourceList {
	list := metav1.APIResourceList{
		TypeMeta:     metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"},
		GroupVersion: gv.String(),
		APIResources: reviewResources(gv),
	}
	for _, r := range d.resources {
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
