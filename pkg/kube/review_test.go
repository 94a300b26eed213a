// SPDX-License-Identifier: Apache-2.0

package kube_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/pact-toolbox/reconciler/pkg/kube"
)

// protobuf returns a review in the protobuf encoding of Kubernetes.
func protobuf(t testing.TB, review *authorizationv1.SelfSubjectAccessReview) []byte {
	t.Helper()
	raw, err := review.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := (&runtime.Unknown{
		TypeMeta: runtime.TypeMeta{APIVersion: "authorization.k8s.io/v1", Kind: "SelfSubjectAccessReview"}, Raw: raw,
	}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte("k8s\x00"), envelope...)
}

func TestDecodeAccessReview(t *testing.T) {
	want := &authorizationv1.SelfSubjectAccessReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "authorization.k8s.io/v1", Kind: "SelfSubjectAccessReview"},
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: "default", Verb: "list", Group: "reconciler.dev", Resource: "containers", Subresource: "log",
		}},
	}
	for name, body := range map[string][]byte{
		"JSON": []byte(`{"spec":{"resourceAttributes":{"namespace":"default","verb":"list","group":"reconciler.dev",` +
			`"resource":"containers","subresource":"log"}}}`),
		"protobuf": protobuf(t, want),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kube.DecodeAccessReview(body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for name, body := range map[string]string{
		"an_empty_body": "", "text": "nonsense", "an_envelope_cut_short": "k8s\x00\xff\xff", "a_message_cut_short": "k8s\x00\x12\x02\x12\x7f",
	} {
		t.Run(name+"_is_an_error", func(t *testing.T) {
			if got, err := kube.DecodeAccessReview([]byte(body)); err == nil {
				t.Errorf("decoded %+v", got)
			}
		})
	}
}

func FuzzDecodeAccessReview(f *testing.F) {
	f.Add(protobuf(f, &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "list", Resource: "containers"},
	}}))
	f.Add([]byte(`{"spec":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if review, err := kube.DecodeAccessReview(body); (review == nil) == (err == nil) {
			t.Errorf("review %v, error %v", review, err)
		}
	})
}
