// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
	"github.com/pact-toolbox/reconciler/pkg/spelling"
)

// kubectlKinds are hints for kinds of kubectl that are not kinds of this program.
var kubectlKinds = map[string]string{
	"events": "see `reconciler events`", "event": "see `reconciler events`", "ev": "see `reconciler events`",
	"pods": "see `reconciler get containers`", "pod": "see `reconciler get containers`", "po": "see `reconciler get containers`",
	"nodes": "see `reconciler status`", "node": "see `reconciler status`", "no": "see `reconciler status`",
	"namespaces": "see `kubectl get namespaces`", "ns": "see `kubectl get namespaces`",
}

// notFoundError returns the error for an object that does not exist, with a hint at
// an object of another kind or with a similar name, otherwise at the list of the kind.
func (s *Scope) notFoundError(ctx context.Context, c *client.Client, name v1alpha1.Key) error {
	err := notFound(name)
	list := "see `reconciler get " + resource.Plural(name.Kind) + "`"
	return fmt.Errorf("%w: %s", err, cmp.Or(s.suggest(ctx, c, name), kubectlKinds[name.Name], list))
}

// notFound returns the error for an object that does not exist.
func notFound(name v1alpha1.Key) error {
	return apierrors.NewNotFound(schema.GroupResource{Group: v1alpha1.Group, Resource: resource.Plural(name.Kind)}, name.Name)
}

// suggest returns a hint at a similar object; empty when there is none.
func (s *Scope) suggest(ctx context.Context, c *client.Client, name v1alpha1.Key) string {
	var names []string
	for _, kind := range resource.Kinds() {
		list, err := c.List(ctx, kind, client.Selection{Namespace: cmp.Or(name.Namespace, s.Namespace())})
		if err != nil {
			return ""
		}
		for _, o := range list.Items {
			if o.Name == name.Name {
				return fmt.Sprintf("did you mean %s/%s?", resource.Singular(kind), o.Name)
			}
			if kind == name.Kind {
				names = append(names, o.Name)
			}
		}
	}
	return spelling.Suggest(name.Name, names)
}
