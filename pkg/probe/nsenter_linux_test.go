// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// listenInside is the environment variable that makes this test binary listen in
// its own namespaces.
const listenInside = "RECONCILER_PROBE_LISTEN_INSIDE"

// runConnectCommand runs the command that nsenter starts, and returns its exit
// code. It returns false if this process was not started with it.
func runConnectCommand() (code int, mine bool) {
	if len(os.Args) != 3 || os.Args[1] != ConnectCommand {
		return 0, false
	}
	err := Connect(context.Background(), os.Args[2])
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return ExitRefused, true
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	return 0, true
}

// serveInside sets up loopback, listens on it and sends a line to each client.
func serveInside() error {
	if err := exec.Command("ip", "link", "set", "lo", "up").Run(); err != nil {
		return fmt.Errorf("ip: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:7007")
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "ready")
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		_, _ = conn.Write([]byte("inside\n"))
		_ = conn.Close()
	}
}

// TestDialNsenter connects to a server in another user and network namespace, as
// the containers of a rootless engine have.
func TestDialNsenter(t *testing.T) {
	for _, tool := range []string{"unshare", "nsenter", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	if err := exec.Command("unshare", "--user", "--map-root-user", "--net", "true").Run(); err != nil {
		t.Skipf("user namespaces are not available: %v", err)
	}
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--net", os.Args[0])
	cmd.Env = append(os.Environ(), listenInside+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || strings.TrimSpace(line) != "ready" {
		t.Fatalf("%q, %v", line, err)
	}
	conn, err := dialNsenter(t.Context(), cmd.Process.Pid, "127.0.0.1:7007")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "inside\n" {
		t.Errorf("received %q, %v", line, err)
	}
	if _, err := dialNsenter(t.Context(), cmd.Process.Pid, "127.0.0.1:7008"); !isRefused(err) {
		t.Errorf("closed port: %v", err)
	}
	if _, err := dialNsenter(t.Context(), 1<<30, "127.0.0.1:7007"); err == nil || !strings.HasPrefix(err.Error(), "nsenter:") {
		t.Errorf("nonexistent process: %v", err)
	}
}
