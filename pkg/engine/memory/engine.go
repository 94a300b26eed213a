// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// Options adjust an Engine. The zero value is an empty engine in real time whose
// registry is empty.
type Options struct {
	// Clock tells the time; nil means real time. It is called with the engine
	// locked and must not call back.
	Clock func() time.Time
	// AnyImage has the registry serve every valid reference, with Behaviour.
	AnyImage bool
	// Behaviour is that of images which nobody published.
	Behaviour ImageBehaviour
	// HostPath reports whether a host path exists, for bind mounts; nil means
	// that all do.
	HostPath func(path string) bool
	// RecordCalls keeps what Calls returns.
	RecordCalls bool
}

// Engine is an in-memory engine. It is safe for concurrent use.
type Engine struct {
	opts Options
	// realTime says that time passes by itself.
	realTime bool

	mu   sync.Mutex
	fail func(Op) Fault
	// job says which containers end by themselves, by their labels.
	job func(labels map[string]string) bool

	images     map[string]*image // by reference
	imagesByID map[string]*image
	registry   map[string]*image
	containers map[string]*container // by ID
	names      map[string]*container
	networks   map[string]*network // by ID
	volumes    map[string]*volume  // by name
	occupied   map[int]bool        // host ports of foreign processes
	nextPort   int

	// sequence numbers what is created, for IDs and for ties in time.
	sequence uint64
	// snapshot is the last one handed out, nil when something changed since.
	snapshot *engine.Snapshot
	// due is when the next change happens by itself, if dueKnown.
	due      time.Time
	dueKnown bool

	events    []engine.Event
	watchers  map[*watcher]struct{}
	mutations int
	calls     []Call
}

var _ engine.Engine = (*Engine)(nil)

// New makes an empty Engine.
func New(opts Options) *Engine {
	realTime := opts.Clock == nil
	if realTime {
		opts.Clock = time.Now
	}
	return &Engine{
		opts:       opts,
		realTime:   realTime,
		images:     map[string]*image{},
		imagesByID: map[string]*image{},
		registry:   map[string]*image{},
		containers: map[string]*container{},
		names:      map[string]*container{},
		networks:   map[string]*network{},
		volumes:    map[string]*volume{},
		occupied:   map[int]bool{},
		nextPort:   firstEphemeralPort,
		watchers:   map[*watcher]struct{}{},
	}
}

// Info says that the engine is in memory.
func (e *Engine) Info(ctx context.Context) (engine.Info, error) {
	info := engine.Info{Name: "memory", Version: "0", Endpoint: "memory", OS: "linux"}
	return info, e.read(ctx, Op{Name: "Info"}, func() error { return nil })
}

// act locks the engine for what users and the world do.
func (e *Engine) act(do func(now time.Time)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	do(e.settle())
}

// newID is a fresh ID in the form of an engine's, and its number.
func (e *Engine) newID() (string, uint64) {
	e.sequence++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("memory engine "), e.sequence))
	return hex.EncodeToString(sum[:]), e.sequence
}

// changed forgets what was derived from the state.
func (e *Engine) changed() {
	e.snapshot = nil
	e.dueKnown = false
}
