// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"io"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/editor"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// Manifests changes the manifests of a directory.
type Manifests interface {
	// Edit makes a change, unless dry is set, and returns the resulting object. It
	// returns spec.Errors if the result is not a valid manifest; otherwise the error
	// may be editor.ErrDenied or editor.ErrConflict. It is safe for concurrent use.
	Edit(change editor.Change, dry bool) (spec.Object, error)
}

// applyTimeout is the time that a write waits for the controller to read the
// manifest.
const applyTimeout = 5 * time.Second

// writer serves creates, updates, patches and deletes. Writes to one object are
// made one after another, so that each is based on the result of the one before;
// writes to different objects do not wait for each other.
type writer struct {
	store     *status.Store
	manifests Manifests
	preview   func(editor.Change) (spec.Object, error)
	approve   func([]spec.Key) []spec.Key
	locks     keyLocks
}

// accepts returns whether a request is a write that is served, or possibly a dry
// run that is: whether a delete is one depends on its body.
func (c *writer) accepts(r *http.Request) bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		mayBeDry := r.URL.Query().Has("dryRun") || r.Method == http.MethodDelete
		return c.manifests != nil || c.preview != nil && mayBeDry
	}
	return false
}

// verbs are the verbs of the methods of writes.
var verbs = map[string]string{
	http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
}

// serveWrite serves one write.
func (c *writer) serveWrite(res resource, w http.ResponseWriter, r *http.Request) {
	verb := verbs[r.Method]
	if !res.declared() || (r.PathValue("name") == "") != (verb == "create") || r.PathValue("namespace") == "" {
		rest.WriteError(w, apierrors.NewMethodNotSupported(res.group(), verb))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, rest.MaxBody))
	if err != nil {
		rest.WriteError(w, apierrors.NewRequestEntityTooLargeError("the limit is "+strconv.Itoa(rest.MaxBody)+" bytes"))
		return
	}
	wr := &write{writer: c, res: res, r: r, body: body, key: spec.Key{
		Kind: spec.Kind(res.kind), Namespace: r.PathValue("namespace"), Name: r.PathValue("name"),
	}}
	code, answer, err := wr.run(verb)
	if err != nil {
		rest.WriteError(w, wr.apiError(err))
		return
	}
	if wr.warning != "" {
		w.Header().Set("Warning", "299 reconciler "+strconv.Quote(wr.warning))
	}
	rest.WriteJSON(w, code, answer)
}

// write is one write in progress.
type write struct {
	*writer
	res     resource
	r       *http.Request
	body    []byte
	key     spec.Key
	dry     bool
	warning string
}

// run makes the change and returns the code and the body of the response.
func (w *write) run(verb string) (int, any, error) {
	if err := w.parseOptions(); err != nil {
		return 0, nil, err
	}
	var object map[string]any
	if verb == "create" {
		var err error
		if object, err = w.parseNew(); err != nil {
			return 0, nil, err
		}
	}
	unlock, err := w.locks.lock(w.r.Context(), w.key)
	if err != nil {
		return 0, nil, err
	}
	defer unlock()
	if verb == "create" {
		return w.create(object)
	}
	return w.change(verb)
}

// parseOptions parses the parameters of all writes.
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
		return nil // manifests are always decoded strictly
	default:
		return apierrors.NewBadRequest("fieldValidation: want Strict, Warn or Ignore, not " + strconv.Quote(v))
	}
}
