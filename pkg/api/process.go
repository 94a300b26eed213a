// SPDX-License-Identifier: Apache-2.0

package api

import (
	"io"
	"net/http"
	"runtime"
	"strings"

	"k8s.io/apimachinery/pkg/version"
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
	mux.HandleFunc(ControllerPath, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.Controller())
	})
	mux.HandleFunc(PlanPath, s.servePlan)
}

func alive(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") }

func (s *server) serveReady(w http.ResponseWriter, _ *http.Request) {
	if s.Ready != nil {
		if err := s.Ready(); err != nil {
			writeText(w, http.StatusServiceUnavailable, "not ready: "+err.Error()+"\n")
			return
		}
	}
	writeText(w, http.StatusOK, "ok")
}

func (s *server) serveVersion(w http.ResponseWriter, _ *http.Request) {
	major, rest, _ := strings.Cut(strings.TrimPrefix(s.Version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	writeJSON(w, http.StatusOK, version.Info{
		Major:      major,
		Minor:      minor,
		GitVersion: s.Version,
		GoVersion:  runtime.Version(),
		Compiler:   runtime.Compiler,
		Platform:   runtime.GOOS + "/" + runtime.GOARCH,
	})
}

func (s *server) servePlan(w http.ResponseWriter, r *http.Request) {
	if s.Plan == nil {
		s.unknown(w, r)
		return
	}
	text, err := s.Plan(r.Context())
	if err != nil {
		writeError(w, err)
		return
	}
	writeText(w, http.StatusOK, text)
}

func writeText(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}
