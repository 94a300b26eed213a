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

// addProcess serves what tells of the controller's process.
func (s *server) addProcess(mux *http.ServeMux) {
	mux.HandleFunc("/healthz", alive)
	mux.HandleFunc("/livez", alive)
	mux.HandleFunc("/readyz", s.serveReady)
	mux.HandleFunc("/version", s.serveVersion)
	if s.Metrics != nil {
		mux.Handle("/metrics", s.Metrics)
	}
	if s.Controller == nil {
		s.Controller = s.Store.Controller
	}
	mux.HandleFunc(v1alpha1.ControllerPath, func(w http.ResponseWriter, _ *http.Request) {
		rest.WriteJSON(w, http.StatusOK, s.Controller())
	})
	mux.HandleFunc(v1alpha1.PlanPath, s.servePlan)
}

func alive(w http.ResponseWriter, _ *http.Request) { rest.WriteText(w, http.StatusOK, "ok") }

// Check is one thing that has to be so for the controller to be ready.
type Check struct {
	Name string
	// Err is nil when it is so.
	Err error
}

// serveReady answers as Kubernetes' servers do, with all checks when ?verbose
// asks for them or one has failed.
func (s *server) serveReady(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	failed := false
	if s.Ready != nil {
		for _, c := range s.Ready() {
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

func (s *server) serveVersion(w http.ResponseWriter, _ *http.Request) {
	text := gitVersion(s.Version)
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

// gitVersion is a version that kubectl can parse: one without a tag, such as
// "f2987bc", is a build of version 0.
func gitVersion(v string) string {
	if _, err := utilversion.ParseSemantic(v); err == nil {
		return v
	}
	return strings.TrimRight("v0.0.0+"+notSemantic.ReplaceAllString(v, "-"), "+-")
}

// notSemantic is what a semantic version cannot hold.
var notSemantic = regexp.MustCompile(`[^0-9A-Za-z-]+`)

func (s *server) servePlan(w http.ResponseWriter, r *http.Request) {
	if s.Plan == nil {
		s.unknown(w, r)
		return
	}
	text, err := s.Plan(r.Context())
	if err != nil {
		rest.WriteError(w, err)
		return
	}
	rest.WriteText(w, http.StatusOK, text)
}
