// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"google.golang.org/protobuf/encoding/protowire"
)

// The status codes, field numbers and frame size of gRPC that a health check
// uses.
const (
	grpcOK            = "0"
	grpcNotFound      = "5"
	grpcUnimplemented = "12"

	serviceField = 1
	statusField  = 1
	frameHeader  = 5
)

// servingStatus maps the values of grpc.health.v1.HealthCheckResponse.ServingStatus
// to their names.
var servingStatus = map[uint64]string{0: "UNKNOWN", 1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}

// checkGRPC calls grpc.health.v1.Health/Check with net/http: one message in each
// direction over HTTP/2 without TLS.
func (d *Dialer) checkGRPC(ctx context.Context, c *Check) Outcome {
	g := c.Probe.GRPC
	conn, r, err := d.dial(ctx, c, g.Port)
	if err != nil {
		return connectionFailure(c, r, err)
	}
	defer func() { _ = conn.Close() }()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols:   &protocols,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(healthRequest(ctx, g.Port, g.Service))
	if err != nil {
		if ctx.Err() != nil {
			return connectionFailure(c, r, ctx.Err())
		}
		return failuref("not a gRPC response: %s", errorText(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return failuref("not a gRPC response: HTTP %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return connectionFailure(c, r, err)
	}
	return healthOutcome(resp, body)
}

// healthRequest returns a request for the health of a service; an empty name
// means the whole server.
func healthRequest(ctx context.Context, port int, service string) *http.Request {
	var message []byte
	if service != "" {
		message = protowire.AppendTag(message, serviceField, protowire.BytesType)
		message = protowire.AppendString(message, service)
	}
	frame := make([]byte, frameHeader, frameHeader+len(message))
	binary.BigEndian.PutUint32(frame[1:], uint32(len(message)))
	frame = append(frame, message...)
	req := &http.Request{
		Method: http.MethodPost,
		URL:    &url.URL{Scheme: "http", Host: fmt.Sprintf("localhost:%d", port), Path: "/grpc.health.v1.Health/Check"},
		Header: http.Header{
			"Content-Type": {"application/grpc"}, "Te": {"trailers"}, "User-Agent": {userAgent},
		},
		Body: io.NopCloser(bytes.NewReader(frame)), ContentLength: int64(len(frame)),
	}
	return req.WithContext(ctx)
}

// healthOutcome returns the outcome that the response to a health request means.
func healthOutcome(resp *http.Response, body []byte) Outcome {
	header := func(name string) string { return cmp.Or(resp.Trailer.Get(name), resp.Header.Get(name)) }
	switch code := header("Grpc-Status"); code {
	case grpcOK:
	case grpcUnimplemented:
		return failuref("the server has no health service (grpc.health.v1.Health)")
	case grpcNotFound:
		return failuref("unknown to the health service")
	case "":
		return failuref("not a gRPC response: no grpc-status")
	default:
		return failuref("grpc-status %s: %s", code, firstLine([]byte(header("Grpc-Message"))))
	}
	status, err := readStatus(body)
	if err != nil {
		return failuref("%v", err)
	}
	if name := servingStatus[status]; name != "SERVING" {
		return failuref("health status is %s", cmp.Or(name, fmt.Sprint(status)))
	}
	return Outcome{Verdict: Success}
}

var errMalformed = errors.New("malformed HealthCheckResponse")

// readStatus returns the serving status in a body that holds one message. It
// returns errMalformed if the body cannot be decoded.
func readStatus(body []byte) (uint64, error) {
	if len(body) < frameHeader || body[0] != 0 || int(binary.BigEndian.Uint32(body[1:])) != len(body)-frameHeader {
		return 0, errMalformed
	}
	var status uint64
	for message := body[frameHeader:]; len(message) > 0; {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return 0, errMalformed
		}
		message = message[n:]
		if number == statusField && kind == protowire.VarintType {
			status, n = protowire.ConsumeVarint(message)
		} else {
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return 0, errMalformed
		}
		message = message[n:]
	}
	return status, nil
}
