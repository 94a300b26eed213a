// SPDX-License-Identifier: Apache-2.0

package websocket

import (
	"bufio"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the handshake is made of it, nothing relies on it
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
)

// ErrNotUpgrade says that a request does not ask for a websocket, or for none of
// the protocols that are spoken.
var ErrNotUpgrade = errors.New("websocket: no upgrade that is known here")

// Accept answers a request that asks for a websocket with the first of the
// protocols that it offers. Nothing was written when the error is ErrNotUpgrade.
func Accept(w http.ResponseWriter, r *http.Request, protocols ...string) (*Conn, error) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if !has(r.Header, "Connection", "upgrade") || !has(r.Header, "Upgrade", "websocket") || key == "" {
		return nil, ErrNotUpgrade
	}
	i := slices.IndexFunc(protocols, func(p string) bool { return has(r.Header, "Sec-WebSocket-Protocol", p) })
	if i < 0 {
		return nil, ErrNotUpgrade
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotUpgrade, err)
	}
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n", proof(key), protocols[i])
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &Conn{conn: conn, reader: buffered.Reader}, nil
}

// has reports that a header lists a word.
func has(h http.Header, name, word string) bool {
	for _, line := range h.Values(name) {
		for item := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(item), word) {
				return true
			}
		}
	}
	return false
}

// proof is what shows that a server understood the key.
func proof(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // see the import
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Ask sends a request over a fresh connection and turns that into a websocket of
// the protocol. When the server refuses, the answer is returned with a nil Conn,
// and the caller closes its body and the connection.
func Ask(conn net.Conn, r *http.Request, protocol string) (*Conn, *http.Response, error) {
	key := base64.StdEncoding.EncodeToString([]byte(rand.Text()[:16]))
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", key)
	r.Header.Set("Sec-WebSocket-Protocol", protocol)
	if err := r.Write(conn); err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, r)
	if err != nil {
		return nil, nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, resp, nil
	}
	if resp.Header.Get("Sec-WebSocket-Accept") != proof(key) {
		_ = resp.Body.Close()
		return nil, nil, errors.New("websocket: the server has not understood the request")
	}
	return &Conn{conn: conn, reader: reader, client: true}, nil, nil
}
