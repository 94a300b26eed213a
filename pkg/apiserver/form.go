// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// form is the representation of items that a client requests.
type form struct {
	// as is "", "Table" or "PartialObjectMetadata".
	as string
	// include is the part of an object in each row of a table.
	include metav1.IncludeObjectPolicy
}

const (
	asTable    = "Table"
	asMetadata = "PartialObjectMetadata"
	metaV1     = "meta.k8s.io/v1"
)

// negotiate returns the first form in the Accept header that is served. It returns
// an error if there is none.
func negotiate(r *http.Request) (form, error) {
	include := metav1.IncludeObjectPolicy(r.URL.Query().Get("includeObject"))
	if include == "" {
		include = metav1.IncludeMetadata
	}
	accept := r.Header.Get("Accept")
	if accept == "" {
		return form{}, nil
	}
	for clause := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err != nil || media != "application/json" && media != "application/*" && media != "*/*" {
			continue
		}
		as, known := strings.TrimSuffix(params["as"], "List"), params["g"] == "meta.k8s.io" && params["v"] == "v1"
		if as == "" || known && (as == asTable || as == asMetadata) {
			return form{as: as, include: include}, nil
		}
	}
	return form{}, rest.Errorf(http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable,
		"only application/json is served, not %s", accept)
}

// one returns an item in the form.
func (f form) one(res resource, i item, now time.Time) any {
	switch f.as {
	case asTable:
		t := f.tableOf(res, []item{i}, now)
		t.ResourceVersion = i.meta.ResourceVersion
		return t
	case asMetadata:
		return metadataOnly(i)
	}
	return i.object
}

// list returns items in the form.
func (f form) list(res resource, items []item, meta metav1.ListMeta, now time.Time) any {
	if f.as == asTable {
		t := f.tableOf(res, items, now)
		t.ListMeta = meta
		return t
	}
	list := struct {
		metav1.TypeMeta `json:",inline"`
		metav1.ListMeta `json:"metadata"`
		Items           []any `json:"items"`
	}{
		TypeMeta: metav1.TypeMeta{APIVersion: res.String(), Kind: res.kind + "List"},
		ListMeta: meta,
		Items:    []any{},
	}
	if f.as == asMetadata {
		list.TypeMeta = metav1.TypeMeta{APIVersion: metaV1, Kind: asMetadata + "List"}
	}
	for _, i := range items {
		if f.as == asMetadata {
			list.Items = append(list.Items, metadataOnly(i))
		} else {
			list.Items = append(list.Items, i.object)
		}
	}
	return list
}

func (f form) tableOf(res resource, items []item, now time.Time) metav1.Table {
	t := res.table(items, now)
	for n, i := range items {
		t.Rows[n].Object = f.rowObject(i)
	}
	return t
}

func (f form) rowObject(i item) runtime.RawExtension {
	switch f.include {
	case metav1.IncludeNone:
		return runtime.RawExtension{}
	case metav1.IncludeObject:
		return runtime.RawExtension{Raw: encode(i.object)}
	}
	return runtime.RawExtension{Raw: encode(metadataOnly(i))}
}

func metadataOnly(i item) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: metaV1, Kind: asMetadata},
		ObjectMeta: *i.meta,
	}
}

// bookmark returns a version in the form.
func (f form) bookmark(res resource, version uint64, annotations map[string]string) json.RawMessage {
	meta := metav1.ObjectMeta{ResourceVersion: formatVersion(version), Annotations: annotations}
	i := item{meta: &meta, object: metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: res.String(), Kind: res.kind},
		ObjectMeta: meta,
	}}
	switch f.as {
	case asTable:
		return encode(metav1.Table{
			TypeMeta: metav1.TypeMeta{APIVersion: metaV1, Kind: asTable},
			ListMeta: metav1.ListMeta{ResourceVersion: meta.ResourceVersion},
			Rows:     []metav1.TableRow{{Cells: []any{}, Object: f.rowObject(i)}},
		})
	case asMetadata:
		return encode(metadataOnly(i))
	}
	return encode(i.object)
}
