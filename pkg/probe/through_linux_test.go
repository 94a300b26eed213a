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

// listenInside has a process of this test listen in namespaces of its own.
const listenInside = "RECONCILER_PROBE_LISTEN_INSIDE"

// connectHere is the command that nsenter runs, in a process of this test.
func connectHere() (code int, mine bool) {
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

// listenHere brings loopback up, listens there and greets who comes.
func listenHere() error {
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

// TestDialThrough connects to what listens in a user and network namespace of
// its own, as the containers of a rootless engine do.
func TestDialThrough(t *testing.T) {
	for _, tool := range []string{"unshare", "nsenter", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	if err := exec.Command("unshare", "--user", "--map-root-user", "--net", "true").Run(); err != nil {
		t.Skipf("this host makes no user namespaces: %v", err)
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
	conn, err := dialThrough(t.Context(), cmd.Process.Pid, "127.0.0.1:7007")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "inside\n" {
		t.Errorf("it says %q, %v", line, err)
	}
	if _, err := dialThrough(t.Context(), cmd.Process.Pid, "127.0.0.1:7008"); !refused(err) {
		t.Errorf("a closed port is %v", err)
	}
	if _, err := dialThrough(t.Context(), 1<<30, "127.0.0.1:7007"); err == nil || !strings.HasPrefix(err.Error(), "nsenter:") {
		t.Errorf("a process that is not is %v", err)
	}
}
