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

// errMet ends a watch after the condition was met.
var errMet = errors.New("condition met")

// waiter waits for one object.
type waiter struct {
	client    *client.Client
	condition waitCondition
	key       v1alpha1.Key
	// flags select the same controller in another command.
	flags string
	// once checks the present state only.
	once bool
	// last is the last observed state; nil before it.
	last *v1alpha1.Object
}

// wait returns nil when the condition is met, otherwise the reason why it is not.
func (w *waiter) wait(ctx context.Context) error {
	sel := client.Selection{Namespace: w.key.Namespace, Fields: "metadata.name=" + w.key.Name}
	err := w.client.Follow(ctx, w.key.Kind, sel, "", w.observe)
	switch {
	case errors.Is(err, errMet):
		return nil
	case err == nil: // ctx has ended
		return w.failed(context.Cause(ctx))
	}
	return err
}

// observe handles a change. It returns errMet when the condition is met.
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
	met, err := w.condition.met(w.last)
	switch {
	case err != nil:
		return err
	case met:
		return errMet
	case w.condition.hopeless(w.last):
		return w.failed(errStalled)
	}
	return nil
}

// gone returns the result of the wait when the object does not exist.
func (w *waiter) gone() error {
	switch {
	case w.condition.deleted:
		return errMet
	case w.last != nil:
		return fmt.Errorf("%s was deleted while waiting for %s", w.key, w.condition)
	}
	return notFound(w.key)
}

// errStalled is the cause of a wait that ended because the object is Stalled.
var errStalled = errors.New("stalled")

// failed returns the error for a condition that was not met, with the root cause.
func (w *waiter) failed(cause error) error {
	lines := []string{fmt.Sprintf("timed out waiting for %s on %s", w.condition, w.key)}
	switch {
	case errors.Is(cause, errStalled):
		lines[0] = fmt.Sprintf("%s is Stalled: %s will not become true without a change", w.key, w.condition)
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
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s is %s: %s: %s", c.Type, c.Status, c.Reason, c.Message), ": "))
	}
	if text := printer.CauseText(w.last.Status.RootCause); text != "" {
		lines = append(lines, "root cause: "+text)
	}
	lines = append(lines, "see: reconciler describe "+resource.ShortName(w.key.Kind)+"/"+w.key.Namespace+"/"+w.key.Name+w.flags)
	return errors.New(strings.ReplaceAll(printer.PlainText(strings.Join(lines, "\n")), "\n", "\n  "))
}
