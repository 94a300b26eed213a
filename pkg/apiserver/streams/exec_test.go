// SPDX-License-Identifier: Apache-2.0

package streams_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"golang.org/x/net/websocket"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/streams"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// commands are the commands that a container can run: cat, fail and wait.
type commands struct {
	// waited receives the error with which wait ends.
	waited chan error
}

func (c commands) Exec(ctx context.Context, _ spec.Key, opts v1alpha1.ExecOptions) (int, error) {
	switch opts.Command[0] {
	case "cat":
		_, err := io.Copy(opts.Stdout, opts.Stdin)
		return 0, err
	case "fail":
		fmt.Fprint(opts.Stderr, "sorry")
		return 3, nil
	case "size":
		fmt.Fprint(opts.Stdout, <-opts.Resize)
		return 0, nil
	}
	<-ctx.Done()
	c.waited <- ctx.Err()
	return 0, ctx.Err()
}

// newCommands returns a function that connects to a server of exec, and the
// channel of the commands.
func newCommands(t *testing.T) (dial func() net.Conn, waited chan error) {
	t.Helper()
	waited = make(chan error, 1)
	return newFixture(t, streams.Options{Exec: commands{waited}}).serve(), waited
}

// openWebsocket upgrades a connection to a websocket.
func openWebsocket(t *testing.T, conn net.Conn, path, protocol string) *websocket.Conn {
	t.Helper()
	location, err := url.Parse("ws://reconciler" + path)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := websocket.NewClient(&websocket.Config{
		Location: location, Origin: &url.URL{}, Protocol: []string{protocol}, Version: websocket.ProtocolVersionHybi13,
	}, conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return ws
}

// openSPDY upgrades a connection to SPDY.
func openSPDY(t *testing.T, conn net.Conn, path, protocol string) httpstream.Connection {
	t.Helper()
	_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: reconciler\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"+
		"X-Stream-Protocol-Version: %s\r\n\r\n", path, protocol)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp.Status)
	}
	client, err := spdy.NewClientConnection(conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// openStream opens a stream of a SPDY connection.
func openStream(t *testing.T, conn httpstream.Connection, pairs ...string) httpstream.Stream {
	t.Helper()
	headers := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		headers.Set(pairs[i], pairs[i+1])
	}
	s, err := conn.CreateStream(headers)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// readAll reads messages until the status. It returns the text of each channel
// and the status.
func readAll(t *testing.T, ws *websocket.Conn) (map[byte]string, metav1.Status) {
	t.Helper()
	texts := map[byte]string{}
	for {
		var message []byte
		if err := websocket.Message.Receive(ws, &message); err != nil {
			t.Fatalf("after %q: %v", texts, err)
		}
		if message[0] != v1alpha1.ChannelStatus {
			texts[message[0]] += string(message[1:])
			continue
		}
		var s metav1.Status
		if err := json.Unmarshal(message[1:], &s); err != nil {
			t.Fatal(err)
		}
		return texts, s
	}
}

func send(t *testing.T, ws *websocket.Conn, message ...byte) {
	t.Helper()
	if err := websocket.Message.Send(ws, message); err != nil {
		t.Fatal(err)
	}
}

func TestExecOverWebsocket(t *testing.T) {
	const path = containersPath + "/web/exec?stdout=true&stderr=true&command="
	for _, protocol := range []string{"v5.channel.k8s.io", "v4.channel.k8s.io"} {
		t.Run("the exit code is in the status of "+protocol, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial, _ := newCommands(t)
				texts, status := readAll(t, openWebsocket(t, dial(), path+"fail", protocol))
				if texts[v1alpha1.ChannelStderr] != "sorry" || status.Reason != v1alpha1.ExitCodeReason || status.Details.Causes[0].Message != "3" {
					t.Errorf("%q, %+v", texts, status)
				}
			})
		})
	}
	t.Run("input ends with its channel", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dial, _ := newCommands(t)
			ws := openWebsocket(t, dial(), path+"cat&stdin=true", "v5.channel.k8s.io")
			send(t, ws, v1alpha1.ChannelStdin, 'h', 'i')
			send(t, ws, v1alpha1.ChannelClose, v1alpha1.ChannelStdin)
			texts, status := readAll(t, ws)
			if texts[v1alpha1.ChannelStdout] != "hi" || status.Status != metav1.StatusSuccess {
				t.Errorf("%q, %+v", texts, status)
			}
		})
	})
	t.Run("the size of the terminal arrives after an invalid one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dial, _ := newCommands(t)
			ws := openWebsocket(t, dial(), path+"size&tty=true", "v5.channel.k8s.io")
			send(t, ws, append([]byte{v1alpha1.ChannelResize}, `{"Width":80,"Height":24}`...)...)
			if texts, _ := readAll(t, ws); texts[v1alpha1.ChannelStdout] != "{80 24}" {
				t.Errorf("%q", texts)
			}
		})
	})
}

// hangUp closes the connection of a client after its command has started.
func hangUp(conn io.Closer) {
	synctest.Wait()
	_ = conn.Close()
}

// TestExecEndsWithItsClient closes the connection of a client whose command would
// run forever.
func TestExecEndsWithItsClient(t *testing.T) {
	const path = containersPath + "/web/exec?command=wait&stdout=true&stderr=true"
	wantCanceled := func(t *testing.T, waited chan error) {
		t.Helper()
		synctest.Wait()
		select {
		case err := <-waited:
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		default:
			t.Error("the command still runs")
		}
	}
	for name, query := range map[string]string{"without input": "", "with input": "&stdin=true", "with a terminal": "&tty=true"} {
		t.Run("websocket "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial, waited := newCommands(t)
				conn := dial()
				openWebsocket(t, conn, path+query, v1alpha1.ExecProtocol)
				hangUp(conn)
				wantCanceled(t, waited)
			})
		})
	}
	t.Run("websocket without input, after a message of input", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dial, waited := newCommands(t)
			conn := dial()
			ws := openWebsocket(t, conn, path, v1alpha1.ExecProtocol)
			send(t, ws, v1alpha1.ChannelStdin, 'x')
			send(t, ws, v1alpha1.ChannelResize, '{')
			hangUp(conn)
			wantCanceled(t, waited)
		})
	})
	t.Run("websocket with a terminal, after an invalid size", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dial, waited := newCommands(t)
			conn := dial()
			ws := openWebsocket(t, conn, path+"&tty=true", v1alpha1.ExecProtocol)
			send(t, ws, v1alpha1.ChannelResize, '!')
			send(t, ws, v1alpha1.ChannelResize, '!')
			hangUp(conn)
			wantCanceled(t, waited)
		})
	})
	t.Run("SPDY", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			dial, waited := newCommands(t)
			conn := openSPDY(t, dial(), path, "v4.channel.k8s.io")
			for _, name := range []string{"error", "stdout", "stderr"} {
				openStream(t, conn, "streamType", name)
			}
			hangUp(conn)
			wantCanceled(t, waited)
		})
	})
}

func TestExecOverSPDY(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial, _ := newCommands(t)
		conn := openSPDY(t, dial(), containersPath+"/web/exec?command=cat&stdin=true&stdout=true", "v4.channel.k8s.io")
		errs := openStream(t, conn, "streamType", "error")
		stdin := openStream(t, conn, "streamType", "stdin")
		stdout := openStream(t, conn, "streamType", "stdout")
		if _, err := io.WriteString(stdin, "hi"); err != nil {
			t.Fatal(err)
		}
		_ = stdin.Close()
		out, err := io.ReadAll(stdout)
		if err != nil || string(out) != "hi" {
			t.Errorf("%q, %v", out, err)
		}
		var status metav1.Status
		if err := json.NewDecoder(errs).Decode(&status); err != nil || status.Status != metav1.StatusSuccess {
			t.Errorf("%+v, %v", status, err)
		}
	})
}
