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
	// maxBody is how much of an answer is read, maxRedirects how many redirects
	// are followed, and maxSeen how much of an answer is told.
	maxBody      = 10 << 10
	maxRedirects = 10
	maxSeen      = 200

	userAgent = "reconciler-probe"
)

// httpGet asks as kubelet does: redirects on the same server are followed, one to
// another server is the answer.
func (d *Dialer) httpGet(ctx context.Context, c *Check) Outcome {
	h := c.Probe.HTTPGet
	target, err := url.Parse(cmp.Or(h.Path, "/"))
	if err != nil {
		return fail("its path is at fault: %v", err)
	}
	target.Scheme = strings.ToLower(cmp.Or(h.Scheme, "http"))
	target.Host = fmt.Sprintf("localhost:%d", h.Port)
	for range maxRedirects {
		a, w, err := d.get(ctx, c, target)
		if err != nil {
			return sawNoAnswer(c, w, err)
		}
		if next, ok := a.redirect(target); ok {
			target = next
			continue
		}
		if !h.Expects(a.status) {
			return fail("%s", strings.TrimSuffix(fmt.Sprintf("HTTP %d: %s", a.status, seen(a.body)), ": "))
		}
		return Outcome{Verdict: Success}
	}
	return fail("more than %d redirects", maxRedirects)
}

// answer is what a server said.
type answer struct {
	status   int
	location string
	body     []byte
}

// redirect is where an answer sends us, if that is on the same server.
func (a answer) redirect(from *url.URL) (*url.URL, bool) {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, false
	}
	next, err := from.Parse(a.location)
	return next, err == nil && a.location != "" && next.Host == from.Host && next.Scheme == from.Scheme
}

// get sends one request on a connection of its own. That is all that a probe
// needs, for a tenth of what a http.Transport costs.
func (d *Dialer) get(ctx context.Context, c *Check, target *url.URL) (answer, way, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return answer{}, way{}, err
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
	conn, w, err := d.dial(ctx, c, c.Probe.HTTPGet.Port)
	if err != nil {
		return answer{}, w, err
	}
	defer func() { _ = conn.Close() }()
	defer bound(ctx, conn)()
	if target.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, ServerName: req.URL.Hostname()})
		if err := secure.HandshakeContext(ctx); err != nil {
			return answer{}, w, err
		}
		conn = secure
	}
	a, err := exchange(conn, req)
	return a, w, err
}

// bound has a connection end with the context; what it returns undoes that.
func bound(ctx context.Context, conn net.Conn) func() bool {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}

func exchange(conn io.ReadWriter, req *http.Request) (answer, error) {
	if err := req.Write(conn); err != nil {
		return answer{}, err
	}
	r := bufio.NewReader(io.LimitReader(conn, 1<<20))
	for {
		resp, err := http.ReadResponse(r, req)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return answer{}, errors.New("connection closed without an answer")
		}
		if err != nil {
			return answer{}, err
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
		_ = resp.Body.Close()
		if err != nil {
			return answer{}, err
		}
		if resp.StatusCode >= http.StatusOK || resp.StatusCode == http.StatusSwitchingProtocols {
			return answer{resp.StatusCode, resp.Header.Get("Location"), body}, nil
		}
	}
}

// seen is the first line of what was said, as far as it can be told.
func seen(said []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(said), []byte("\n"))
	line = bytes.TrimSpace(line[:min(len(line), maxSeen)])
	return strings.ToValidUTF8(string(line), "")
}
