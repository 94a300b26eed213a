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
)

// Client is a client of one controller. It is safe for concurrent use. Its methods
// return the errors of the controller as errors that apimachinery's api/errors can
// classify, and an UnreachableError if no controller answers.
type Client struct {
	// Start is the command that starts the controller. It is part of the message of
	// an UnreachableError.
	Start string

	socket string
	http   *http.Client
	pause  time.Duration
}

// New returns a Client of the controller that serves on a socket. It does not
// connect.
func New(socket string) *Client {
	c := &Client{Start: "reconciler run DIR", socket: socket, pause: defaultPause}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx) }
	// Connections are not reused, because requests are rare.
	c.http = &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	return c
}

// dial connects to the socket, after a check of its owner.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	if err := checkOwner(c.socket); err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", c.socket)
}

// UnreachableError means that no controller answers on a socket.
type UnreachableError struct {
	Socket string
	Err    error
	// Start is the command that starts the controller.
	Start string
}

// Error returns the cause and what to do about it.
func (e *UnreachableError) Error() string {
	switch {
	case errors.Is(e.Err, os.ErrNotExist), errors.Is(e.Err, syscall.ECONNREFUSED):
		return fmt.Sprintf("no controller answers at %s; start one with `%s`", e.Socket, e.Start)
	case errors.Is(e.Err, os.ErrPermission):
		return fmt.Sprintf("the controller at %s belongs to another user; run this as that user", e.Socket)
	}
	return fmt.Sprintf("no controller answers at %s: %v", e.Socket, e.Err)
}

// Unwrap returns the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }

// Selection selects resources. The zero value selects all.
type Selection struct {
	// Namespace is one namespace; empty means all.
	Namespace string
	// Labels and Fields are selectors in the syntax of Kubernetes.
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

// groupPath is the root of the paths of resources.
const groupPath = "/apis/" + v1alpha1.APIVersion

// collection returns the path of the resources of a kind.
func collection(kind v1alpha1.Kind, namespace string) string {
	return within(groupPath, namespace) + "/" + strings.ToLower(string(kind)) + "s"
}

// within returns the path of a namespace; of all namespaces if it is empty.
func within(root, namespace string) string {
	if namespace == "" {
		return root
	}
	return root + "/namespaces/" + url.PathEscape(namespace)
}

// path returns the path of a resource.
func path(k v1alpha1.Key) string {
	return collection(k.Kind, k.Namespace) + "/" + url.PathEscape(k.Name)
}

// List lists the resources of a kind, sorted by namespace and name.
func (c *Client) List(ctx context.Context, kind v1alpha1.Kind, sel Selection) (v1alpha1.ObjectList, error) {
	return get[v1alpha1.ObjectList](ctx, c, collection(kind, sel.Namespace), sel.query())
}

// Events lists the recent events, the latest last.
func (c *Client) Events(ctx context.Context, sel Selection) (v1alpha1.EventList, error) {
	return get[v1alpha1.EventList](ctx, c, eventsPath(sel), sel.query())
}

func eventsPath(sel Selection) string { return within("/api/v1", sel.Namespace) + "/events" }

// EventsOf lists the recent events of one resource, the latest last.
func (c *Client) EventsOf(ctx context.Context, k v1alpha1.Key) (v1alpha1.EventList, error) {
	return c.Events(ctx, Selection{Namespace: k.Namespace, Fields: InvolvedObject(k)})
}

// InvolvedObject returns the field selector for the events of one resource.
func InvolvedObject(k v1alpha1.Key) string {
	return "involvedObject.kind=" + string(k.Kind) + ",involvedObject.name=" + k.Name
}

// Submit submits a user command for a resource.
func (c *Client) Submit(ctx context.Context, k v1alpha1.Key, cmd v1alpha1.Command) error {
	body, err := c.request(ctx, http.MethodPost, path(k)+"/"+string(cmd), "application/json", http.NoBody)
	if err != nil {
		return err
	}
	return body.Close()
}

// Approve approves the deletion of objects, and returns those whose deletion was
// held back. Objects are given by key, for example "Container/shop/app".
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

// Status returns the state of the controller.
func (c *Client) Status(ctx context.Context) (v1alpha1.Controller, error) {
	return get[v1alpha1.Controller](ctx, c, v1alpha1.ControllerPath, nil)
}

// Access returns the data to reach the API over TCP. The error is NotFound if the
// controller does not listen on TCP.
func (c *Client) Access(ctx context.Context) (v1alpha1.Access, error) {
	return get[v1alpha1.Access](ctx, c, v1alpha1.AccessPath, nil)
}

// get requests a JSON value.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	body, err := c.do(ctx, path, query, "application/json")
	if err != nil {
		var none T
		return none, err
	}
	return read[T](body, path)
}

// read decodes the body of a response and closes it.
func read[T any](body io.ReadCloser, path string) (T, error) {
	var out T
	defer func() { _ = body.Close() }()
	if err := json.NewDecoder(body).Decode(&out); err != nil {
		return out, fmt.Errorf("read the response to %s: %w", path, err)
	}
	return out, nil
}

// origin stands for the socket in URLs.
const origin = "http://reconciler"

// do sends a GET request and returns the body of a successful response.
func (c *Client) do(ctx context.Context, path string, query url.Values, accept string) (io.ReadCloser, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.request(ctx, http.MethodGet, path, accept, http.NoBody)
}

// request sends a request and returns the body of a successful response. The path
// may contain a query.
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

// failed returns the error for a request without a response.
func (c *Client) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &UnreachableError{Socket: c.socket, Err: err, Start: c.Start}
}

// refusalLimit limits the bytes of a refusal that are read.
const refusalLimit = 1 << 16

// refusal returns the error in a response that is not successful.
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
