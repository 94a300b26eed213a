// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os/user"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// authorization and authentication are the groups of the questions that a
// client asks about itself.
var (
	authorization  = schema.GroupVersion{Group: "authorization.k8s.io", Version: "v1"}
	authentication = schema.GroupVersion{Group: "authentication.k8s.io", Version: "v1"}
)

// resourceAttributes is what a client asks whether it may do it.
type resourceAttributes struct {
	Namespace   string `json:"namespace,omitempty"`
	Verb        string `json:"verb,omitempty"`
	Group       string `json:"group,omitempty"`
	Version     string `json:"version,omitempty"`
	Resource    string `json:"resource,omitempty"`
	Subresource string `json:"subresource,omitempty"`
	Name        string `json:"name,omitempty"`
}

type nonResourceAttributes struct {
	Path string `json:"path,omitempty"`
	Verb string `json:"verb,omitempty"`
}

// accessReview is an authorization.k8s.io/v1 SelfSubjectAccessReview.
type accessReview struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		ResourceAttributes    *resourceAttributes    `json:"resourceAttributes,omitempty"`
		NonResourceAttributes *nonResourceAttributes `json:"nonResourceAttributes,omitempty"`
	} `json:"spec"`
	Status struct {
		Allowed bool   `json:"allowed"`
		Reason  string `json:"reason,omitempty"`
	} `json:"status"`
}

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

// addReviews serves the questions that a client asks about itself.
func (s *server) addReviews(mux *http.ServeMux) {
	for path, answer := range map[string]func(body []byte) (any, error){
		rootOf(authorization) + "/selfsubjectaccessreviews": s.reviewAccess,
		rootOf(authorization) + "/selfsubjectrulesreviews":  s.reviewRules,
		rootOf(authentication) + "/selfsubjectreviews":      reviewSelf,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, rest.MaxBody))
			var v any
			if err == nil {
				v, err = answer(body)
			}
			if err != nil {
				rest.WriteError(w, apierrors.NewBadRequest("the review cannot be read: "+err.Error()))
				return
			}
			rest.WriteJSON(w, http.StatusCreated, v)
		})
	}
}

// reviewAccess says whether what is asked for is served: whoever can ask may do
// all that can be done.
func (s *server) reviewAccess(body []byte) (any, error) {
	var review accessReview
	var err error
	if raw, found := bytes.CutPrefix(body, []byte("k8s\x00")); found {
		err = review.unmarshalProto(raw)
	} else {
		err = json.Unmarshal(body, &review)
	}
	if err != nil {
		return nil, err
	}
	review.TypeMeta = metav1.TypeMeta{APIVersion: authorization.String(), Kind: "SelfSubjectAccessReview"}
	review.Status.Allowed = true
	if a := review.Spec.ResourceAttributes; a != nil && !s.serves(*a) {
		review.Status.Allowed = false
		review.Status.Reason = s.whyNot(*a)
	}
	if a := review.Spec.NonResourceAttributes; a != nil && a.Verb != "get" {
		review.Status.Allowed = false
	}
	return review, nil
}

// whyNot says why something cannot be done.
func (s *server) whyNot(a resourceAttributes) string {
	res, found := s.find(ours, a.Resource)
	if found && s.Manifests == nil && a.Subresource == "" && a.Group == res.Group && res.declared() && slices.Contains(writeVerbs, a.Verb) {
		return howToWrite
	}
	return "it is not served"
}

// serves reports that a verb of a resource is served.
func (s *server) serves(a resourceAttributes) bool {
	for _, r := range s.all {
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

// reviewRules lists all that can be done.
func (s *server) reviewRules([]byte) (any, error) {
	rules := []any{}
	for _, r := range s.all {
		rules = append(rules, map[string]any{"verbs": r.allVerbs(), "apiGroups": []string{r.Group}, "resources": []string{r.plural}})
	}
	return map[string]any{
		"apiVersion": authorization.String(), "kind": "SelfSubjectRulesReview", "metadata": map[string]any{}, "spec": map[string]any{},
		"status": map[string]any{
			"resourceRules":    rules,
			"nonResourceRules": []any{map[string]any{"verbs": []string{"get"}, "nonResourceURLs": []string{"*"}}},
			"incomplete":       false,
		},
	}, nil
}

// reviewSelf says who the client is: whoever runs the controller.
func reviewSelf([]byte) (any, error) {
	name := "owner"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return map[string]any{
		"apiVersion": authentication.String(), "kind": "SelfSubjectReview", "metadata": map[string]any{},
		"status": map[string]any{"userInfo": map[string]any{"username": name, "groups": []string{"system:authenticated"}}},
	}, nil
}

// errProto says that a message is none.
var errProto = errors.New("not a valid protobuf message")

// unmarshalProto reads the review from the envelope of Kubernetes' protobuf,
// whose second field holds the message.
func (a *accessReview) unmarshalProto(envelope []byte) error {
	return eachField(envelope, func(n protowire.Number, raw []byte) error {
		if n != 2 {
			return nil
		}
		return eachField(raw, func(n protowire.Number, spec []byte) error {
			if n != 2 {
				return nil
			}
			return eachField(spec, a.protoAttributes)
		})
	})
}

// protoAttributes reads one field of the spec.
func (a *accessReview) protoAttributes(n protowire.Number, data []byte) error {
	switch n {
	case 1:
		r := &resourceAttributes{}
		a.Spec.ResourceAttributes = r
		return eachText(data, &r.Namespace, &r.Verb, &r.Group, &r.Version, &r.Resource, &r.Subresource, &r.Name)
	case 2:
		r := &nonResourceAttributes{}
		a.Spec.NonResourceAttributes = r
		return eachText(data, &r.Path, &r.Verb)
	}
	return nil
}

// eachText reads the fields 1, 2 and so on of a message, which are texts.
func eachText(message []byte, to ...*string) error {
	return eachField(message, func(n protowire.Number, data []byte) error {
		if int(n) <= len(to) {
			*to[n-1] = string(data)
		}
		return nil
	})
}

// eachField hands out the fields of a message that are made of bytes.
func eachField(message []byte, handle func(protowire.Number, []byte) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errProto
		}
		message = message[n:]
		size := protowire.ConsumeFieldValue(number, kind, message)
		if size < 0 {
			return errProto
		}
		if kind == protowire.BytesType {
			data, _ := protowire.ConsumeBytes(message)
			if err := handle(number, data); err != nil {
				return err
			}
		}
		message = message[size:]
	}
	return nil
}
