// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
)

// maxContent is how many bytes a Config or Secret may have in all.
const maxContent = 4 * MaxBytes

// load takes in the content of a Config or Secret, and of the files that the
// object names.
func (o *Object) load(read func(string) ([]byte, error), fail fail) {
	l := &loader{content: map[string]Sensitive{}, read: read, fail: fail}
	switch {
	case o.Config != nil:
		l.config(o.Config)
	case o.Secret != nil:
		l.secret(o.Secret)
	case o.Container != nil:
		l.envFiles(o.Container.EnvFile, "spec.envFile")
		for i, c := range o.Container.InitContainers {
			l.envFiles(c.EnvFile, fmt.Sprintf("spec.initContainers[%d].envFile", i))
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
	// sensitive reports that the entries are those of a Secret.
	sensitive bool
	size      int
	read      func(string) ([]byte, error)
	fail      fail
}

// contentKey is what the name of an entry may be: it becomes that of a file.
var contentKey = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// entry takes in one entry.
func (l *loader) entry(field, key, text string) {
	at := join("spec."+field, key)
	if text == Redacted && l.sensitive {
		l.fail(at, "found "+Redacted+", which stands for a secret where one is shown", "write the secret itself")
		return
	}
	if !contentKey.MatchString(key) || key == "." || key == ".." {
		l.fail(at, fmt.Sprintf("%q is no valid key", key), "use letters, digits, _, . and -")
		return
	}
	if _, found := l.content[key]; found {
		l.fail(at, fmt.Sprintf("the key %s stands in two fields", key), "remove one of them")
		return
	}
	if field != "files" { // counted when they were read
		l.size += len(text)
	}
	l.content[key] = NewSensitive(text)
}

func (l *loader) config(c *Config) {
	for _, key := range slices.Sorted(maps.Keys(c.Data)) {
		l.entry("data", key, c.Data[key])
	}
	for _, key := range slices.Sorted(maps.Keys(c.BinaryData)) {
		l.entry("binaryData", key, string(c.BinaryData[key]))
	}
	l.files(c.Files)
}

func (l *loader) secret(s *Secret) {
	l.sensitive = true
	for _, key := range slices.Sorted(maps.Keys(s.Data)) {
		l.entry("data", key, s.Data[key].Reveal())
	}
	for _, key := range slices.Sorted(maps.Keys(s.BinaryData)) {
		l.entry("binaryData", key, s.BinaryData[key].Reveal())
	}
	l.files(s.Files)
}

func (l *loader) files(files map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(files)) {
		text, ok := l.file(files[key], join("spec.files", key))
		if ok || l.read == nil {
			l.entry("files", key, text)
		}
	}
}

// file is the content of a file; false when there is none.
func (l *loader) file(name, at string) (string, bool) {
	switch {
	case name == "":
		l.fail(at, "missing", "name a file, relative to the manifest's folder")
		return "", false
	case path.IsAbs(name) || name[0] == '~':
		l.fail(at, fmt.Sprintf("%q is no relative path", name), "write it relative to the manifest's folder")
		return "", false
	case l.read == nil, l.size > maxContent: // that is a fault of its own
		return "", false
	}
	data, err := l.read(name)
	if err != nil {
		l.fail(at, fmt.Sprintf("%s: %v", name, err), "paths are relative to the manifest's folder")
		return "", false
	}
	l.size += len(data)
	return string(data), true
}

func (l *loader) envFiles(files []string, at string) {
	for i, name := range files {
		at := fmt.Sprintf("%s[%d]", at, i)
		text, ok := l.file(name, at)
		if !ok {
			continue
		}
		if _, err := ParseEnvFile(text); err != nil {
			l.fail(at, fmt.Sprintf("%s: %v", name, err), "an environment file has lines of NAME=value")
			continue
		}
		l.content[name] = NewSensitive(text)
	}
}
