// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// title is the title of all documents.
const title = "reconciler"

// Group is the resources of one group and version.
type Group struct {
	// Root is the path of the group, such as "/api/v1".
	Root      string
	Resources []Resource
}

// Register adds the handlers of the documents to a mux: OpenAPI v3 by group, and
// OpenAPI v2 for all groups.
func Register(mux *http.ServeMux, groups []Group) {
	var all []Resource
	index := map[string]any{}
	for _, group := range groups {
		all = append(all, group.Resources...)
		document := V3(group.Resources)
		name := strings.TrimPrefix(group.Root, "/")
		index[name] = map[string]string{"serverRelativeURL": "/openapi/v3/" + name + "?hash=" + digest(document)}
		mux.HandleFunc("/openapi/v3/"+name, serveDocument(document, "application/json"))
	}
	mux.HandleFunc("/openapi/v3", func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteJSON(w, http.StatusOK, map[string]any{"paths": index})
	})
	mux.HandleFunc("/openapi/v2", serveDocument(V2(all), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"))
}

// serveDocument serves a document that never changes. A client that sends its ETag
// gets 304.
func serveDocument(data []byte, mediaType string) http.HandlerFunc {
	tag := `"` + digest(data) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// digest returns a short hash.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
