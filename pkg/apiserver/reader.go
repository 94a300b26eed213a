// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// reader serves gets, lists and watches from the store.
type reader struct {
	store *status.Store
	now   func() time.Time
	hub   *hub
	cache *changeCache
}

// read serves a get, list or watch. It returns an error only if it has not written
// anything.
func (c reader) read(res resource, w http.ResponseWriter, r *http.Request) error {
	form, err := negotiate(r)
	if err != nil {
		return err
	}
	watch := rest.Flag(r, "watch")
	switch {
	case watch && res.track == nil:
		return apierrors.NewMethodNotSupported(res.group(), "watch")
	case watch:
		return c.watch(res, form, w, r)
	case r.PathValue("name") != "":
		return c.get(res, form, w, r)
	}
	return c.list(res, form, w, r)
}

// get responds with one item.
func (c reader) get(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	i, found := res.find(c.store, r.PathValue("namespace"), name)
	if !found {
		return apierrors.NewNotFound(res.group(), name)
	}
	rest.WriteJSON(w, http.StatusOK, form.one(res, i, c.now()))
	return nil
}

// list responds with the selected items, or one page of them.
func (c reader) list(res resource, form form, w http.ResponseWriter, r *http.Request) error {
	sel, err := parseSelection(res, r)
	if err != nil {
		return err
	}
	page, err := parsePage(r)
	if err != nil {
		return err
	}
	items, version := res.list(c.store)
	items, meta, err := page.cut(c.store, sel.filter(items), version)
	if err != nil {
		return err
	}
	rest.WriteJSON(w, http.StatusOK, form.list(res, items, meta, c.now()))
	return nil
}
