// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/logtail"
)

// TestLogWarning opens a log that fails with each error in turn, and with the last
// one from then on.
func TestLogWarning(t *testing.T) {
	missing := apierrors.NewNotFound(schema.GroupResource{Resource: "containers"}, "app")
	unreachable, refused := &client.UnreachableError{}, errors.New("refused")
	k := v1alpha1.Key{Kind: v1alpha1.KindContainer, Namespace: "shop", Name: "app"}
	for name, row := range map[string]struct {
		errs []error
		want string
	}{
		"a lasting error is printed once":                          {[]error{refused}, "the log of Container/shop/app: refused\n"},
		"a lasting error is printed although the container is new": {[]error{missing, refused}, "the log of Container/shop/app: refused\n"},
		"a lasting error is printed after a restart":               {[]error{unreachable, unreachable, refused}, "the log of Container/shop/app: refused\n"},
		"a single error is not printed":                            {[]error{refused, missing}, ""},
		"a missing controller is not printed":                      {[]error{unreachable}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			synctest.Test(t, func(t *testing.T) {
				f := &logtail.Follower{Expected: isReplacement, Failed: warnOfLogs(&out)}
				f.Open = func(context.Context, v1alpha1.Key, v1alpha1.LogOptions) (io.ReadCloser, error) {
					err := row.errs[0]
					if len(row.errs) > 1 {
						row.errs = row.errs[1:]
					}
					return nil, err
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				tail := f.Tail(k)
				tail.Update(logtail.State{Container: "c1", Running: true})
				if err := tail.Run(ctx); err != nil {
					t.Error(err)
				}
			})
			if out.String() != row.want {
				t.Errorf("got %q, want %q", out.String(), row.want)
			}
		})
	}
}
