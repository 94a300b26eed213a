// SPDX-License-Identifier: Apache-2.0

package spec

// Resolved is the content that the references of a container lead to.
type Resolved struct {
	// Env holds all environment variables of the container. Init holds the
	// variables of its init containers, by the name of the init container.
	Env  map[string]EnvContent
	Init map[string]map[string]EnvContent
	// Files holds the files from configs and secrets, sorted by path. InitFiles
	// holds the files of its init containers, by the name of the init container.
	Files     []File
	InitFiles map[string][]File
	// Missing lists the references to objects or keys that do not exist, sorted.
	// While it is not empty, the other fields are incomplete and the container
	// cannot be created.
	Missing []Missing
}

// EnvContent is the value of an environment variable.
type EnvContent struct {
	// Text is the value.
	Text Sensitive
	// Secret reports whether the value comes from a Secret.
	Secret bool
}

// File is a file that is copied into a container before it starts.
type File struct {
	// Path is the absolute path in the container.
	Path string
	// UID and GID are the numeric owner and group.
	UID, GID int
	// Mode is the file mode.
	Mode FileMode
	// Content is the content.
	Content Sensitive
	// Secret reports whether the value comes from a Secret.
	Secret bool
}

// Missing is a reference to an object or key that does not exist.
type Missing struct {
	// Path is the field with the reference, such as "spec.env.PASSWORD".
	Path string
	// Key identifies the Config or Secret.
	Key Key
	// Reason is ConfigNotFound, SecretNotFound, ConfigKeyNotFound or
	// SecretKeyNotFound.
	Reason string
	// Message describes the missing object or key, and how to correct it.
	Message string
}

// The reasons of a Missing.
const (
	ReasonConfigNotFound    = "ConfigNotFound"
	ReasonConfigKeyNotFound = "ConfigKeyNotFound"
	ReasonSecretNotFound    = "SecretNotFound"
	ReasonSecretKeyNotFound = "SecretKeyNotFound"
)

// Environment returns the environment of the container or, if init is not empty,
// of the init container with that name. Variables with references are included
// only after they were resolved.
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
