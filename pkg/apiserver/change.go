// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// parseNew parses the object in the body, and completes the key with its name.
func (w *write) parseNew() (map[string]any, error) {
	object, err := parseObject(w.body)
	if err != nil {
		return nil, err
	}
	return object, w.identify(object)
}

// create declares a new object.
func (w *write) create(object map[string]any) (int, any, error) {
	report, found := w.store.Get(w.key)
	if found && !report.Object.IsZero() && !report.Object.Implied() {
		return 0, nil, apierrors.NewAlreadyExists(w.res.group(), w.key.Name)
	}
	return w.edit(http.StatusCreated, report, editor.Change{Key: w.key, Document: authored(object)})
}

// change updates, patches or deletes an object.
func (w *write) change(verb string) (int, any, error) {
	report, found := w.store.Get(w.key)
	if found && report.Object.IsZero() && verb != "delete" {
		found = false // is being deleted, and may be declared again
	}
	switch {
	case found && verb == "delete":
		return w.remove(report)
	case found:
		return w.update(report, verb)
	case verb == "patch" && isApply(w.r):
		object, err := w.parseNew()
		if err != nil {
			return 0, nil, err
		}
		return w.create(object)
	}
	return 0, nil, apierrors.NewNotFound(w.res.group(), w.key.Name)
}

// update writes the difference between an object and the requested one to its
// manifest.
func (w *write) update(report status.Report, verb string) (int, any, error) {
	original, err := document(kube.ObjectOf(report))
	if err != nil {
		return 0, nil, err
	}
	var modified map[string]any
	if verb == "update" {
		modified, err = parseObject(w.body)
	} else {
		modified, err = patched(original, w.r.Header.Get("Content-Type"), w.body)
	}
	if err == nil {
		err = w.identify(modified)
	}
	if err == nil {
		err = w.precondition(report, modified)
	}
	if err != nil {
		return 0, nil, err
	}
	modified = authored(modified)
	patch, err := difference(authored(original), modified)
	if err != nil {
		return 0, nil, err
	}
	return w.edit(http.StatusOK, report, editor.Change{
		Key: w.key, Source: report.Object.Source, Document: modified, Patch: patch,
	})
}

// identify completes the key with the name of the object. It returns an error if
// the object does not match the path of the request.
func (w *write) identify(object map[string]any) error {
	meta := &metav1.PartialObjectMetadata{}
	if err := json.Unmarshal(encode(object), meta); err != nil {
		return apierrors.NewBadRequest("metadata: " + err.Error())
	}
	switch {
	case meta.Kind != w.res.kind || meta.APIVersion != w.res.String():
		return apierrors.NewBadRequest(fmt.Sprintf("want a %s of %s, not a %q of %q", w.res.kind, w.res.GroupVersion, meta.Kind, meta.APIVersion))
	case meta.Namespace != "" && meta.Namespace != w.key.Namespace:
		return apierrors.NewBadRequest("the namespace of the provided object does not match the namespace sent on the request")
	case w.key.Name != "" && meta.Name != w.key.Name:
		return apierrors.NewBadRequest("the name of the provided object does not match the name sent on the request")
	case meta.Name == "":
		return apierrors.NewBadRequest("metadata.name: missing")
	}
	w.key.Name = meta.Name
	object["metadata"].(map[string]any)["namespace"] = w.key.Namespace
	return nil
}

// precondition returns a conflict if the requested object has the UID or the
// resource version of another one.
func (w *write) precondition(report status.Report, modified map[string]any) error {
	meta, _ := modified["metadata"].(map[string]any)
	if uid, _ := meta["uid"].(string); uid != "" && uid != report.UID {
		return apierrors.NewConflict(w.res.group(), w.key.Name, fmt.Errorf("its UID is %s, not %s", report.UID, uid))
	}
	version, _ := meta["resourceVersion"].(string)
	if version != "" && version != formatVersion(report.ResourceVersion) {
		return apierrors.NewConflict(w.res.group(), w.key.Name,
			errors.New("the object has been modified; please apply your changes to the latest version and try again"))
	}
	return nil
}

// edit changes the manifest, waits for the controller and returns the resulting
// object.
func (w *write) edit(code int, report status.Report, change editor.Change) (int, any, error) {
	since := w.store.Version()
	object, err := w.apply(change)
	if err != nil {
		return 0, nil, err
	}
	if !w.dry {
		if now, ok := w.wait(since, object); ok {
			return code, kube.ObjectOf(now), nil
		}
		w.warning = "the manifest is written, but the controller has not read it yet: see the events of the object"
	}
	object.Generation = max(report.Object.Generation, 1)
	report.Key, report.Object = w.key, object
	return code, kube.ObjectOf(report), nil
}

// apply makes a change to a manifest, unless the write is a dry run.
func (w *write) apply(change editor.Change) (spec.Object, error) {
	switch {
	case w.manifests != nil:
		return w.manifests.Edit(change, w.dry)
	case w.dry:
		return w.preview(change)
	}
	return spec.Object{}, errReadOnly(w.r)
}

// wait waits until the controller wants an object. It returns false if that takes
// longer than applyTimeout.
func (w *write) wait(since uint64, want spec.Object) (status.Report, bool) {
	ctx, cancel := context.WithTimeout(w.r.Context(), applyTimeout)
	defer cancel()
	watch := w.store.Watch(since)
	for {
		if r, found := w.store.Get(w.key); found && sameDeclaration(r.Object, want) {
			return r, true
		}
		if _, err := watch.Next(ctx); err != nil {
			return status.Report{}, false
		}
	}
}

// sameDeclaration returns whether two objects are declared with the same content,
// at any position.
func sameDeclaration(a, b spec.Object) bool {
	a.Source, b.Source = spec.Position{}, spec.Position{}
	a.Generation, b.Generation = 0, 0
	a.Resolved, b.Resolved = nil, nil // comes from other objects
	a.Variables, b.Variables = nil, nil
	return reflect.DeepEqual(a, b)
}

// remove removes the object from its manifest. It does not wait for the deletion.
func (w *write) remove(report status.Report) (int, any, error) {
	var options metav1.DeleteOptions
	if len(w.body) > 0 {
		if err := json.Unmarshal(w.body, &options); err != nil {
			return 0, nil, apierrors.NewBadRequest("invalid options of the deletion: " + err.Error())
		}
	}
	w.dry = w.dry || len(options.DryRun) > 0
	if p := options.Preconditions; p != nil {
		meta := map[string]any{}
		if p.UID != nil {
			meta["uid"] = string(*p.UID)
		}
		if p.ResourceVersion != nil {
			meta["resourceVersion"] = *p.ResourceVersion
		}
		if err := w.precondition(report, map[string]any{"metadata": meta}); err != nil {
			return 0, nil, err
		}
	}
	if !report.Object.IsZero() {
		if _, err := w.apply(editor.Change{Key: w.key, Source: report.Object.Source}); err != nil {
			return 0, nil, err
		}
	}
	if w.approve != nil && !w.dry {
		w.approve([]spec.Key{w.key}) // a deletion by name needs no further approval
	}
	s := rest.Success()
	s.Details = &metav1.StatusDetails{Group: w.res.Group, Kind: w.res.plural, Name: w.key.Name, UID: types.UID(report.UID)}
	return http.StatusOK, s, nil
}

// apiError returns an error in the form of Kubernetes.
func (w *write) apiError(err error) error {
	var errs spec.Errors
	switch {
	case errors.Is(err, editor.ErrDenied):
		return apierrors.NewForbidden(w.res.group(), w.key.Name, err)
	case errors.Is(err, editor.ErrConflict):
		return apierrors.NewConflict(w.res.group(), w.key.Name, err)
	case errors.As(err, &errs):
		return w.invalid(errs)
	}
	return err
}

// invalid returns an error with a cause for each error in a manifest.
func (w *write) invalid(errs spec.Errors) error {
	s := rest.Failure(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "")
	s.Details = &metav1.StatusDetails{Group: w.res.Group, Kind: w.res.kind, Name: w.key.Name}
	s.Message = fmt.Sprintf("%s.%s %q is invalid: %v", w.res.kind, w.res.Group, w.key.Name, errs)
	for _, e := range errs {
		text := e.Message
		if e.Hint != "" {
			text += " (" + e.Hint + ")"
		}
		s.Details.Causes = append(s.Details.Causes, metav1.StatusCause{
			Type: metav1.CauseTypeFieldValueInvalid, Field: e.Path, Message: text,
		})
	}
	return &apierrors.StatusError{ErrStatus: s}
}
