// SPDX-License-Identifier: Apache-2.0

package spec

// Resolved is what the references of a container amount to.
type Resolved struct {
	// Env are all variables of the container: of its files, its references and
	// its texts. Init are those of its init containers, by name.
	Env  map[string]EnvContent
	Init map[string]map[string]EnvContent
	// Files are what its configs and secrets put into its file system, sorted by
	// path; InitFiles are those of its init containers, by name.
	Files     []File
	InitFiles map[string][]File
	// Missing are the references that lead nowhere, sorted: while there are any,
	// nothing else here is complete, and the container cannot be created.
	Missing []Missing
}

// EnvContent is the value of a variable.
type EnvContent struct {
	// Text is the value.
	Text Sensitive
	// Secret reports that it comes from a Secret.
	Secret bool
}

// File is a file to be put into a container before it starts.
type File struct {
	// Path is absolute, in the container.
	Path string
	// UID and GID own it.
	UID, GID int
	// Mode is its mode.
	Mode FileMode
	// Content is what is in it.
	Content Sensitive
	// Secret reports that it comes from a Secret.
	Secret bool
}

// Missing is a reference that leads nowhere.
type Missing struct {
	// Path is the field with the reference, such as "spec.env.PASSWORD".
	Path string
	// Key is the Config or Secret.
	Key Key
	// Reason is ConfigNotFound, SecretNotFound, ConfigKeyNotFound or
	// SecretKeyNotFound.
	Reason string
	// Message says what is missing and what helps.
	Message string
}

// The reasons of what is missing.
const (
	ReasonConfigNotFound    = "ConfigNotFound"
	ReasonConfigKeyNotFound = "ConfigKeyNotFound"
	ReasonSecretNotFound    = "SecretNotFound"
	ReasonSecretKeyNotFound = "SecretKeyNotFound"
)

// Environment is the environment of the container, or with a name that of one of
// its init containers: as resolved, else its texts.
func (o Object) Environment(init string) map[string]EnvContent {
	if r := o.Resolved; r != nil {
		if init == "" {
			return r.Env
		}
		return r.Init[init]
	}
	values := o.Container.Env
	for _, c := range o.Container.InitContainers {
		if init != "" && c.Name == init {
			values = c.Env
		}
	}
	env := make(map[string]EnvContent, len(values))
	for name, v := range values {
		if v.FromConfig == nil && v.FromSecret == nil {
			env[name] = EnvContent{Text: NewSensitive(v.Value)}
		}
	}
	return env
}
