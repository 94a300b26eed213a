// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync/atomic"
	"time"
)

// probeTimeout bounds a probe and a call to an upstream.
const probeTimeout = 2 * time.Second

// upstreams are the addresses that a server depends on. The flag can be repeated.
type upstreams []string

func (u *upstreams) String() string     { return strings.Join(*u, ",") }
func (u *upstreams) Set(s string) error { *u = append(*u, s); return nil }

// web is an HTTP server with switchable health.
type web struct {
	name      string
	healthy   atomic.Bool
	upstreams upstreams
}

func serveHTTP(ctx context.Context, args []string) error {
	w := &web{}
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	listen := flags.String("listen", ":8080", "address to serve on")
	flags.StringVar(&w.name, "name", os.Getenv("NAME"), "name that / returns; default $NAME, otherwise the host name")
	unhealthy := flags.Bool("unhealthy", os.Getenv("HEALTH") == "off", "start unhealthy, like HEALTH=off")
	flags.Var(&w.upstreams, "upstream", "http:// URL or host:port that / depends on; repeatable")
	if err := flags.Parse(args); err != nil {
		return exitError(2)
	}
	if w.name == "" {
		w.name, _ = os.Hostname()
	}
	w.healthy.Store(!*unhealthy)
	server := &http.Server{Addr: *listen, Handler: w.routes(), ReadHeaderTimeout: probeTimeout}
	// A stop does not wait for open connections.
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	fmt.Printf("http: %s listens on %s\n", w.name, *listen)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	fmt.Println("http: stopped")
	return nil
}

func (w *web) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", w.index)
	mux.HandleFunc("GET /env", env)
	mux.HandleFunc("GET /healthz", w.healthz)
	mux.HandleFunc("POST /health/on", func(http.ResponseWriter, *http.Request) { w.healthy.Store(true) })
	mux.HandleFunc("POST /health/off", func(http.ResponseWriter, *http.Request) { w.healthy.Store(false) })
	return mux
}

// index writes the name of the server and the answers of its upstreams, one per
// line.
func (w *web) index(rw http.ResponseWriter, r *http.Request) {
	lines := []string{w.name}
	for _, up := range w.upstreams {
		answer, err := ask(r.Context(), up)
		if err != nil {
			http.Error(rw, fmt.Sprintf("%s: upstream %s: %v", w.name, up, err), http.StatusBadGateway)
			return
		}
		for _, line := range strings.Split(strings.TrimSpace(answer), "\n") {
			lines = append(lines, "  "+line)
		}
	}
	_, _ = io.WriteString(rw, strings.Join(lines, "\n")+"\n")
}

func (w *web) healthz(rw http.ResponseWriter, _ *http.Request) {
	if !w.healthy.Load() {
		http.Error(rw, "unhealthy", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(rw, "ok\n")
}

func env(rw http.ResponseWriter, _ *http.Request) {
	vars := os.Environ()
	sort.Strings(vars)
	_, _ = io.WriteString(rw, strings.Join(vars, "\n")+"\n")
}

// health implements a HEALTHCHECK for an image without a shell.
func health(ctx context.Context, args []string) error {
	if len(args) != 1 {
		fmt.Fprint(os.Stderr, usage)
		return exitError(2)
	}
	answer, err := ask(ctx, args[0])
	if err != nil {
		return err
	}
	fmt.Print(answer)
	return nil
}

// ask requests an http:// URL and returns the body, or connects to a host:port. It
// returns an error if the status is 400 or higher.
func ask(ctx context.Context, target string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if !strings.Contains(target, "://") {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
		if err != nil {
			return "", err
		}
		return target + " accepts\n", conn.Close()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err == nil && resp.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(body)))
	}
	return string(body), err
}

// serveTCP echoes the input of every connection.
func serveTCP(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("tcp", flag.ContinueOnError)
	listen := flags.String("listen", ":9000", "address to serve on")
	if err := flags.Parse(args); err != nil {
		return exitError(2)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	fmt.Printf("tcp: listens on %s\n", *listen)
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			fmt.Println("tcp: stopped")
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			defer func() { _ = conn.Close() }()
			_, _ = io.Copy(conn, conn)
		}()
	}
}
