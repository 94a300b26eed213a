// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"io"
	"net/http"
	"os/user"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
	"github.com/pact-toolbox/reconciler/pkg/kube"
)

// authorization and authentication are the groups of the reviews by which a client
// gets its user and its permissions.
var (
	authorization  = authorizationv1.SchemeGroupVersion
	authentication = authenticationv1.SchemeGroupVersion
)

// reviewResources returns the reviews of a group; empty if it has none.
func reviewResources(gv schema.GroupVersion) []metav1.APIResource {
	create := metav1.Verbs{"create"}
	switch gv {
	case authorization:
		return []metav1.APIResource{
			{Name: "selfsubjectaccessreviews", Kind: "SelfSubjectAccessReview", Verbs: create},
			{Name: "selfsubjectrulesreviews", Kind: "SelfSubjectRulesReview", Verbs: create},
		}
	case authentication:
		return []metav1.APIResource{{Name: "selfsubjectreviews", Kind: "SelfSubjectReview", Verbs: create}}
	}
	return []metav1.APIResource{}
}

// reviews serves the reviews.
type reviews struct {
	resources catalog
	writable  bool // manifests can be changed
}

func (v reviews) register(mux *http.ServeMux) {
	for path, answer := range map[string]func(body []byte) (any, error){
		rootOf(authorization) + "/selfsubjectaccessreviews": v.reviewAccess,
		rootOf(authorization) + "/selfsubjectrulesreviews":  v.reviewRules,
		rootOf(authentication) + "/selfsubjectreviews":      reviewSelf,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, rest.MaxBody))
			var review any
			if err == nil {
				review, err = answer(body)
			}
			if err != nil {
				rest.WriteError(w, apierrors.NewBadRequest("invalid review: "+err.Error()))
				return
			}
			rest.WriteJSON(w, http.StatusCreated, review)
		})
	}
}

// reviewAccess answers whether a request is served: each client may do everything
// that is served.
func (v reviews) reviewAccess(body []byte) (any, error) {
	review, err := kube.DecodeAccessReview(body)
	if err != nil {
		return nil, err
	}
	review.Status = authorizationv1.SubjectAccessReviewStatus{Allowed: true}
	if a := review.Spec.ResourceAttributes; a != nil && !v.serves(a) {
		review.Status.Allowed = false
		review.Status.Reason = v.deniedReason(a)
	}
	if a := review.Spec.NonResourceAttributes; a != nil && a.Verb != "get" {
		review.Status.Allowed = false
	}
	return review, nil
}

// deniedReason returns why a request is not served.
func (v reviews) deniedReason(a *authorizationv1.ResourceAttributes) string {
	res, found := v.resources.find(ours, a.Resource)
	if found && !v.writable && a.Subresource == "" && a.Group == res.Group && res.declared() && slices.Contains(writeVerbs, a.Verb) {
		return readOnlyHint
	}
	return "not supported"
}

// serves reports whether a verb of a resource is served.
func (v reviews) serves(a *authorizationv1.ResourceAttributes) bool {
	for _, r := range v.resources {
		if a.Group != "*" && a.Group != r.Group || a.Resource != "*" && a.Resource != r.plural {
			continue
		}
		if a.Subresource == "" && (r.can(a.Verb) || a.Verb == "*" && r.can("create")) {
			return true
		}
		for _, sub := range r.subresources {
			if sub.name == a.Subresource && slices.Contains(sub.verbs, a.Verb) {
				return true
			}
		}
	}
	return false
}

// reviewRules lists everything that is served.
func (v reviews) reviewRules([]byte) (any, error) {
	review := &authorizationv1.SelfSubjectRulesReview{
		TypeMeta: metav1.TypeMeta{APIVersion: authorization.String(), Kind: "SelfSubjectRulesReview"},
		Status: authorizationv1.SubjectRulesReviewStatus{
			ResourceRules:    []authorizationv1.ResourceRule{},
			NonResourceRules: []authorizationv1.NonResourceRule{{Verbs: []string{"get"}, NonResourceURLs: []string{"*"}}},
		},
	}
	for _, r := range v.resources {
		review.Status.ResourceRules = append(review.Status.ResourceRules, authorizationv1.ResourceRule{
			Verbs: r.allVerbs(), APIGroups: []string{r.Group}, Resources: []string{r.plural},
		})
	}
	return review, nil
}

// reviewSelf answers who the client is: the user that runs the controller.
func reviewSelf([]byte) (any, error) {
	name := "owner"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return &authenticationv1.SelfSubjectReview{
		TypeMeta: metav1.TypeMeta{APIVersion: authentication.String(), Kind: "SelfSubjectReview"},
		Status: authenticationv1.SelfSubjectReviewStatus{
			UserInfo: authenticationv1.UserInfo{Username: name, Groups: []string{"system:authenticated"}},
		},
	}, nil
}
