// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/cli/flag"
	"github.com/pact-toolbox/reconciler/pkg/cli/resource"
	"github.com/pact-toolbox/reconciler/pkg/client"
)

// waitOptions are the flags of wait.
type waitOptions struct {
	Scope
	what    string
	timeout time.Duration
	all     bool
}

// NewWaitCommand returns the command `reconciler wait`.
func NewWaitCommand(a *App) *cobra.Command {
	var o waitOptions
	cmd := &cobra.Command{
		Use:   "wait [--for=CONDITION] KIND/NAME.. | NAME.. | KIND --all | KIND -l SELECTOR",
		Short: "Wait until objects meet a condition",
		Long: "Wait until objects meet a condition: a status condition, the deletion, or a value at a JSONPath. The exit code is " +
			"0 when all objects meet it, and 1 after --timeout; the command then prints the root cause. It exits with 1 at " +
			"once when an object is Stalled, because a condition of it becomes true only after a change by the user.\n\n" + namespaceHelp,
		Example: "  reconciler wait --for=condition=Ready app\n" +
			"  reconciler wait --for=condition=Ready --all --timeout 5m\n" +
			"  reconciler wait --for=delete ct/app\n" +
			"  reconciler wait --for=jsonpath='{.status.phase}'=Completed migrate",
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.wait(cmd.Context(), o, args)
		},
	}
	flags := cmd.Flags()
	o.register(flags)
	flags.StringVar(&o.what, "for", "condition=Ready", "`condition`: condition=TYPE[=STATUS], delete, or jsonpath=PATH[=VALUE]; without VALUE any value is accepted")
	flags.DurationVar(&o.timeout, "timeout", 2*time.Minute, "maximum time to wait; 0 checks once, a negative time waits forever")
	flags.BoolVar(&o.all, "all", false, "select all objects of the kind, or of all kinds without a kind")
	flag.Complete(cmd, "for", "condition=Ready", "condition=Healthy", "condition=Running", "condition=Synced", "condition=Ready=False", "delete", "jsonpath=")
	return cmd
}

// errTimeout is the cause of a wait that ended after its timeout.
var errTimeout = errors.New("timed out")

func (a *App) wait(ctx context.Context, o waitOptions, args []string) error {
	g, err := parseWaitCondition(o.what)
	if err != nil {
		return err
	}
	t, err := resource.ParseTarget(args)
	if err != nil {
		return err
	}
	if len(t.Names) == 0 && !o.all && !o.selects() {
		return errors.New("resource name must be provided, or --all or a selector")
	}
	ctx, cancel := o.limit(ctx)
	defer cancel()
	c := a.Client()
	if err := waitSynced(ctx, c, o.timeout); err != nil {
		return err
	}
	keys, err := o.keys(ctx, c, t, g)
	if err != nil {
		return err
	}
	return a.waitAll(ctx, c, g, o.timeout, keys)
}

// limit returns a context with the timeout. A wait that checks once needs none.
func (o waitOptions) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, o.timeout, errTimeout)
}

// syncPoll is the interval between requests to a controller that is starting.
const syncPoll = 200 * time.Millisecond

// waitSynced waits for the first pass of the controller. Before it, the list of
// objects is not complete.
func waitSynced(ctx context.Context, c *client.Client, timeout time.Duration) error {
	for {
		s, err := c.Status(ctx)
		switch {
		case err != nil:
			return causeOr(ctx, err)
		case s.Synced || timeout == 0:
			return nil
		}
		select {
		case <-time.After(syncPoll):
		case <-ctx.Done():
			reason := "its first pass has not completed"
			if s.EngineError != "" {
				reason = "the engine does not answer: " + s.EngineError
			}
			return fmt.Errorf("%w waiting for the controller: %s", context.Cause(ctx), reason)
		}
	}
}

// causeOr returns err, or the cause of ctx when that has ended.
func causeOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// keys returns the keys of the objects to wait for. A missing object is no error
// when the condition is its deletion.
func (o waitOptions) keys(ctx context.Context, c *client.Client, t resource.Target, g waitCondition) ([]v1alpha1.Key, error) {
	var keys []v1alpha1.Key
	if len(t.Names) == 0 {
		groups, err := o.find(ctx, c, t)
		if err != nil {
			return nil, err
		}
		for _, object := range objectsOf(groups) {
			keys = append(keys, object.Key())
		}
		if len(keys) == 0 && !g.deleted {
			return nil, errors.New("no matching resources found")
		}
		return keys, nil
	}
	for _, name := range t.Names {
		object, _, err := o.findName(ctx, c, name)
		if g.deleted && isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, object.Key())
	}
	return keys, nil
}

// waitAll waits for every object and prints each object that meets the condition. It
// returns the errors of the others, in the order of the objects.
func (a *App) waitAll(ctx context.Context, c *client.Client, g waitCondition, timeout time.Duration, keys []v1alpha1.Key) error {
	var (
		all      sync.WaitGroup
		printing sync.Mutex
		failures = make([]error, len(keys))
	)
	for i, k := range keys {
		all.Go(func() {
			w := waiter{client: c, condition: g, key: k, flags: a.InstanceFlag(), once: timeout == 0}
			if failures[i] = w.wait(ctx); failures[i] == nil {
				printing.Lock()
				defer printing.Unlock()
				fmt.Fprintln(a.Stdout, resource.FullName(k), "condition met") // as kubectl does, for a deletion as well
			}
		})
	}
	all.Wait()
	return errors.Join(failures...)
}
