// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// completionLimit limits the time that a completion waits for the controller.
const completionLimit = 2 * time.Second

// completeTargets completes KIND, KIND NAME, KIND/NAME and NAME with the objects of
// the running controller.
func (a *App) completeTargets(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	namespace, _ := cmd.Flags().GetString("namespace")
	var out []string
	word, _, slash := strings.Cut(typed, "/")
	switch {
	case slash:
		if kind, ok := resource.ParseKind(word); ok {
			out = a.objectNames(ctx, kind, namespace, word+"/")
		}
	case len(args) > 0:
		kind, ok := resource.ParseKind(args[0])
		if !ok {
			kind = v1alpha1.KindContainer
		}
		out = a.objectNames(ctx, kind, namespace, "")
	default:
		for _, kind := range resource.Kinds() {
			out = append(out, resource.Plural(kind))
		}
		out = append(out, a.objectNames(ctx, v1alpha1.KindContainer, namespace, "")...)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// objectNames returns the names of the objects of a kind; none when no controller
// answers.
func (a *App) objectNames(ctx context.Context, kind v1alpha1.Kind, namespace, prefix string) []string {
	list, err := a.Client().List(ctx, kind, client.Selection{Namespace: namespace})
	if err != nil {
		return nil
	}
	var out []string
	for _, o := range list.Items {
		out = append(out, prefix+o.Name)
	}
	return out
}
