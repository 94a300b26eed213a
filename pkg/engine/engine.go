// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"
)

// Engine is a container engine. Its methods are safe for concurrent use, honour
// the context's end, and give errors that CodeOf can read. The outcome of a
// call whose context ended is unknown.
type Engine interface {
	Reader
	Writer
	Watcher
	Executor
	LogStreamer
	StatsReader
	TopReader
}

// Reader reads the engine.
type Reader interface {
	// List reads every container, network and volume in full, and the images.
	// Objects that vanish meanwhile are left out. It fails when the containers
	// cannot be read or the caller cancels it. When another kind cannot be read,
	// the snapshot lacks its objects and holds the error in Unread.
	List(ctx context.Context) (Snapshot, error)
	// Get reads one object by its ID; NotFound means that it is gone.
	Get(ctx context.Context, id ID) (Object, error)
	// Find reads one object by its engine name; NotFound when there is none.
	// Several networks of one name are Ambiguous.
	Find(ctx context.Context, kind Kind, name string) (Object, error)
	// Image reads an image by reference or ID; ImageNotFound when absent.
	Image(ctx context.Context, ref string) (Image, error)
	// Logs returns the last lines of a container's output, oldest first.
	Logs(ctx context.Context, id ID, lines int) ([]string, error)
	// Info probes the engine deeply enough to find a wedged one.
	Info(ctx context.Context) (Info, error)
}

// Writer changes the engine. Each method is one change. A change that is
// already so (a running container started, a stopped one stopped, a removed
// object removed) is no error.
type Writer interface {
	Copier
	Updater
	// Pull fetches an image and returns when it is there. progress, which may be
	// nil, is told how far it has come, from one goroutine, also when that is as
	// far as before: then something else goes on, such as the unpacking. It has no
	// deadline of its own.
	Pull(ctx context.Context, req PullRequest, progress func(Progress)) error
	// CreateContainer creates a container and joins it to all its networks,
	// without starting it. NameInUse when the name is taken. When joining
	// fails, the container is removed again.
	CreateContainer(ctx context.Context, cfg ContainerConfig) (ID, error)
	// Start starts a container.
	Start(ctx context.Context, id ID) error
	// Stop sends the stop signal, waits for grace, then kills; it returns when
	// the container has ended.
	Stop(ctx context.Context, id ID, grace time.Duration) error
	// Rename gives a container another name; NameInUse when it is taken.
	Rename(ctx context.Context, id ID, name string) error
	// Connect joins a container to a network.
	Connect(ctx context.Context, id ID, at Attachment) error
	// Disconnect takes a container off a network, by the network's name.
	Disconnect(ctx context.Context, id ID, network string) error
	// CreateNetwork creates a network; NameInUse when the name is taken.
	CreateNetwork(ctx context.Context, cfg NetworkConfig) (ID, error)
	// CreateVolume creates a volume; NameInUse when the name is taken.
	CreateVolume(ctx context.Context, cfg VolumeConfig) (ID, error)
	// Remove removes an object. A running container is killed, its anonymous
	// volumes go with it, its named ones stay. InUse when something is bound to
	// the network or volume.
	Remove(ctx context.Context, id ID) error
}

// Watcher tells of changes.
type Watcher interface {
	// Watch calls handle for each event until ctx ends or the stream breaks,
	// and returns why, never nil. It calls ready once when the subscription
	// stands: what changes from then on is told. Events since the given time
	// are told again when the engine still has them; zero asks for none. handle
	// must not block. Events may come twice, late, or never: they are hints.
	Watch(ctx context.Context, since time.Time, ready func(), handle func(Event)) error
}

// PullRequest names what is fetched.
type PullRequest struct {
	Reference string
	// Platform is "os/architecture[/variant]"; empty means the engine's own.
	Platform string
}

// Progress is how much of an image has come, in bytes. Total grows while the
// engine finds out what there is to fetch.
type Progress struct{ Done, Total int64 }

// Event is a hint that an object changed.
type Event struct {
	// ID is the object; for an image its reference may stand in Value.
	ID ID
	// Action is the engine's word, such as "die"; for logs, not for decisions.
	Action string
	// Stops says that somebody asked for the container's end.
	Stops bool
	// Time is when, by the engine's clock.
	Time time.Time
	// Labels are those of a container; other kinds do not tell them.
	Labels map[string]string
}

// Info is what the engine says of itself.
type Info struct {
	// Name is the adapter: "docker" or "memory".
	Name       string
	Version    string
	APIVersion string
	Endpoint   string
	OS         string
}
