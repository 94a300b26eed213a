// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
)

// maxContent is the maximum total size of a Config or Secret in bytes.
const maxContent = 4 * MaxBytes

// load sets the content of a Config or Secret, and of the environment files of a
// container.
func (o *Object) load(read func(string) ([]byte, error), fail fail) {
	l := &loader{content: map[string]Sensitive{}, read: read, fail: fail}
	switch {
	case o.Config != nil:
		l.loadConfig(o.Config)
	case o.Secret != nil:
		l.loadSecret(o.Secret)
	case o.Container != nil:
		l.loadEnvFiles(o.Container.EnvFile, "spec.envFile")
		for i, c := range o.Container.InitContainers {
			l.loadEnvFiles(c.EnvFile, fmt.Sprintf("spec.initContainers[%d].envFile", i))
		}
	}
	if l.size > maxContent {
		fail("spec", fmt.Sprintf("the content has %d bytes, the limit is %d", l.size, maxContent), "mount a volume instead")
	}
	if len(l.content) > 0 {
		o.Content = l.content
	}
}

type loader struct {
	content map[string]Sensitive
	// sensitive reports whether the entries belong to a Secret.
	sensitive bool
	size      int
	read      func(string) ([]byte, error)
	fail      fail
}

// contentKey matches valid keys, which are also used as file names.
var contentKey = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// addEntry adds one entry of the field.
func (l *loader) addEntry(field, key, text string) {
	at := joinPath("spec."+field, key)
	if text == Redacted && l.sensitive {
		l.fail(at, "found the placeholder "+Redacted, "write the value itself")
		return
	}
	if !contentKey.MatchString(key) || key == "." || key == ".." {
		l.fail(at, fmt.Sprintf("invalid key %q", key), "use letters, digits, _, . and -")
		return
	}
	if _, found := l.content[key]; found {
		l.fail(at, fmt.Sprintf("key %s is set in two fields", key), "remove one of them")
		return
	}
	if field != "files" { // counted by readFile
		l.size += len(text)
	}
	l.content[key] = NewSensitive(text)
}

func (l *loader) loadConfig(c *Config) {
	for _, key := range slices.Sorted(maps.Keys(c.Data)) {
		l.addEntry("data", key, c.Data[key])
	}
	for _, key := range slices.Sorted(maps.Keys(c.BinaryData)) {
		l.addEntry("binaryData", key, string(c.BinaryData[key]))
	}
	l.loadFiles(c.Files)
}

func (l *loader) loadSecret(s *Secret) {
	l.sensitive = true
	for _, key := range slices.Sorted(maps.Keys(s.Data)) {
		l.addEntry("data", key, s.Data[key].Reveal())
	}
	for _, key := range slices.Sorted(maps.Keys(s.BinaryData)) {
		l.addEntry("binaryData", key, s.BinaryData[key].Reveal())
	}
	l.loadFiles(s.Files)
}

func (l *loader) loadFiles(files map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(files)) {
		text, ok := l.readFile(files[key], joinPath("spec.files", key))
		if ok || l.read == nil {
			l.addEntry("files", key, text)
		}
	}
}

// readFile returns the content of a file, and false if there is none.
func (l *loader) readFile(name, at string) (string, bool) {
	switch {
	case name == "":
		l.fail(at, "missing", "set a path relative to the directory of the manifest")
		return "", false
	case path.IsAbs(name) || name[0] == '~':
		l.fail(at, fmt.Sprintf("%q is not a relative path", name), "write a path relative to the directory of the manifest")
		return "", false
	case l.read == nil, l.size > maxContent: // load reports the size
		return "", false
	}
	data, err := l.read(name)
	if err != nil {
		l.fail(at, fmt.Sprintf("%s: %v", name, err), "paths are relative to the directory of the manifest")
		return "", false
	}
	l.size += len(data)
	return string(data), true
}

func (l *loader) loadEnvFiles(files []string, at string) {
	for i, name := range files {
		at := fmt.Sprintf("%s[%d]", at, i)
		text, ok := l.readFile(name, at)
		if !ok {
			continue
		}
		if _, err := ParseEnvFile(text); err != nil {
			l.fail(at, fmt.Sprintf("%s: %v", name, err), "an environment file consists of lines NAME=value")
			continue
		}
		l.content[name] = NewSensitive(text)
	}
}
