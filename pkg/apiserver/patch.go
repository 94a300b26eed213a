// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"maps"
	"mime"
	"net/http"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// document is a value as JSON has it.
func document(v any) (map[string]any, error) {
	var out map[string]any
	err := utiljson.Unmarshal(encode(v), &out)
	return out, err
}

// parseObject reads an object in JSON or YAML.
func parseObject(body []byte) (map[string]any, error) {
	var out map[string]any
	data, err := yaml.YAMLToJSONStrict(body)
	if err == nil {
		err = utiljson.Unmarshal(data, &out)
	}
	if err != nil {
		return nil, apierrors.NewBadRequest("the object cannot be read: " + err.Error())
	}
	if _, ok := out["metadata"].(map[string]any); !ok {
		return nil, apierrors.NewBadRequest("the object has no metadata")
	}
	return out, nil
}

// authored is the part of an object that its author writes.
func authored(object map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range []string{"apiVersion", "kind", "metadata", "spec"} {
		if v, found := object[key]; found {
			out[key] = v
		}
	}
	for key := range object {
		if _, known := out[key]; !known && key != "status" {
			out[key] = object[key] // the manifest's reader will say what is wrong with it
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

// isApply reports that a patch is the whole of what a client wants.
func isApply(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return types.PatchType(media) == types.ApplyPatchType
}

// patched is an object with a patch of a type applied.
func patched(original map[string]any, contentType string, body []byte) (map[string]any, error) {
	media, _, _ := mime.ParseMediaType(contentType)
	switch types.PatchType(media) {
	case types.MergePatchType:
		patch := map[string]any{}
		if err := utiljson.Unmarshal(body, &patch); err != nil {
			return nil, apierrors.NewBadRequest("the patch cannot be read: " + err.Error())
		}
		return merged(original, patch), nil
	case types.JSONPatchType:
		patch, err := jsonpatch.DecodePatch(body)
		if err != nil {
			return nil, apierrors.NewBadRequest("the patch cannot be read: " + err.Error())
		}
		data, err := patch.Apply(encode(original))
		if err != nil {
			return nil, rest.Errorf(http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, "the patch cannot be applied: %v", err)
		}
		var out map[string]any
		err = utiljson.Unmarshal(data, &out)
		return out, err
	case types.ApplyPatchType:
		applied, err := parseObject(body)
		if err != nil {
			return nil, err
		}
		return apply(original, applied), nil
	}
	return nil, rest.Errorf(http.StatusUnsupportedMediaType, metav1.StatusReasonUnsupportedMediaType,
		"patches are taken as %s, %s or %s", types.MergePatchType, types.JSONPatchType, types.ApplyPatchType)
}

// apply is what a server-side apply makes of an object: a manifest has one
// author, so that its spec becomes what was applied, if that has one; labels and
// annotations that others set stay.
func apply(original, applied map[string]any) map[string]any {
	out := maps.Clone(original)
	maps.Copy(out, applied)
	have, _ := original["metadata"].(map[string]any)
	want, _ := applied["metadata"].(map[string]any)
	meta := merged(have, want)
	for _, key := range []string{"uid", "resourceVersion"} { // they count when the client says so
		if _, said := want[key]; !said {
			delete(meta, key)
		}
	}
	out["metadata"] = meta
	return out
}

// merged is a JSON merge patch applied (RFC 7396).
func merged(original, patch map[string]any) map[string]any {
	out := maps.Clone(original)
	if out == nil {
		out = map[string]any{}
	}
	for key, v := range patch {
		switch sub, isObject := v.(map[string]any); {
		case v == nil:
			delete(out, key)
		case isObject:
			old, _ := out[key].(map[string]any)
			out[key] = merged(old, sub)
		default:
			out[key] = v
		}
	}
	return out
}

// difference is the JSON merge patch that makes b of a.
func difference(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for key := range a {
		if _, stays := b[key]; !stays {
			out[key] = nil
		}
	}
	for key, v := range b {
		old, found := a[key]
		x, wasObject := old.(map[string]any)
		y, isObject := v.(map[string]any)
		switch {
		case found && wasObject && isObject:
			if sub := difference(x, y); len(sub) > 0 {
				out[key] = sub
			}
		case !found || !reflect.DeepEqual(old, v):
			out[key] = v
		}
	}
	return out
}
