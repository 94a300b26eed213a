// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/kube"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Manifests changes the manifests of a directory that may be written.
type Manifests interface {
	// Edit carries out a change, unless it is dry, and is the object that comes
	// of it. What is not a valid manifest is spec.Errors; else the error may be
	// editor.ErrDenied or editor.ErrConflict.
	Edit(change editor.Change, dry bool) (spec.Object, error)
}

// takeUp is how long a write waits for the controller to know of it.
const takeUp = 5 * time.Second

// isWrite reports that a request changes an object that can be, or asks what
// would become of it. Whether a deletion does is said by its body.
func (s *server) isWrite(r *http.Request) bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		asks := r.URL.Query().Has("dryRun") || r.Method == http.MethodDelete
		return s.Manifests != nil || s.Preview != nil && asks
	}
	return false
}

// writeVerbs are what can be done to a resource whose manifests are written.
var writeVerbs = []string{"create", "update", "patch", "delete"}

// declared reports that manifests declare the resource.
func (r resource) declared() bool {
	return r.GroupVersion == ours && r.kind != string(spec.KindManifest)
}

// serveWrite changes a manifest. Writes come one after the other, so that each
// finds what the one before has made.
func (s *server) serveWrite(res resource, w http.ResponseWriter, r *http.Request) {
	verb := map[string]string{"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[r.Method]
	if !res.declared() || (r.PathValue("name") == "") != (verb == "create") || r.PathValue("namespace") == "" {
		rest.WriteError(w, apierrors.NewMethodNotSupported(res.group(), verb))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, rest.MaxBody))
	if err != nil {
		rest.WriteError(w, apierrors.NewRequestEntityTooLargeError("the limit is "+strconv.Itoa(rest.MaxBody)+" bytes"))
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	wr := &write{server: s, res: res, r: r, body: body, key: spec.Key{
		Kind: spec.Kind(res.kind), Namespace: r.PathValue("namespace"), Name: r.PathValue("name"),
	}}
	code, answer, err := wr.carryOut(verb)
	if err != nil {
		rest.WriteError(w, wr.explain(err))
		return
	}
	if wr.warning != "" {
		w.Header().Set("Warning", "299 reconciler "+strconv.Quote(wr.warning))
	}
	rest.WriteJSON(w, code, answer)
}

// write is one change in progress.
type write struct {
	*server
	res     resource
	r       *http.Request
	body    []byte
	key     spec.Key
	dry     bool
	warning string
}

// carryOut makes the change, and is the answer.
func (w *write) carryOut(verb string) (int, any, error) {
	if err := w.parseOptions(); err != nil {
		return 0, nil, err
	}
	if verb == "create" {
		return w.create()
	}
	report, found := w.Store.Get(w.key)
	if found && report.Object.IsZero() && verb != "delete" {
		found = false // it is on its way out, and may be declared again
	}
	switch {
	case verb == "delete" && !found:
		return 0, nil, apierrors.NewNotFound(w.res.group(), w.key.Name)
	case verb == "delete":
		return w.remove(report)
	case verb == "patch" && isApply(w.r) && !found:
		return w.create()
	case !found:
		return 0, nil, apierrors.NewNotFound(w.res.group(), w.key.Name)
	}
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
	if err != nil {
		return 0, nil, err
	}
	return w.update(report, original, modified)
}

// parseOptions reads the parameters that all writes have.
func (w *write) parseOptions() error {
	query := w.r.URL.Query()
	for _, v := range query["dryRun"] {
		if v != metav1.DryRunAll {
			return apierrors.NewBadRequest("dryRun: want All, not " + strconv.Quote(v))
		}
		w.dry = true
	}
	switch v := query.Get("fieldValidation"); v {
	case "", metav1.FieldValidationIgnore, metav1.FieldValidationWarn, metav1.FieldValidationStrict:
		return nil // a manifest is always read strictly
	default:
		return apierrors.NewBadRequest("fieldValidation: want Strict, Warn or Ignore, not " + strconv.Quote(v))
	}
}

// create declares a new object.
func (w *write) create() (int, any, error) {
	object, err := parseObject(w.body)
	if err != nil {
		return 0, nil, err
	}
	if err := w.identify(object); err != nil {
		return 0, nil, err
	}
	report, found := w.Store.Get(w.key)
	if found && !report.Object.IsZero() && !report.Object.Implied() {
		return 0, nil, apierrors.NewAlreadyExists(w.res.group(), w.key.Name)
	}
	return w.edit(http.StatusCreated, report, editor.Change{Key: w.key, Document: authored(object)})
}

// identify takes the name from the object, and sees that it fits the path.
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

// update changes an object that is there: what is different is changed in its
// manifest.
func (w *write) update(report status.Report, original, modified map[string]any) (int, any, error) {
	if err := w.identify(modified); err != nil {
		return 0, nil, err
	}
	if err := w.precondition(report, modified); err != nil {
		return 0, nil, err
	}
	modified = authored(modified)
	change := editor.Change{
		Key: w.key, Source: report.Object.Source, Document: modified, Patch: difference(authored(original), modified),
	}
	return w.edit(http.StatusOK, report, change)
}

// precondition holds the versions that a client names against what there is.
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

// edit has the manifest written and answers with the object that comes of it.
func (w *write) edit(code int, report status.Report, change editor.Change) (int, any, error) {
	since := w.Store.Version()
	object, err := w.carry(change)
	if err != nil {
		return 0, nil, err
	}
	if !w.dry {
		if now, ok := w.wait(since, object); ok {
			return code, kube.ObjectOf(now), nil
		}
		w.warning = "the manifest is written, and the controller has not taken it up yet: see its events"
	}
	object.Generation = max(report.Object.Generation, 1)
	report.Key, report.Object = w.key, object
	return code, kube.ObjectOf(report), nil
}

// carry has a change carried out, unless the write is dry.
func (w *write) carry(change editor.Change) (spec.Object, error) {
	switch {
	case w.Manifests != nil:
		return w.Manifests.Edit(change, w.dry)
	case w.dry:
		return w.Preview(change)
	}
	return spec.Object{}, errReadOnly(w.r)
}

// wait waits until the object is what the controller wants.
func (w *write) wait(since uint64, want spec.Object) (status.Report, bool) {
	ctx, cancel := context.WithTimeout(w.r.Context(), takeUp)
	defer cancel()
	watch := w.Store.Watch(since)
	for {
		if r, found := w.Store.Get(w.key); found && declares(r.Object, want) {
			return r, true
		}
		if _, err := watch.Next(ctx); err != nil {
			return status.Report{}, false
		}
	}
}

// declares reports that a and b are declared alike, wherever.
func declares(a, b spec.Object) bool {
	a.Source, b.Source = spec.Position{}, spec.Position{}
	a.Generation, b.Generation = 0, 0
	a.Resolved, b.Resolved = nil, nil // what others declare
	a.Variables, b.Variables = nil, nil
	return reflect.DeepEqual(a, b)
}

// remove takes the object out of its manifest; what becomes of it is seen by a
// watch.
func (w *write) remove(report status.Report) (int, any, error) {
	var options metav1.DeleteOptions
	if len(w.body) > 0 {
		if err := json.Unmarshal(w.body, &options); err != nil {
			return 0, nil, apierrors.NewBadRequest("the options of the deletion cannot be read: " + err.Error())
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
		if _, err := w.carry(editor.Change{Key: w.key, Source: report.Object.Source}); err != nil {
			return 0, nil, err
		}
	}
	if w.Approve != nil && !w.dry {
		w.Approve([]spec.Key{w.key}) // it was asked for by name
	}
	return http.StatusOK, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess, Code: http.StatusOK,
		Details: &metav1.StatusDetails{Group: w.res.Group, Kind: w.res.plural, Name: w.key.Name, UID: types.UID(report.UID)},
	}, nil
}

// explain is an error as Kubernetes tells it.
func (w *write) explain(err error) error {
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

// invalid tells all faults of a manifest.
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
