// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Client speaks to one controller. It is safe for concurrent use. What the
// controller refuses is an error that apimachinery's api/errors can tell apart;
// that no controller answers is an *Unanswered.
type Client struct {
	// Start is the command that starts the controller, for what is said when
	// none answers.
	Start string

	socket string
	http   *http.Client
	pause  time.Duration
}

// New is a Client of the controller that serves at a socket. It does not
// connect yet.
func New(socket string) *Client {
	c := &Client{Start: "reconciler run DIR", socket: socket, pause: defaultPause}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx) }
	// A connection for each request: there are few, and none outlives its use.
	c.http = &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	return c
}

// dial connects, and not to a stranger that took the socket's place.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	if err := checkOwner(c.socket); err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", c.socket)
}

// Unanswered says that nothing answers at a socket.
type Unanswered struct {
	Socket string
	Err    error
	// Start is the command that starts a controller there.
	Start string
}

// Error says what to do about it.
func (e *Unanswered) Error() string {
	switch {
	case errors.Is(e.Err, os.ErrNotExist), errors.Is(e.Err, syscall.ECONNREFUSED):
		return fmt.Sprintf("no controller answers at %s; start one with `%s`", e.Socket, e.Start)
	case errors.Is(e.Err, os.ErrPermission):
		return fmt.Sprintf("the controller at %s belongs to another user; run this as that user", e.Socket)
	}
	return fmt.Sprintf("no controller answers at %s: %v", e.Socket, e.Err)
}

// Unwrap is the cause.
func (e *Unanswered) Unwrap() error { return e.Err }

// Selection says which resources are meant. The zero value means all.
type Selection struct {
	// Namespace is one namespace; empty means all.
	Namespace string
	// Labels and Fields are selectors in Kubernetes' form.
	Labels, Fields string
}

func (s Selection) query() url.Values {
	q := url.Values{}
	if s.Labels != "" {
		q.Set("labelSelector", s.Labels)
	}
	if s.Fields != "" {
		q.Set("fieldSelector", s.Fields)
	}
	return q
}

// groupPath is the root of the resources.
const groupPath = "/apis/" + spec.APIVersion

// collection is the path of the resources of a kind.
func collection(kind spec.Kind, namespace string) string {
	return within(groupPath, namespace) + "/" + strings.ToLower(string(kind)) + "s"
}

// within is the path of a namespace, or of all of them.
func within(root, namespace string) string {
	if namespace == "" {
		return root
	}
	return root + "/namespaces/" + url.PathEscape(namespace)
}

func path(k spec.Key) string {
	return collection(k.Kind, k.Namespace) + "/" + url.PathEscape(k.Name)
}

// List lists the resources of a kind, sorted by namespace and name.
func (c *Client) List(ctx context.Context, kind spec.Kind, sel Selection) (v1alpha1.ObjectList, error) {
	return get[v1alpha1.ObjectList](ctx, c, collection(kind, sel.Namespace), sel.query())
}

// Get reads one resource.
func (c *Client) Get(ctx context.Context, k spec.Key) (v1alpha1.Object, error) {
	return get[v1alpha1.Object](ctx, c, path(k), nil)
}

// Events lists the recent events, the latest last.
func (c *Client) Events(ctx context.Context, sel Selection) (v1alpha1.EventList, error) {
	return get[v1alpha1.EventList](ctx, c, eventsPath(sel), sel.query())
}

func eventsPath(sel Selection) string { return within("/api/v1", sel.Namespace) + "/events" }

// EventsOf are the recent events of one resource, the latest last.
func (c *Client) EventsOf(ctx context.Context, k spec.Key) (v1alpha1.EventList, error) {
	return c.Events(ctx, Selection{Namespace: k.Namespace, Fields: InvolvedObject(k)})
}

// InvolvedObject selects the events of one resource.
func InvolvedObject(k spec.Key) string {
	return "involvedObject.kind=" + string(k.Kind) + ",involvedObject.name=" + k.Name
}

// Submit submits a command for a resource.
func (c *Client) Submit(ctx context.Context, k spec.Key, cmd v1alpha1.Command) error {
	body, err := c.request(ctx, http.MethodPost, path(k)+"/"+string(cmd), "application/json", http.NoBody)
	if err != nil {
		return err
	}
	return body.Close()
}

// Approve has the prune guard let the objects go, and returns those of them that
// it kept; both are named by their keys, as in "Container/shop/app".
func (c *Client) Approve(ctx context.Context, objects []string) ([]string, error) {
	data, err := json.Marshal(v1alpha1.Approval{Objects: objects})
	if err != nil {
		return nil, fmt.Errorf("approve: %w", err)
	}
	body, err := c.request(ctx, http.MethodPost, v1alpha1.ApprovePath, "application/json", bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	done, err := read[v1alpha1.Approval](body, v1alpha1.ApprovePath)
	return done.Objects, err
}

// Status is the controller's own state.
func (c *Client) Status(ctx context.Context) (v1alpha1.Controller, error) {
	return get[v1alpha1.Controller](ctx, c, v1alpha1.ControllerPath, nil)
}

// Access is how the controller is reached over TCP; NotFound when it is not.
func (c *Client) Access(ctx context.Context) (v1alpha1.Access, error) {
	return get[v1alpha1.Access](ctx, c, v1alpha1.AccessPath, nil)
}

// get reads a JSON value.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	body, err := c.do(ctx, path, query, "application/json")
	if err != nil {
		var none T
		return none, err
	}
	return read[T](body, path)
}

// read decodes what was answered, and closes it.
func read[T any](body io.ReadCloser, path string) (T, error) {
	var out T
	defer func() { _ = body.Close() }()
	if err := json.NewDecoder(body).Decode(&out); err != nil {
		return out, fmt.Errorf("read the answer to %s: %w", path, err)
	}
	return out, nil
}

// origin stands for the socket in URLs.
const origin = "http://reconciler"

// do sends a request and returns the body of a good answer.
func (c *Client) do(ctx context.Context, path string, query url.Values, accept string) (io.ReadCloser, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.request(ctx, http.MethodGet, path, accept, http.NoBody)
}

// request is do with any method; the path may have a query.
func (c *Client) request(ctx context.Context, method, path, accept string, payload io.Reader) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, origin+path, payload)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", strings.ToLower(method), path, err)
	}
	req.Header.Set("Accept", accept)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	return nil, refusal(resp)
}

// failed is why there was no answer.
func (c *Client) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Unanswered{Socket: c.socket, Err: err, Start: c.Start}
}

// refusalLimit bounds how much of a refusal is read.
const refusalLimit = 1 << 16

// refusal is an answer other than the good one.
func refusal(resp *http.Response) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, refusalLimit))
	if err != nil {
		return fmt.Errorf("%s: %w", resp.Status, err)
	}
	var s metav1.Status
	if json.Unmarshal(data, &s) == nil && s.Kind == "Status" {
		return &apierrors.StatusError{ErrStatus: s}
	}
	return fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(data)))
}
