// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Resolve returns a copy of objects in which Resolved is set for each container
// with references to configs, secrets or environment files. References to
// objects or keys that do not exist are listed in Resolved.Missing.
func Resolve(objects map[Key]Object) map[Key]Object {
	all := make(map[Key]Object, len(objects))
	for k, o := range objects {
		if o.Container != nil && o.Container.hasReferences() {
			o.Resolved = resolveContainer(objects, o)
		}
		all[k] = o
	}
	return all
}

// hasReferences reports whether the container refers to content.
func (c *Container) hasReferences() bool {
	return len(c.EnvFile) > 0 || len(c.contentEdges("")) > 0 ||
		slices.ContainsFunc(c.InitContainers, func(i InitContainer) bool { return len(i.EnvFile) > 0 })
}

type resolver struct {
	objects map[Key]Object
	of      Object
	missing []Missing
}

func resolveContainer(objects map[Key]Object, o Object) *Resolved {
	r := &resolver{objects: objects, of: o}
	c := o.Container
	out := &Resolved{
		Env:   r.resolveEnv(c.EnvFile, c.Env, "spec"),
		Files: r.resolveFiles(c.Configs, c.Secrets, "spec"),
	}
	for i, init := range c.InitContainers {
		at := fmt.Sprintf("spec.initContainers[%d]", i)
		if out.Init == nil {
			out.Init, out.InitFiles = map[string]map[string]EnvContent{}, map[string][]File{}
		}
		out.Init[init.Name] = r.resolveEnv(init.EnvFile, init.Env, at)
		out.InitFiles[init.Name] = r.resolveFiles(init.Configs, init.Secrets, at)
	}
	slices.SortStableFunc(r.missing, func(a, b Missing) int {
		return cmp.Or(a.Key.Compare(b.Key), cmp.Compare(a.Path, b.Path))
	})
	out.Missing = r.missing
	return out
}

// resolveEnv returns an environment: the variables of the files in order, then
// the values of the manifest, which override them.
func (r *resolver) resolveEnv(files []string, values map[string]EnvValue, at string) map[string]EnvContent {
	env := map[string]EnvContent{}
	for _, name := range files {
		lines, _ := ParseEnvFile(r.of.Content[name].Reveal()) // validated when it was loaded
		for variable, text := range lines {
			env[variable] = EnvContent{Text: NewSensitive(text)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		at := joinPath(at+".env", name)
		switch v := values[name]; {
		case v.FromConfig != nil:
			r.setReference(env, name, KindConfig, *v.FromConfig, at+".fromConfig")
		case v.FromSecret != nil:
			r.setReference(env, name, KindSecret, *v.FromSecret, at+".fromSecret")
		default:
			env[name] = EnvContent{Text: NewSensitive(v.Value)}
		}
	}
	return env
}

// setReference sets a variable to the value of the key that ref refers to.
func (r *resolver) setReference(env map[string]EnvContent, name string, kind Kind, ref KeyRef, at string) {
	text, missing := r.findEntry(kind, ref.Name, ref.Key, at)
	switch {
	case missing == nil:
		env[name] = EnvContent{Text: text, Secret: kind == KindSecret}
	case !ref.Optional:
		r.missing = append(r.missing, *missing)
	}
}

// findContent returns the entries of a Config or Secret, or a Missing if it does not
// exist.
func (r *resolver) findContent(kind Kind, name, at string) (map[string]Sensitive, *Missing) {
	k := Key{kind, r.of.Metadata.Namespace, name}
	o, found := r.objects[k]
	if found {
		return o.Content, nil
	}
	reason := map[Kind]string{KindConfig: ReasonConfigNotFound, KindSecret: ReasonSecretNotFound}[kind]
	advice := cmp.Or(Set{Objects: r.objects}.Suggest(k), "add a manifest for it")
	return nil, &Missing{Path: at, Key: k, Reason: reason, Message: fmt.Sprintf("no manifest declares %s: %s", k, advice)}
}

// findEntry returns one entry of a Config or Secret, or a Missing if it does not
// exist.
func (r *resolver) findEntry(kind Kind, name, key, at string) (Sensitive, *Missing) {
	content, missing := r.findContent(kind, name, at)
	if missing != nil {
		return Sensitive{}, missing
	}
	if text, found := content[key]; found {
		return text, nil
	}
	k := Key{kind, r.of.Metadata.Namespace, name}
	reason := map[Kind]string{KindConfig: ReasonConfigKeyNotFound, KindSecret: ReasonSecretKeyNotFound}[kind]
	message := fmt.Sprintf("%s has no key %q: add it, or use one of its keys: %s", k, key, strings.Join(slices.Sorted(maps.Keys(content)), ", "))
	if len(content) == 0 {
		message = fmt.Sprintf("%s has no key %q: it has no keys", k, key)
	}
	return Sensitive{}, &Missing{Path: at, Key: k, Reason: reason, Message: message}
}

// resolveFiles returns the files of configs and secrets, sorted by path. If two
// have the same path, the later one is used.
func (r *resolver) resolveFiles(configs, secrets []FileRef, at string) []File {
	files := map[string]File{}
	add := func(kind Kind, ref FileRef, at string) {
		for _, f := range r.filesOfRef(kind, ref, at) {
			files[f.Path] = f
		}
	}
	for i, ref := range configs {
		add(KindConfig, ref, fmt.Sprintf("%s.configs[%d]", at, i))
	}
	for i, ref := range secrets {
		add(KindSecret, ref, fmt.Sprintf("%s.secrets[%d]", at, i))
	}
	return slices.SortedFunc(maps.Values(files), func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
}

func (r *resolver) filesOfRef(kind Kind, ref FileRef, at string) []File {
	file := File{UID: ref.UID, GID: ref.GID, Mode: cmp.Or(ref.Mode, defaultFileMode), Secret: kind == KindSecret}
	if ref.Key != "" {
		text, missing := r.findEntry(kind, ref.Name, ref.Key, at)
		if missing != nil {
			r.missing = append(r.missing, *missing)
			return nil
		}
		file.Path, file.Content = ref.Path(kind), text
		return []File{file}
	}
	content, missing := r.findContent(kind, ref.Name, at)
	if missing != nil {
		r.missing = append(r.missing, *missing)
	}
	var files []File
	for _, key := range slices.Sorted(maps.Keys(content)) {
		f := file
		f.Path, f.Content = path.Join(ref.Path(kind), key), content[key]
		files = append(files, f)
	}
	return files
}

// defaultFileMode is the default mode of files from configs and secrets.
const defaultFileMode FileMode = 0o444

// Path returns the absolute path of the file or, if Key is empty, of the directory
// that contains the files.
func (f FileRef) Path(kind Kind) string {
	switch {
	case f.Target != "":
		return path.Clean(f.Target)
	case kind == KindSecret:
		return path.Join("/run/secrets", f.Name, f.Key)
	}
	return path.Join("/", f.Name, f.Key)
}
