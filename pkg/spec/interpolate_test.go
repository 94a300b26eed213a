// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// environment is the Lookup of these tests.
func environment(name string) (string, bool) {
	value, set := map[string]string{
		"TAG": "1.29", "PORT": "8080", "EMPTY": "", "YES": "true", "TRICK": "x, privileged: true", "LINES": "a\nb: c",
		"NUMBER": "5", "PASSWORD": "hunter2", "NULL": "null", "NUL": "a\x00b",
	}[name]
	return value, set
}

func TestInterpolate(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a variable":           {"${TAG}", "1.29"},
		"part of a text":       {"v${TAG}-${NUMBER}", "v1.29-5"},
		"text like a number":   {"${NUMBER}", "5"},
		"text like null":       {"${NULL}", "null"},
		"an empty variable":    {"${EMPTY}", ""},
		"a default":            {"${NONE:-fallback}", "fallback"},
		"a default if empty":   {"${EMPTY:-fallback}", "fallback"},
		"an unused default":    {"${TAG:-fallback}", "1.29"},
		"an empty default":     {"${NONE:-}", ""},
		"a default with :":     {"${NONE:-http://x:1}", "http://x:1"},
		"an unused message":    {"${TAG:?set it}", "1.29"},
		"a dollar":             {"$$HOME", "$HOME"},
		"an escaped reference": {"$${TAG}", "${TAG}"},
		"shell variables":      {"echo $HOME $1 $", "echo $HOME $1 $"},
		"replaced once":        {"${NONE:-$}{TAG}", "${TAG}"},
		"no new fields":        {"${TRICK}", "x, privileged: true"},
		"no new lines":         {"${LINES}", "a\nb: c"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, quote := range []string{"", "'", `"`} {
				text := header + "kind: Container\nmetadata: {name: app}\nspec:\n  image: nginx\n  env:\n    A: " + quote + tc.text + quote + "\n"
				objects, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{Lookup: environment})
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				c := objects[0].Container
				if got := c.Env["A"].Value; got != tc.want || len(c.Env) != 1 || c.Privileged {
					t.Errorf("with the quotes <%s> got %q and %d variables, want %q", quote, got, len(c.Env), tc.want)
				}
			}
		})
	}
}

// TestInterpolateTypes checks that a variable can have any type, and that its name
// is recorded.
func TestInterpolateTypes(t *testing.T) {
	text := header + `kind: Container
metadata: {name: "app-${NUMBER}"}
spec:
  image: nginx:${TAG}
  privileged: ${YES}
  ports: [{host: "${PORT}", container: "${PORT}"}]
  networks: ["net${NUMBER}", "${NUMBER}"]
  stopGracePeriod: ${NUMBER}s
  healthCheck: {test: [CMD, x], retries: "${NUMBER}"}
  resources: {limits: {memory: "${NUMBER}Gi"}}
status: {x: "${NONE}"}
`
	objects, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{Lookup: environment})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	o := objects[0]
	if diff := cmp.Diff([]string{"NUMBER", "PORT", "TAG", "YES"}, o.Variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	want := spec.Container{
		Image: "nginx:1.29", Privileged: true, Ports: []spec.Port{{
			Host: spec.PortRange{First: 8080, Last: 8080}, Container: spec.PortRange{First: 8080, Last: 8080}, Protocol: "tcp",
		}},
		Networks: []spec.NetworkRef{{Name: "net5"}, {Name: "5"}}, StopGracePeriod: 5e9, PullPolicy: spec.PullMissing,
		HealthCheck: &spec.HealthCheck{Test: []string{"CMD", "x"}, Retries: 5}, RestartPolicy: spec.RestartPolicy{Name: spec.RestartAlways},
		Resources: spec.Resources{Limits: spec.Limits{Memory: 5 << 30}},
	}
	if diff := cmp.Diff(want, *o.Container); diff != "" || o.Metadata.Name != "app-5" {
		t.Errorf("%s: -want +got:\n%s", o.Metadata.Name, diff)
	}
}

// TestInterpolateOff checks that texts are unchanged without a Lookup.
func TestInterpolateOff(t *testing.T) {
	o := container(t, "env: {A: '${TAG} $$ ${'}")
	if got := o.Container.Env["A"].Value; got != "${TAG} $$ ${" || o.Variables != nil {
		t.Errorf("got %q and %v", got, o.Variables)
	}
}

// TestInterpolateErrors checks that each error has the position of the value and
// does not contain the value of a variable.
func TestInterpolateErrors(t *testing.T) {
	for name, tc := range map[string]struct{ field, want string }{
		"not set":         {"env: {A: '${NONE}'}", "spec.env.A: variable NONE is not set (set it in the environment or in .env, or write ${NONE:-default})"},
		"a message":       {"env: {A: '${NONE:?the token of x}'}", "spec.env.A: variable NONE is not set: the token of x (set it in the environment or in .env)"},
		"empty, required": {"env: {A: '${EMPTY:?}'}", "spec.env.A: variable EMPTY is not set (set it in the environment or in .env, or write ${EMPTY:-default})"},
		"not closed":      {"env: {A: '${TAG'}", "spec.env.A: variable reference is not closed: missing } (write ${NAME}, ${NAME:-default} or ${NAME:?message}, or $${ for a literal ${)"},
		"shell operator":  {"env: {A: '${TAG%x}'}", `spec.env.A: invalid variable reference starting at "${TAG" (write ${NAME}, ${NAME:-default} or ${NAME:?message}, or $${ for a literal ${)`},
		"a wrong type":    {"privileged: ${PASSWORD}", "spec.privileged: found the value of ${PASSWORD}, want true or false (write true or false without quotes)"},
		"a wrong size":    {"resources: {shmSize: '${PASSWORD}'}", "spec.resources.shmSize: found the value of ${PASSWORD}, want a size (write a size such as 512Mi, 1.5Gi or 64k; a number without a unit is bytes)"},
		"not a list":      {"command: ${TRICK}", "spec.command: found the value of ${TRICK}, want a list (enclose it in [ ])"},
		"NUL":             {"env: {A: '${NUL}'}", "spec.env.A: the value of a variable contains a NUL character (remove it)"},
	} {
		t.Run(name, func(t *testing.T) {
			text := header + "kind: Container\nmetadata: {name: app}\nspec:\n  image: nginx\n  " + tc.field + "\n"
			_, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{Lookup: environment})
			if len(errs) != 1 || !strings.HasPrefix(errs.Error(), "f.yaml:6:") || !strings.HasSuffix(errs.Error(), ": "+tc.want) {
				t.Errorf("got  %v\nwant f.yaml:6:..: %s", errs, tc.want)
			}
		})
	}
}

func TestParseEnvFile(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want map[string]string
		err  string
	}{
		"lines":             {"A=1\nB = two words \n\n# C=3\r\n", map[string]string{"A": "1", "B": "two words"}, ""},
		"a byte order mark": {"\ufeffA=1", map[string]string{"A": "1"}, ""},
		"export":            {"export A=1", map[string]string{"A": "1"}, ""},
		"comments":          {"A=1 # one\nB=a#b", map[string]string{"A": "1", "B": "a#b"}, ""},
		"quotes":            {`A='x # $Y \n' # z` + "\n" + `B="a\nb \"c\" # d \$"`, map[string]string{"A": `x # $Y \n`, "B": "a\nb \"c\" # d $"}, ""},
		"empty values":      {"A=\nB=''", map[string]string{"A": "", "B": ""}, ""},
		"repeated name":     {"A=1\nA=2", map[string]string{"A": "2"}, ""},
		"no equals sign":    {"A=1\nB", nil, "line 2: want NAME=value, where the name consists of letters, digits and _"},
		"no name":           {"=1", nil, "line 1: want NAME=value, where the name consists of letters, digits and _"},
		"not closed":        {"A='x", nil, "line 1: missing closing quote on the line"},
		"text after quote":  {"A='x'y", nil, "line 1: unexpected text after the closing quote"},
		"NUL":               {"A=\x00", nil, "line 1: the value contains a NUL character"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := spec.ParseEnvFile(tc.text)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff(tc.want, got) + cmp.Diff(tc.err, message); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
