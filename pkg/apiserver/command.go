// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// commands serves user commands and approvals. submit and approve may be nil.
type commands struct {
	store   *status.Store
	submit  func(spec.Key, plan.Command) error
	approve func([]spec.Key) []spec.Key
}

// register adds the path of each command to a mux: a POST to the path of an object
// followed by the command.
func (c commands) register(mux *http.ServeMux) {
	for _, cmd := range plan.Commands {
		for _, kind := range []spec.Kind{spec.KindContainer, spec.KindNetwork, spec.KindVolume} {
			plural := strings.ToLower(string(kind)) + "s"
			path := "POST " + rootOf(ours) + "/namespaces/{namespace}/" + plural + "/{name}/" + string(cmd)
			mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
				k := spec.Key{Kind: kind, Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}
				if c.submit == nil {
					rest.WriteError(w, rest.NoSuchPath(r))
				} else if err := c.run(k, plural, cmd); err != nil {
					rest.WriteError(w, err)
				} else {
					rest.WriteJSON(w, http.StatusOK, rest.Success())
				}
			})
		}
	}
	mux.HandleFunc("POST "+v1alpha1.ApprovePath, c.serveApprove)
}

// run submits a command for an object.
func (c commands) run(k spec.Key, plural string, cmd plan.Command) error {
	report, found := c.store.Get(k)
	switch {
	case !found || report.Object.IsZero() && !resumable(report, cmd):
		return apierrors.NewNotFound(schema.GroupResource{Group: v1alpha1.Group, Resource: plural}, k.Name)
	case k.Kind != spec.KindContainer && cmd != plan.CommandSuspend && cmd != plan.CommandResume:
		return rest.Errorf(http.StatusBadRequest, metav1.StatusReasonBadRequest,
			"a %s does not run: %s is for containers only", strings.ToLower(string(k.Kind)), cmd)
	}
	return c.submit(k, cmd)
}

// resumable reports whether a command resumes an object that no manifest declares
// any more.
func resumable(report status.Report, cmd plan.Command) bool {
	return cmd == plan.CommandResume && condition.IsTrue(report.Status.Conditions, condition.Suspended)
}

// maxApproval limits the size of an Approval in bytes.
const maxApproval = 1 << 20

// serveApprove approves the deletion of objects.
func (c commands) serveApprove(w http.ResponseWriter, r *http.Request) {
	if c.approve == nil {
		rest.WriteError(w, rest.NoSuchPath(r))
		return
	}
	var requested v1alpha1.Approval
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxApproval)).Decode(&requested); err != nil {
		rest.WriteError(w, apierrors.NewBadRequest("invalid approval: "+err.Error()))
		return
	}
	var keys []spec.Key
	for _, text := range requested.Objects {
		k, err := spec.ParseKey(text)
		if err != nil {
			rest.WriteError(w, apierrors.NewBadRequest(err.Error()))
			return
		}
		keys = append(keys, k)
	}
	approved := v1alpha1.Approval{Objects: []string{}}
	for _, k := range c.approve(keys) {
		approved.Objects = append(approved.Objects, k.String())
	}
	rest.WriteJSON(w, http.StatusOK, approved)
}
