// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"
)

// Engine is a container engine. The package documentation describes the rules
// for all of its methods.
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
	// List reads every container, network and volume, and the references of the
	// images. It leaves out objects that vanish meanwhile. It returns an error if
	// the containers cannot be read or ctx is cancelled. If another kind cannot be
	// read, the snapshot lacks its objects and holds the error in Unread.
	List(ctx context.Context) (Snapshot, error)
	// Get reads an object by its ID. It returns NotFound if the object is gone.
	Get(ctx context.Context, id ID) (Object, error)
	// Find reads an object by its name. It returns NotFound if there is none, and
	// Ambiguous if several networks have the name.
	Find(ctx context.Context, kind Kind, name string) (Object, error)
	// Image reads an image of the local store by reference or ID. It returns
	// ImageNotFound if it is absent.
	Image(ctx context.Context, ref string) (Image, error)
	// Logs returns the last lines of a container's output, oldest first; none if
	// lines is zero or less.
	Logs(ctx context.Context, id ID, lines int) ([]string, error)
	// Info returns the engine's version. It makes calls that an engine which hangs
	// does not complete.
	Info(ctx context.Context) (Info, error)
}

// Writer changes the engine. Each method makes one change.
type Writer interface {
	Copier
	Updater
	// Pull fetches an image from its registry and returns when it is in the local
	// store. Only the deadline of ctx applies. progress may be nil. It is called
	// from one goroutine, and also if the amount has not changed, for example while
	// layers are extracted.
	Pull(ctx context.Context, req PullRequest, progress func(Progress)) error
	// CreateContainer creates a container with all its networks and does not start
	// it. It returns NameInUse if the name is taken. If a network cannot be
	// connected, it removes the container again.
	CreateContainer(ctx context.Context, cfg ContainerConfig) (ID, error)
	// Start starts a container.
	Start(ctx context.Context, id ID) error
	// Stop sends the stop signal, waits for up to grace, and then kills. It returns
	// when the container has exited.
	Stop(ctx context.Context, id ID, grace time.Duration) error
	// Rename renames a container. It returns NameInUse if the name is taken.
	Rename(ctx context.Context, id ID, name string) error
	// Connect connects a container, running or not, to a network. It returns
	// NetworkNotFound if the network does not exist.
	Connect(ctx context.Context, id ID, at Attachment) error
	// Disconnect disconnects a container from a network by the network's name.
	Disconnect(ctx context.Context, id ID, network string) error
	// CreateNetwork creates a network. It returns NameInUse if the name is taken.
	CreateNetwork(ctx context.Context, cfg NetworkConfig) (ID, error)
	// CreateVolume creates a volume. It returns NameInUse if the name is taken.
	CreateVolume(ctx context.Context, cfg VolumeConfig) (ID, error)
	// Remove removes an object. It kills a running container, and removes the
	// container's anonymous volumes but not its named ones. It returns InUse if a
	// network or volume has users.
	Remove(ctx context.Context, id ID) error
}

// Watcher reports changes.
type Watcher interface {
	// Watch calls handle for each event until ctx ends or the stream breaks, and
	// returns the reason, never nil. It calls ready once when the subscription is in
	// effect; every later change is reported. It repeats the events at or after
	// since that the engine still has; none if since is zero. handle must not block.
	Watch(ctx context.Context, since time.Time, ready func(), handle func(Event)) error
}

// PullRequest names an image to fetch.
type PullRequest struct {
	Reference string
	// Platform is "os/architecture[/variant]"; empty means the engine's platform.
	Platform string
}

// Progress is the amount of an image that was fetched, in bytes. Total grows while
// the engine discovers the layers.
type Progress struct{ Done, Total int64 }

// Event is a hint that an object may have changed.
type Event struct {
	// ID is the object. For an image, Value may be a reference.
	ID ID
	// Action is the engine's name of the change, for example "die". It is meant for
	// logs and not for decisions.
	Action string
	// Stops is true if the event is a request to end the container.
	Stops bool
	// Time is the time of the event by the engine's clock.
	Time time.Time
	// Labels are the labels of a container; nil for other kinds.
	Labels map[string]string
}

// Info describes an engine.
type Info struct {
	// Name is the implementation: "docker" or "memory".
	Name       string
	Version    string
	APIVersion string
	Endpoint   string
	OS         string
}
