// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"os"
	"testing"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func TestResolveEndpoint(t *testing.T) {
	// lab is the SHA-256 of "lab", the name of the context's directory.
	const lab = "a51146d38077ff992eba84cf1d5e9b249073503eb74868699016153b031a38f7"
	rows := map[string]struct {
		host  string
		env   map[string]string
		files map[string]string
		want  endpoint
		code  engine.Code
	}{
		"the default is the default socket": {want: endpoint{host: "unix:///var/run/docker.sock"}},
		"an explicit host comes first": {
			host: "unix:///x", env: map[string]string{"DOCKER_HOST": "unix:///y", "DOCKER_CONTEXT": "lab"},
			want: endpoint{host: "unix:///x"},
		},
		"DOCKER_HOST precedes the context": {
			env: map[string]string{"DOCKER_HOST": "tcp://h:2375", "DOCKER_CONTEXT": "lab"}, want: endpoint{host: "tcp://h:2375"},
		},
		"DOCKER_TLS_VERIFY enables certificates": {
			env:  map[string]string{"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"},
			want: endpoint{host: "tcp://h:2376", certs: "/certs"},
		},
		"DOCKER_CONTEXT is read from its metadata": {
			env:   map[string]string{"DOCKER_CONTEXT": "lab", "HOME": "/h"},
			files: map[string]string{"/h/.docker/contexts/meta/" + lab + "/meta.json": `{"Endpoints":{"docker":{"Host":"unix:///lab"}}}`},
			want:  endpoint{host: "unix:///lab"},
		},
		"the configured context applies": {
			env: map[string]string{"DOCKER_CONFIG": "/c"},
			files: map[string]string{
				"/c/config.json":                            `{"currentContext":"lab"}`,
				"/c/contexts/meta/" + lab + "/meta.json":    `{"Endpoints":{"docker":{"Host":"tcp://lab:2376"}}}`,
				"/c/contexts/tls/" + lab + "/docker/ca.pem": "x",
			},
			want: endpoint{host: "tcp://lab:2376", certs: "/c/contexts/tls/" + lab + "/docker"},
		},
		"the default context is the default socket": {
			env: map[string]string{"DOCKER_CONTEXT": "default"}, want: endpoint{host: "unix:///var/run/docker.sock"},
		},
		"an unknown context is Invalid":          {env: map[string]string{"DOCKER_CONTEXT": "nope"}, code: engine.Invalid},
		"ssh is Invalid":                         {host: "ssh://me@h", code: engine.Invalid},
		"an address without a scheme is Invalid": {host: "nonsense", code: engine.Invalid},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			read := func(path string) ([]byte, error) {
				if text, ok := row.files[path]; ok {
					return []byte(text), nil
				}
				return nil, os.ErrNotExist
			}
			got, err := resolveEndpoint(row.host, func(k string) string { return row.env[k] }, read)
			wantCode(t, err, row.code)
			if err == nil && got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}
