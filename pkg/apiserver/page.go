// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/status"
)

// page is the part of a list that a request selects.
type page struct {
	limit int // zero means all
	after *position
}

// position is the last item of a page. All pages of a list have the version of the
// first page, so that a watch from there includes later changes.
type position struct {
	Version   uint64 `json:"rv"`
	Namespace string `json:"ns"`
	Name      string `json:"name"`
}

func parsePage(r *http.Request) (page, error) {
	query := r.URL.Query()
	var p page
	if v := query.Get("limit"); v != "" {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return p, apierrors.NewBadRequest("limit: not a number: " + strconv.Quote(v))
		}
		p.limit = int(n)
	}
	if v := query.Get("continue"); v != "" {
		data, err := base64.RawURLEncoding.DecodeString(v)
		if err != nil || json.Unmarshal(data, &p.after) != nil || p.after == nil {
			return p, apierrors.NewBadRequest("continue: not a token of this server: list again without it")
		}
	}
	return p, nil
}

// cut returns the items of the page and the metadata of the list. It returns
// status.ErrExpired if the changes since the first page are lost.
func (p page) cut(s *status.Store, items []item, version uint64) ([]item, metav1.ListMeta, error) {
	meta := metav1.ListMeta{ResourceVersion: formatVersion(version)}
	if p.after == nil && (p.limit == 0 || len(items) <= p.limit) {
		return items, meta, nil
	}
	slices.SortStableFunc(items, func(a, b item) int { return compare(a, b.meta.Namespace, b.meta.Name) })
	if p.after != nil {
		if p.after.Version > version || s.Expired(p.after.Version) {
			return nil, meta, status.ErrExpired
		}
		version = p.after.Version
		meta.ResourceVersion = formatVersion(version)
		begin := slices.IndexFunc(items, func(i item) bool { return compare(i, p.after.Namespace, p.after.Name) > 0 })
		if begin < 0 {
			begin = len(items)
		}
		items = items[begin:]
	}
	if p.limit > 0 && len(items) > p.limit {
		rest := int64(len(items) - p.limit)
		items = items[:p.limit]
		last := items[p.limit-1].meta
		token := encode(position{Version: version, Namespace: last.Namespace, Name: last.Name})
		meta.Continue, meta.RemainingItemCount = base64.RawURLEncoding.EncodeToString(token), &rest
	}
	return items, meta, nil
}

func compare(i item, namespace, name string) int {
	return cmp.Or(cmp.Compare(i.meta.Namespace, namespace), cmp.Compare(i.meta.Name, name))
}
