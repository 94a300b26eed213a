// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/printer"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

func isNotFound(err error) bool { return apierrors.IsNotFound(err) }

// errReached ends a watch that has seen what was waited for.
var errReached = errors.New("reached")

// waiter waits for one object.
type waiter struct {
	client    *client.Client
	condition waitCondition
	key       v1alpha1.Key
	// scope are the flags that mean the same controller.
	scope string
	// once looks at the present state alone.
	once bool
	// last is the object as it was last seen.
	last *v1alpha1.Object
}

// wait returns nil when the goal is reached, and else why it was not.
func (w *waiter) wait(ctx context.Context) error {
	sel := client.Selection{Namespace: w.key.Namespace, Fields: "metadata.name=" + w.key.Name}
	err := w.client.Follow(ctx, w.key.Kind, sel, "", w.observe)
	switch {
	case errors.Is(err, errReached):
		return nil
	case err == nil: // ctx has ended
		return w.failed(context.Cause(ctx))
	}
	return err
}

// observe looks at a change: errReached is success.
func (w *waiter) observe(change client.Change[v1alpha1.Object]) error {
	switch {
	case change.Type == watch.Bookmark && !change.Synced:
		return nil
	case change.Type == watch.Bookmark && w.last == nil:
		return w.gone()
	case change.Type == watch.Bookmark && w.once:
		return w.failed(errTimeout)
	case change.Type == watch.Bookmark:
		return nil
	case change.Type == watch.Deleted:
		return w.gone()
	}
	w.last = &change.Object
	reached, err := w.condition.met(w.last)
	switch {
	case err != nil:
		return err
	case reached:
		return errReached
	case w.condition.hopeless(w.last):
		return w.failed(errStalled)
	}
	return nil
}

// gone is what it means that there is no such object.
func (w *waiter) gone() error {
	switch {
	case w.condition.deleted:
		return errReached
	case w.last != nil:
		return fmt.Errorf("%s was deleted while waiting for %s", w.key, w.condition)
	}
	return notFound(w.key)
}

// errStalled ends a wait that no waiting will help.
var errStalled = errors.New("stalled")

// failed tells why the goal was not reached.
func (w *waiter) failed(cause error) error {
	lines := []string{fmt.Sprintf("timed out waiting for %s on %s", w.condition, w.key)}
	switch {
	case errors.Is(cause, errStalled):
		lines[0] = fmt.Sprintf("%s is stalled: waiting for %s will not help", w.key, w.condition)
	case !errors.Is(cause, errTimeout):
		lines[0] = fmt.Sprintf("interrupted waiting for %s on %s", w.condition, w.key)
	}
	if w.last == nil {
		return errors.New(lines[0] + ": the controller did not answer")
	}
	of := v1alpha1.ConditionReady
	if errors.Is(cause, errStalled) {
		of = v1alpha1.ConditionStalled
	}
	if c := v1alpha1.FindCondition(w.last.Status.Conditions, of); c != nil {
		lines = append(lines, fmt.Sprintf("%s is %s: %s: %s", c.Type, c.Status, c.Reason, c.Message))
	}
	if text := printer.CauseText(w.last.Status.RootCause); text != "" {
		lines = append(lines, "root cause: "+text)
	}
	lines = append(lines, "see: reconciler describe "+resource.ShortName(w.key.Kind)+"/"+w.key.Namespace+"/"+w.key.Name+w.scope)
	return errors.New(strings.ReplaceAll(printer.PlainText(strings.Join(lines, "\n")), "\n", "\n  "))
}
