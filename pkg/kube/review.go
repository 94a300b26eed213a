// SPDX-License-Identifier: Apache-2.0

package kube

import (
	"bytes"
	"encoding/json"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// protobufPrefix begins each message in the protobuf encoding of Kubernetes. A
// runtime.Unknown follows, which contains the message.
var protobufPrefix = []byte("k8s\x00")

// DecodeAccessReview decodes a SelfSubjectAccessReview from JSON or from the
// protobuf encoding of Kubernetes, which kubectl sends. It returns an error if body
// is neither.
func DecodeAccessReview(body []byte) (*authorizationv1.SelfSubjectAccessReview, error) {
	review := &authorizationv1.SelfSubjectAccessReview{}
	if envelope, found := bytes.CutPrefix(body, protobufPrefix); found {
		var message runtime.Unknown
		if err := message.Unmarshal(envelope); err != nil {
			return nil, fmt.Errorf("decode protobuf envelope: %w", err)
		}
		if err := review.Unmarshal(message.Raw); err != nil {
			return nil, fmt.Errorf("decode protobuf message: %w", err)
		}
	} else if err := json.Unmarshal(body, review); err != nil {
		return nil, err
	}
	review.TypeMeta = metav1.TypeMeta{APIVersion: authorizationv1.SchemeGroupVersion.String(), Kind: "SelfSubjectAccessReview"}
	return review, nil
}
