// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// seedSnippets lists the container configurations of the original documentation of
// the project, unchanged. A snippet of a single field has the name of the field.
var seedSnippets = []struct{ name, field, text string }{
	{"quick start", "", `{
  id: 'pact-server',
  name: 'pact-server-1',
  image: 'kadena/pact',
  tag: 'latest',
  ports: [{ host: 9001, container: 9001 }],
  healthCheck: {
    test: ['CMD', 'curl', '-f', 'http://localhost:9001/health'],
    interval: '10s',
    retries: 3
  }
}`},
	{"startContainer", "", `{
  id: 'my-app',
  name: 'my-app-1',
  image: 'nginx',
  ports: [{ host: 8080, container: 80 }]
}`},
	{"startMany: db", "", `{
    id: 'db',
    name: 'postgres-db',
    image: 'postgres:15',
    env: { POSTGRES_PASSWORD: 'secret' }
  }`},
	{"startMany: app", "", `{
    id: 'app',
    name: 'my-app',
    image: 'my-app:latest',
    dependencies: ['db']
  }`},
	{"port mapping", "ports", `[
  { host: 8080, container: 80 },
  { host: 8443, container: 443 },
  { host: 9000, container: 9000, protocol: 'udp' }
]`},
	{"volume mapping", "volumes", `[
  // Bind mount
  { type: 'bind', source: './data', target: '/data' },
  
  // Named volume
  { type: 'volume', source: 'my-data', target: '/var/lib/data' },
  
  // Read-only mount
  { type: 'bind', source: './config', target: '/config', readOnly: true }
]`},
	{"health check", "healthCheck", `{
  test: ['CMD-SHELL', 'curl -f http://localhost/health || exit 1'],
  interval: '30s',
  timeout: '10s',
  retries: 3,
  startPeriod: '60s'
}`},
	{"restart policy: no", "restartPolicy", `{ name: 'no' }`},
	{"restart policy: always", "restartPolicy", `{ name: 'always' }`},
	{"restart policy: on-failure", "restartPolicy", `{ name: 'on-failure', maximumRetryCount: 5 }`},
	{"restart policy: unless-stopped", "restartPolicy", `{ name: 'unless-stopped' }`},
	{"dependencies: db", "", `{
    id: 'db',
    name: 'database',
    image: 'postgres:15'
  }`},
	{"dependencies: cache", "", `{
    id: 'cache',
    name: 'redis-cache',
    image: 'redis:7'
  }`},
	{"dependencies: app", "", `{
    id: 'app',
    name: 'application',
    image: 'my-app:latest',
    dependencies: ['db', 'cache']  // Wait for both
  }`},
	{"dependencies: proxy", "", `{
    id: 'proxy',
    name: 'nginx-proxy',
    image: 'nginx:alpine',
    dependencies: ['app']  // Wait for app
  }`},
	{"health check design", "healthCheck", `{
  test: [
    'CMD-SHELL',
    'test -f /app/ready && curl -f http://localhost/health'
  ],
  interval: '30s',
  timeout: '10s',
  retries: 3,
  startPeriod: '120s'  // Allow time for initialization
}`},
	{"network isolation", "", `{ id: 'backend', name: 'api', image: 'api:latest' }`},
	{"volume persistence", "", `{
  id: 'database',
  name: 'postgres-db',
  image: 'postgres:15',
  volumes: [
    {
      type: 'volume',
      source: 'postgres-data',
      target: '/var/lib/postgresql/data'
    }
  ]
}`},
	// The interface ContainerConfig with a value in each of its fields.
	{"every field", "", `{
  id: 'app', name: 'app-1', image: 'app', tag: 'latest',
  command: ['a'], entrypoint: ['b'], env: { A: '1' }, workingDir: '/app', user: 'app',
  ports: [{ host: 1, container: 2, protocol: 'tcp' }], networks: ['back'], hostname: 'app',
  volumes: [{ type: 'volume', source: 'x', target: '/x', readOnly: false }],
  healthCheck: { test: ['NONE'], interval: '1s', timeout: '1s', retries: 1, startPeriod: '1s' },
  restartPolicy: { name: 'always', maximumRetryCount: 0 },
  labels: { a: 'b' }, privileged: true, dependencies: ['db'], pullPolicy: 'missing'
}`},
}

// remark matches a JavaScript comment, the only syntax of the snippets that YAML
// flow style does not accept.
var remark = regexp.MustCompile(`(?m)(^|\s)// .*$`)

// TestSeedSnippets checks that each snippet is accepted under spec.
func TestSeedSnippets(t *testing.T) {
	for _, tc := range seedSnippets {
		t.Run(tc.name, func(t *testing.T) {
			text := remark.ReplaceAllString(tc.text, "")
			if tc.field != "" {
				text = fmt.Sprintf("{ id: 'app', name: 'app', image: 'app', %s: %s }", tc.field, text)
			}
			o := decode(t, header+"kind: Container\nspec: "+strings.ReplaceAll(text, "\n", "\n  ")+"\n")[0]
			if o.Metadata.Name == "" || o.Metadata.Name != o.Container.ID || o.EngineName() != o.Container.Name {
				t.Errorf("decoded as %s with the engine name %s", o.Key(), o.EngineName())
			}
		})
	}
}

// TestSeedDependencies checks the documented order: db and cache, then app, then
// proxy.
func TestSeedDependencies(t *testing.T) {
	needs := map[string][]string{}
	for _, tc := range seedSnippets {
		if !strings.HasPrefix(tc.name, "dependencies: ") {
			continue
		}
		o := decode(t, header+"kind: Container\nspec: "+strings.ReplaceAll(remark.ReplaceAllString(tc.text, ""), "\n", "\n  ")+"\n")[0]
		for _, e := range o.Edges() {
			if e.To.Kind == spec.KindContainer && e.Until == spec.UntilReady {
				needs[o.Metadata.Name] = append(needs[o.Metadata.Name], e.To.Name)
			}
		}
	}
	if diff := cmp.Diff(map[string][]string{"app": {"cache", "db"}, "proxy": {"app"}}, needs); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
