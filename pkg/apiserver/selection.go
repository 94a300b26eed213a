// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

// selection describes the items that a request selects.
type selection struct {
	namespace, name string // empty means all
	labels          labels.Selector
	fields          fields.Selector
}

func parseSelection(res resource, r *http.Request) (selection, error) {
	query := r.URL.Query()
	sel := selection{namespace: r.PathValue("namespace"), name: r.PathValue("name")}
	var err error
	if sel.labels, err = labels.Parse(query.Get("labelSelector")); err != nil {
		return selection{}, apierrors.NewBadRequest("labelSelector: " + err.Error())
	}
	if sel.fields, err = fields.ParseSelector(query.Get("fieldSelector")); err != nil {
		return selection{}, apierrors.NewBadRequest("fieldSelector: " + err.Error())
	}
	for _, requirement := range sel.fields.Requirements() {
		if !slices.Contains(res.fields, requirement.Field) {
			return selection{}, apierrors.NewBadRequest("fieldSelector: field label not supported: " + requirement.Field)
		}
	}
	return sel, nil
}

func (s selection) matches(i *item) bool {
	return i != nil &&
		(s.namespace == "" || s.namespace == i.meta.Namespace) &&
		(s.name == "" || s.name == i.meta.Name) &&
		s.labels.Matches(labels.Set(i.meta.Labels)) &&
		s.fields.Matches(i.fields)
}

func (s selection) filter(items []item) []item {
	out := []item{}
	for _, i := range items {
		if s.matches(&i) {
			out = append(out, i)
		}
	}
	return out
}
