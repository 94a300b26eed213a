// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	utilversion "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/version"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/apiserver/rest"
)

// process serves the state of the controller and of its process.
type process struct{ opts Options }

func (p process) register(mux *http.ServeMux) {
	mux.HandleFunc("/healthz", serveAlive)
	mux.HandleFunc("/livez", serveAlive)
	mux.HandleFunc("/readyz", p.serveReady)
	mux.HandleFunc("/version", p.serveVersion)
	if p.opts.Metrics != nil {
		mux.Handle("/metrics", p.opts.Metrics)
	}
	mux.HandleFunc(v1alpha1.ControllerPath, func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteJSON(w, http.StatusOK, p.opts.Controller())
	})
	mux.HandleFunc(v1alpha1.PlanPath, p.servePlan)
}

func serveAlive(w http.ResponseWriter, _ *http.Request) { rest.WriteText(w, http.StatusOK, "ok") }

// Check is one condition of readiness.
type Check struct {
	Name string
	// Err is nil if the check passed.
	Err error
}

// serveReady responds as the servers of Kubernetes do: with the results of all
// checks if one of them failed or if the request contains ?verbose.
func (p process) serveReady(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	failed := false
	if p.opts.Ready != nil {
		for _, c := range p.opts.Ready() {
			if c.Err != nil {
				failed = true
				fmt.Fprintf(&text, "[-]%s failed: %v\n", c.Name, c.Err)
				continue
			}
			fmt.Fprintf(&text, "[+]%s ok\n", c.Name)
		}
	}
	switch {
	case failed:
		rest.WriteText(w, http.StatusServiceUnavailable, text.String()+"readyz check failed\n")
	case r.URL.Query().Has("verbose"):
		rest.WriteText(w, http.StatusOK, text.String()+"readyz check passed\n")
	default:
		rest.WriteText(w, http.StatusOK, "ok")
	}
}

func (p process) serveVersion(w http.ResponseWriter, _ *http.Request) {
	text := gitVersion(p.opts.Version)
	parsed := utilversion.MustParseSemantic(text)
	rest.WriteJSON(w, http.StatusOK, version.Info{
		Major:      strconv.FormatUint(uint64(parsed.Major()), 10),
		Minor:      strconv.FormatUint(uint64(parsed.Minor()), 10),
		GitVersion: text,
		GoVersion:  runtime.Version(),
		Compiler:   runtime.Compiler,
		Platform:   runtime.GOOS + "/" + runtime.GOARCH,
	})
}

// gitVersion returns a version that kubectl can parse. A version without a tag,
// such as "f2987bc", becomes build metadata of version 0.
func gitVersion(v string) string {
	if _, err := utilversion.ParseSemantic(v); err == nil {
		return v
	}
	return strings.TrimRight("v0.0.0+"+notSemantic.ReplaceAllString(v, "-"), "+-")
}

// notSemantic matches characters that a semantic version must not contain.
var notSemantic = regexp.MustCompile(`[^0-9A-Za-z-]+`)

func (p process) servePlan(w http.ResponseWriter, r *http.Request) {
	if p.opts.Plan == nil {
		rest.WriteError(w, rest.NoSuchPath(r))
		return
	}
	text, err := p.opts.Plan(r.Context())
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	rest.WriteText(w, http.StatusOK, text)
}
