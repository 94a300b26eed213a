// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"maps"
	"mime"
	"net/http"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// document returns a value as a decoded JSON object.
func document(v any) (map[string]any, error) { return decodeObject(encode(v)) }

// parseObject parses an object in JSON or YAML.
func parseObject(body []byte) (map[string]any, error) {
	var out map[string]any
	data, err := yaml.YAMLToJSONStrict(body)
	if err == nil {
		err = utiljson.Unmarshal(data, &out)
	}
	if err != nil {
		return nil, apierrors.NewBadRequest("invalid object: " + err.Error())
	}
	if _, ok := out["metadata"].(map[string]any); !ok {
		return nil, apierrors.NewBadRequest("the object has no metadata")
	}
	return out, nil
}

// authored returns the part of an object that its author writes. Unknown fields are
// kept, so that the decoding of the manifest reports them.
func authored(object map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range []string{"apiVersion", "kind", "metadata", "spec"} {
		if v, found := object[key]; found {
			out[key] = v
		}
	}
	for key := range object {
		if _, known := out[key]; !known && key != "status" {
			out[key] = object[key]
		}
	}
	if meta, ok := object["metadata"].(map[string]any); ok {
		meta = maps.Clone(meta)
		for _, key := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"} {
			delete(meta, key)
		}
		out["metadata"] = meta
	}
	return out
}

// isApply returns whether a patch is a server-side apply.
func isApply(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return types.PatchType(media) == types.ApplyPatchType
}

// patched returns an object with a patch of a media type applied.
func patched(original map[string]any, contentType string, body []byte) (map[string]any, error) {
	media, _, _ := mime.ParseMediaType(contentType)
	switch types.PatchType(media) {
	case types.MergePatchType:
		if _, err := decodeObject(body); err != nil {
			return nil, err // the library accepts arrays
		}
		return merged(original, body)
	case types.JSONPatchType:
		patch, err := jsonpatch.DecodePatch(body)
		if err != nil {
			return nil, apierrors.NewBadRequest("invalid patch: " + err.Error())
		}
		data, err := patch.Apply(encode(original))
		if err != nil {
			return nil, rest.Errorf(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "the patch does not apply: %v", err)
		}
		return decodeObject(data)
	case types.ApplyPatchType:
		applied, err := parseObject(body)
		if err != nil {
			return nil, err
		}
		return apply(original, applied)
	}
	return nil, rest.Errorf(http.StatusUnsupportedMediaType, metav1.StatusReasonUnsupportedMediaType,
		"want a patch of type %s, %s or %s", types.MergePatchType, types.JSONPatchType, types.ApplyPatchType)
}

// apply returns an object after a server-side apply. A manifest has one author, so
// that the spec is replaced if the applied object has one; labels and annotations
// that the applied object does not contain are kept.
func apply(original, applied map[string]any) (map[string]any, error) {
	out := maps.Clone(original)
	maps.Copy(out, applied)
	have, _ := original["metadata"].(map[string]any)
	want, _ := applied["metadata"].(map[string]any)
	meta, err := merged(have, encode(want))
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"uid", "resourceVersion"} { // preconditions, if the client sends them
		if _, sent := want[key]; !sent {
			delete(meta, key)
		}
	}
	out["metadata"] = meta
	return out, nil
}

// merged returns an object with a JSON merge patch applied (RFC 7396).
func merged(original map[string]any, patch []byte) (map[string]any, error) {
	if original == nil {
		original = map[string]any{}
	}
	data, err := jsonpatch.MergePatch(encode(original), patch)
	if err != nil {
		return nil, apierrors.NewBadRequest("invalid patch: " + err.Error())
	}
	return decodeObject(data)
}

// difference returns the JSON merge patch that changes a to b.
func difference(a, b map[string]any) (map[string]any, error) {
	data, err := jsonpatch.CreateMergePatch(encode(a), encode(b))
	if err != nil {
		return nil, err
	}
	return decodeObject(data)
}

// decodeObject decodes a JSON object. Its integers are of type int64.
func decodeObject(data []byte) (map[string]any, error) {
	var out map[string]any
	if err := utiljson.Unmarshal(data, &out); err != nil {
		return nil, apierrors.NewBadRequest("invalid object: " + err.Error())
	}
	return out, nil
}
