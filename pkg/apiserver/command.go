// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/plan"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// addCommands serves what a user may ask beside the manifests: a POST to the
// command below the object.
func (s *server) addCommands(mux *http.ServeMux) {
	for _, cmd := range plan.Commands {
		for _, plural := range []string{"containers", "networks", "volumes"} {
			res, _ := s.find(ours, plural)
			path := "POST /apis/" + spec.APIVersion + "/namespaces/{namespace}/" + plural + "/{name}/" + string(cmd)
			mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveCommand(res, cmd, w, r) })
		}
	}
	mux.HandleFunc("POST "+v1alpha1.ApprovePath, s.serveApprove)
}

func (s *server) serveCommand(res resource, cmd plan.Command, w http.ResponseWriter, r *http.Request) {
	k := spec.Key{Kind: spec.Kind(res.kind), Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}
	report, found := s.Store.Get(k)
	switch {
	case s.Submit == nil:
		rest.WriteError(w, rest.NoSuchPath(r))
	case !found || report.Object.IsZero():
		rest.WriteError(w, apierrors.NewNotFound(res.group(), k.Name))
	case k.Kind != spec.KindContainer && cmd != plan.CommandSuspend && cmd != plan.CommandResume:
		rest.WriteError(w, rest.Errorf(http.StatusBadRequest, metav1.StatusReasonBadRequest,
			"a %s does not run: only containers can be told to %s", strings.ToLower(res.kind), cmd))
	default:
		if err := s.Submit(k, cmd); err != nil {
			rest.WriteError(w, err)
			return
		}
		rest.WriteJSON(w, http.StatusOK, metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess, Code: http.StatusOK,
		})
	}
}

// maxApproval bounds an Approval, in bytes.
const maxApproval = 1 << 20

// serveApprove lets go what the prune guard keeps.
func (s *server) serveApprove(w http.ResponseWriter, r *http.Request) {
	if s.Approve == nil {
		rest.WriteError(w, rest.NoSuchPath(r))
		return
	}
	var asked v1alpha1.Approval
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxApproval)).Decode(&asked); err != nil {
		rest.WriteError(w, apierrors.NewBadRequest("an approval cannot be read: "+err.Error()))
		return
	}
	var keys []spec.Key
	for _, text := range asked.Objects {
		k, err := spec.ParseKey(text)
		if err != nil {
			rest.WriteError(w, apierrors.NewBadRequest(err.Error()))
			return
		}
		keys = append(keys, k)
	}
	done := v1alpha1.Approval{Objects: []string{}}
	for _, k := range s.Approve(keys) {
		done.Objects = append(done.Objects, k.String())
	}
	rest.WriteJSON(w, http.StatusOK, done)
}

// isCommand reports that a path ends in a command: the only thing that is
// changed through the API.
func isCommand(path string) bool {
	return slices.ContainsFunc(plan.Commands, func(c plan.Command) bool {
		return strings.HasSuffix(path, "/"+string(c))
	})
}
