// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// maxBody limits the bytes that are read from a response body or command
	// output, and maxMessage the bytes of them that a message quotes.
	maxBody    = 10 << 10
	maxMessage = 200
	// maxResponse limits the bytes of a whole response.
	maxResponse  = 1 << 20
	maxRedirects = 10

	userAgent = "reconciler-probe"
)

// checkHTTP sends a GET request as the kubelet does: it follows redirects to the
// same server, and a redirect to another server is the response.
func (d *Dialer) checkHTTP(ctx context.Context, c *Check) Outcome {
	h := c.Probe.HTTPGet
	target, err := url.Parse(cmp.Or(h.Path, "/"))
	if err != nil {
		return failuref("invalid path: %v", err)
	}
	target.Scheme = strings.ToLower(cmp.Or(h.Scheme, "http"))
	target.Host = fmt.Sprintf("localhost:%d", h.Port)
	for range maxRedirects {
		resp, r, err := d.get(ctx, c, target)
		if err != nil {
			return connectionFailure(c, r, err)
		}
		if next, ok := resp.redirect(target); ok {
			target = next
			continue
		}
		if !h.Expects(resp.status) {
			return failuref("%s", strings.TrimSuffix(fmt.Sprintf("HTTP %d: %s", resp.status, firstLine(resp.body)), ": "))
		}
		return Outcome{Verdict: Success}
	}
	return failuref("more than %d redirects", maxRedirects)
}

// response holds the parts of an HTTP response that a probe evaluates.
type response struct {
	status   int
	location string
	body     []byte
}

// redirect returns the target of a redirect, and false if the response is not a
// redirect or leads to another server.
func (r response) redirect(from *url.URL) (*url.URL, bool) {
	switch r.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, false
	}
	next, err := from.Parse(r.location)
	return next, err == nil && r.location != "" && next.Host == from.Host && next.Scheme == from.Scheme
}

// get sends one request on a new connection, at a tenth of the cost of an
// http.Transport.
func (d *Dialer) get(ctx context.Context, c *Check, target *url.URL) (response, route, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return response{}, route{}, err
	}
	req.Close = true
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "*/*")
	for name, value := range c.Probe.HTTPGet.Headers {
		req.Header.Set(name, value)
		if strings.EqualFold(name, "Host") {
			req.Host = value
		}
	}
	conn, r, err := d.dial(ctx, c, c.Probe.HTTPGet.Port)
	if err != nil {
		return response{}, r, err
	}
	defer func() { _ = conn.Close() }()
	defer limitConn(ctx, conn)()
	if target.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, ServerName: req.URL.Hostname()})
		if err := secure.HandshakeContext(ctx); err != nil {
			return response{}, r, err
		}
		conn = secure
	}
	resp, err := roundTrip(conn, req)
	return resp, r, err
}

// limitConn makes reads and writes on conn fail when ctx is done. The returned
// function stops this, except for the deadline of ctx.
func limitConn(ctx context.Context, conn net.Conn) func() bool {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}

// roundTrip sends req and reads the response, skipping informational ones.
func roundTrip(conn io.ReadWriter, req *http.Request) (response, error) {
	if err := req.Write(conn); err != nil {
		return response{}, err
	}
	r := bufio.NewReader(io.LimitReader(conn, maxResponse))
	for {
		resp, err := http.ReadResponse(r, req)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return response{}, errors.New("connection closed without a response")
		}
		if err != nil {
			return response{}, err
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
		_ = resp.Body.Close()
		if err != nil {
			return response{}, err
		}
		if resp.StatusCode >= http.StatusOK || resp.StatusCode == http.StatusSwitchingProtocols {
			return response{resp.StatusCode, resp.Header.Get("Location"), body}, nil
		}
	}
}

// firstLine returns the first non-empty line of output as valid UTF-8, cut to
// maxMessage bytes.
func firstLine(output []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(output), []byte("\n"))
	line = bytes.TrimSpace(line[:min(len(line), maxMessage)])
	return strings.ToValidUTF8(string(line), "")
}
