// SPDX-License-Identifier: Apache-2.0

package spec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// files returns a Read function for the given files.
func files(texts map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		text, found := texts[name]
		if !found {
			return nil, errors.New("file does not exist")
		}
		return []byte(text), nil
	}
}

// resolved decodes a manifest and resolves the references of its objects.
func resolved(t *testing.T, text string, read func(string) ([]byte, error)) map[spec.Key]spec.Object {
	t.Helper()
	objects, errs := spec.Decode("f.yaml", []byte(text), spec.DecodeOptions{Read: read})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	all := map[spec.Key]spec.Object{}
	for _, o := range objects {
		all[o.Key()] = o
	}
	return spec.Resolve(all)
}

var appKey = spec.Key{Kind: spec.KindContainer, Namespace: "default", Name: "app"}

const (
	app = header + "kind: Container\nmetadata: {name: app}\nspec: {image: nginx, "
	// content declares the config and the secret that the containers refer to.
	content = `
---
` + header + `kind: Config
metadata: {name: conf}
spec: {data: {level: debug}, binaryData: {blob: AAEC}, files: {nginx.conf: ./nginx.conf}}
---
` + header + `kind: Secret
metadata: {name: db}
spec: {data: {password: hunter2}}
`
)

func TestResolve(t *testing.T) {
	read := files(map[string]string{
		"./nginx.conf": "server {}", "a.env": "A=file\nB=file # note\n", "b.env": "export B='second'\n",
	})
	for name, tc := range map[string]struct {
		spec    string
		env     map[string]string
		files   []string
		missing []string
	}{
		"texts override files, later files override earlier ones": {
			spec: `envFile: [a.env, b.env], env: {C: "1", A: text}`,
			env:  map[string]string{"A": "text", "B": "second", "C": "1"},
		},
		"references become values": {
			spec: `env: {L: {fromConfig: {name: conf, key: level}}, P: {fromSecret: {name: db, key: password}}}`,
			env:  map[string]string{"L": "debug", "P": "hunter2 (secret)"},
		},
		"missing optional references are omitted": {
			spec: `env: {L: {fromConfig: {name: none, key: x, optional: true}}, M: {fromConfig: {name: conf, key: x, optional: true}}}`,
			env:  map[string]string{},
		},
		"one entry becomes a file": {
			spec:  `configs: [{name: conf, key: nginx.conf, target: /etc/nginx/nginx.conf, uid: 7, gid: 8, mode: 0o600}], secrets: [{name: db, key: password}]`,
			env:   map[string]string{},
			files: []string{"/etc/nginx/nginx.conf 7:8 0600 server {}", "/run/secrets/db/password 0:0 0444 hunter2 (secret)"},
		},
		"all entries become files in a directory": {
			spec: `configs: [{name: conf, target: /etc/app/}], secrets: [db]`,
			env:  map[string]string{},
			files: []string{
				"/etc/app/blob 0:0 0444 \x00\x01\x02", "/etc/app/level 0:0 0444 debug",
				"/etc/app/nginx.conf 0:0 0444 server {}", "/run/secrets/db/password 0:0 0444 hunter2 (secret)",
			},
		},
		"missing references are reported": {
			spec: `env: {A: {fromConfig: {name: none, key: x}}, B: {fromSecret: {name: db, key: user}}}, configs: [none]`,
			env:  map[string]string{},
			missing: []string{
				"spec.configs[0]: ConfigNotFound: no manifest declares Config/default/none: add a manifest for it",
				"spec.env.A.fromConfig: ConfigNotFound: no manifest declares Config/default/none: add a manifest for it",
				`spec.env.B.fromSecret: SecretKeyNotFound: Secret/default/db has no key "user": add it, or use one of its keys: password`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := resolved(t, app+tc.spec+"}"+content, read)[appKey]
			secret := map[bool]string{true: " (secret)"}
			env := map[string]string{}
			for name, v := range o.Environment("") {
				env[name] = v.Text.Reveal() + secret[v.Secret]
			}
			var files, missing []string
			for _, f := range o.Resolved.Files {
				files = append(files, fmt.Sprintf("%s %d:%d %s %s%s", f.Path, f.UID, f.GID, f.Mode, f.Content.Reveal(), secret[f.Secret]))
			}
			for _, m := range o.Resolved.Missing {
				missing = append(missing, fmt.Sprintf("%s: %s: %s", m.Path, m.Reason, m.Message))
			}
			if diff := cmp.Diff(tc.env, env) + cmp.Diff(tc.files, files) + cmp.Diff(tc.missing, missing); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestResolveInit checks that init containers have their own variables and files.
func TestResolveInit(t *testing.T) {
	o := resolved(t, app+`initContainers: [{name: migrate, envFile: [a.env], configs: [{name: conf, key: level}]}]}`+content,
		files(map[string]string{"a.env": "A=1", "./nginx.conf": ""}))[appKey]
	if got := o.Environment("migrate")["A"].Text.Reveal(); got != "1" || len(o.Environment("")) != 0 {
		t.Errorf("A is %q, and the container has %v", got, o.Environment(""))
	}
	if got := o.Resolved.InitFiles["migrate"]; len(got) != 1 || got[0].Path != "/conf/level" || len(o.Resolved.Files) != 0 {
		t.Errorf("got the files %v, and for the container %v", got, o.Resolved.Files)
	}
}

// TestHashOfContent checks that the hash depends on the content, not on its source.
func TestHashOfContent(t *testing.T) {
	hash := func(spec, more string) string {
		return string(resolved(t, app+spec+"}"+more, files(map[string]string{
			"a.env": "P=hunter2", "other.env": "P=hunter3", "./nginx.conf": "server {}",
		}))[appKey].Hash())
	}
	literal := hash("env: {P: hunter2}", "")
	for name, tc := range map[string]struct {
		spec, content string
		same          bool
	}{
		"from a secret":  {"env: {P: {fromSecret: {name: db, key: password}}}", content, true},
		"from a file":    {"envFile: [a.env]", "", true},
		"another secret": {"env: {P: {fromSecret: {name: db, key: password}}}", strings.ReplaceAll(content, "hunter2", "hunter3"), false},
		"another file":   {"envFile: [other.env]", "", false},
		"an added file":  {"env: {P: hunter2}, configs: [{name: conf, key: level}]", content, false},
		"unused content": {"env: {P: hunter2}", content, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := hash(tc.spec, tc.content) == literal; got != tc.same {
				t.Errorf("same hash: %v, want %v", got, tc.same)
			}
		})
	}
	t.Run("another name of the same file's content", func(t *testing.T) {
		a := hash("configs: [{name: conf, key: level, target: /x}]", content)
		b := hash("secrets: [{name: db, key: password, target: /x}]", strings.ReplaceAll(content, "hunter2", "debug"))
		if a != b {
			t.Errorf("got %s and %s", a, b)
		}
	})
	t.Run("an unresolved hash is not comparable", func(t *testing.T) {
		got := hash("env: {P: {fromSecret: {name: none, key: password}}}", "")
		if spec.Hash(got).Comparable(spec.Hash(literal)) {
			t.Errorf("%s is comparable with %s", got, literal)
		}
	})
}

// TestSecretsAreRedacted checks that formatting and encoding reveal no secret.
func TestSecretsAreRedacted(t *testing.T) {
	o := resolved(t, app+"env: {P: {fromSecret: {name: db, key: password}}}, secrets: [db]}"+content, files(map[string]string{"./nginx.conf": ""}))
	hidden := struct{ objects map[spec.Key]spec.Object }{o}
	printed := ""
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, o) + fmt.Sprintf(verb, hidden)
		for _, obj := range o {
			printed += fmt.Sprintf(verb, obj) + fmt.Sprintf(verb, obj.Resolved) + fmt.Sprintf(verb, obj.Secret) + fmt.Sprintf(verb, obj.Content)
		}
	}
	for _, obj := range o {
		data, err := json.Marshal([]any{obj.Config, obj.Secret, obj.Container, obj.Content, obj.Resolved, obj.Hash(), obj.LiveHash()})
		if err != nil {
			t.Fatal(err)
		}
		printed += string(data) + spec.EncodeEdges(obj.Edges())
	}
	for _, secret := range []string{"hunter2", "68756e74657232", "aHVudGVyMg"} {
		if i := strings.Index(printed, secret); i >= 0 {
			t.Errorf("found the secret in %s", printed[max(0, i-60):i+20])
		}
	}
	if !strings.Contains(printed, spec.Redacted) {
		t.Error("no redacted value was printed")
	}
}

// TestSecretsStayOutOfErrors checks that errors of a Secret contain none of its
// values.
func TestSecretsStayOutOfErrors(t *testing.T) {
	for name, text := range map[string]string{
		"a number":        "spec: {data: {p: 314159}}",
		"a boolean":       "spec: {data: {p: 314159.0}}",
		"a date":          "spec: {data: {p: 3141-05-09}}",
		"a list":          "spec: {data: {p: ['314159']}}",
		"a text":          "spec: {data: '314159'}",
		"spec text":       "spec: '314159'",
		"base64":          "spec: {binaryData: {p: '314159!'}}",
		"an alias":        "spec: {data: {p: *314159}}",
		"an anchor":       "spec: {data: {p: &314159 x}}",
		"NUL":             `spec: {data: {p: "314159\0"}}`,
		"invalid key":     "spec: {data: {a/b: '314159'}}",
		"two fields":      "spec: {data: {p: '314159'}, binaryData: {p: MzE0MTU5}}",
		"kubernetes":      "stringData: {p: '314159'}",
		"a variable":      "spec: {data: {p: '${X:-314159}', q: '${'}}",
		"a wrong default": "spec: {data: {p: '${X-314159}'}}",
		"envFile":         "---\napiVersion: reconciler.dev/v1alpha1\nkind: Container\nmetadata: {name: a}\nspec: {image: a, envFile: [e]}",
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := spec.Decode("f.yaml", []byte(header+"kind: Secret\nmetadata: {name: s}\n"+text+"\n"), spec.DecodeOptions{
				Lookup: func(string) (string, bool) { return "", false },
				Read:   files(map[string]string{"e": "A B=314159"}),
			})
			if len(errs) == 0 {
				t.Fatal("no error")
			}
			if strings.Contains(errs.Error(), "3141") {
				t.Errorf("errors contain the value: %v", errs)
			}
		})
	}
}
