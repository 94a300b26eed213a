// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options adjust a Source. The zero value is usable.
type Options struct {
	spec.Defaults
	// Policy is what manifests may ask of the host; empty means policy.Dev.
	Policy policy.Profile
	// Literal leaves ${NAME} in manifests as it is; otherwise it is the value of
	// a variable of the environment, or of the .env file beside the manifest.
	Literal bool
	// Debounce is how long it has to be quiet after a change before the
	// manifests are read, and how old a new content has to be; zero means 100ms.
	Debounce time.Duration
	// PruneDelay is how long an object stays desired after its document or file
	// vanished; zero means 2s.
	PruneDelay time.Duration
	// Rescan is the time between two looks at everything, whether or not a
	// change was noticed; zero means 10s.
	Rescan time.Duration
	// Logger receives what a user of the Set cannot see; nil discards it.
	Logger *slog.Logger
}

// Source is a directory of manifests, or a single file. Its methods may be
// called from any goroutine; Run only once at a time.
type Source struct {
	root string
	opts Options
	log  *slog.Logger

	mu  sync.Mutex
	err error
}

// New makes a Source of a directory or file, which need not exist yet.
func New(dir string, opts Options) *Source {
	root, err := filepath.Abs(dir)
	if err != nil {
		root = filepath.Clean(dir)
	}
	opts.Debounce = cmp.Or(opts.Debounce, 100*time.Millisecond)
	opts.PruneDelay = cmp.Or(opts.PruneDelay, 2*time.Second)
	opts.Rescan = cmp.Or(opts.Rescan, 10*time.Second)
	s := &Source{root: root, opts: opts, log: opts.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// folder returns the directory of the manifests: root, or its parent if root is a
// file.
func (s *Source) folder() string {
	if info, err := os.Stat(s.root); err == nil && !info.IsDir() {
		return filepath.Dir(s.root)
	}
	return s.root
}

// Err is why the last look at the manifests could not see everything: nil when
// the Set is Complete.
func (s *Source) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Load reads the manifests once, or again as long as one is being written.
// Nothing is known of earlier versions then: what is broken is missing. It
// neither disturbs Run nor learns from it.
func (s *Source) Load(ctx context.Context) spec.Set {
	scanner := s.newScanner()
	result := scanner.scan(ctx)
	for range burst {
		if !result.unsettled() || !pause(ctx, s.opts.Debounce) {
			break
		}
		result = scanner.scan(ctx)
	}
	s.seen(result.err)
	m, _ := memory{delay: s.opts.PruneDelay}.step(result, time.Now())
	return m.set
}

func (s *Source) newScanner() *scanner {
	scanner := newScanner(s.root)
	scanner.settle, scanner.defaults, scanner.policy = s.opts.Debounce, s.opts.Defaults, s.opts.Policy.For(s.folder())
	if s.opts.Literal {
		scanner.environment = nil
	}
	return scanner
}

// pause waits, and reports false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// seen records how a look went.
func (s *Source) seen(err error) {
	s.mu.Lock()
	before := s.err
	s.err = err
	s.mu.Unlock()
	switch {
	case err != nil && (before == nil || before.Error() != err.Error()):
		s.log.Error("the manifests cannot be read completely; nothing is removed", "dir", s.root, "err", err)
	case err == nil && before != nil:
		s.log.Info("the manifests can be read again", "dir", s.root)
	}
}

// Run watches the manifests and hands out each Set that differs from the one
// before, the first one as soon as no manifest is being written, until ctx ends;
// it returns ctx's error then.
// notify is called from Run's own goroutine and must not change the Set.
func (s *Source) Run(ctx context.Context, notify func(spec.Set)) error {
	l := s.newLoop(notify)
	defer l.watcher.close()
	return l.run(ctx)
}

// loop is a running Source.
type loop struct {
	*Source
	watcher *watcher
	scanner *scanner
	notify  func(spec.Set)
	memory  memory
	// told reports that notify was called, looks how often that was put off.
	told  bool
	looks int
	// noticed is when the first change was heard of since the last settled look.
	noticed time.Time
}

func (s *Source) newLoop(notify func(spec.Set)) *loop {
	l := &loop{
		Source: s, watcher: newWatcher(s.log), notify: notify,
		scanner: s.newScanner(),
		memory:  memory{delay: s.opts.PruneDelay},
	}
	l.scanner.enter = l.watcher.enter
	return l
}

func (l *loop) run(ctx context.Context) error {
	for {
		wait := l.look(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("watch the manifests: %w", ctx.Err())
		}
		l.wait(ctx, wait)
	}
}

// retry is the longest time between two looks at a source that cannot be read
// or watched: nothing tells of a change there.
const retry = 500 * time.Millisecond

// look reads everything and tells of the Set when it is another one. It
// returns how long there is nothing to do unless something changes.
func (l *loop) look(ctx context.Context) time.Duration {
	l.watcher.begin()
	result := l.scanner.scan(ctx)
	if ctx.Err() != nil {
		return 0
	}
	l.watcher.end(result)
	l.seen(result.err)
	if !l.told && result.unsettled() && l.looks < burst {
		l.looks++ // the first Set is acted on without a memory of better ones
		return l.opts.Debounce
	}
	now := time.Now()
	next, wake := l.memory.step(result, now)
	changed := !l.told || !sameSet(l.memory.set, next.set)
	l.memory = next
	if changed {
		l.told = true
		set := next.set
		set.Noticed = l.noticed
		l.notify(set)
	}
	if !result.unsettled() {
		l.noticed = time.Time{}
	}
	wait := l.opts.Rescan
	if result.err != nil || l.watcher.deaf() {
		wait = min(wait, retry)
	}
	if result.unsettled() {
		wait = min(wait, l.opts.Debounce)
	}
	if !wake.IsZero() {
		wait = min(wait, max(wake.Sub(now), 0))
	}
	return wait
}

// burst is how many times the debounce a lasting stream of changes is waited
// for at most.
const burst = 10

// wait returns when it is time for another look: something has changed and is
// quiet again, or idle has passed.
func (l *loop) wait(ctx context.Context, idle time.Duration) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	deadline := time.Now().Add(idle)
	var latest time.Time // when the stream of changes has lasted long enough
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case e := <-l.watcher.events():
			if !l.watcher.heard(e) {
				continue
			}
		case err := <-l.watcher.lost:
			l.log.Info("changes of manifests may have been missed; all are read again", "err", err)
		}
		now := time.Now()
		if l.noticed.IsZero() {
			l.noticed = now
		}
		if latest.IsZero() {
			latest = now.Add(burst * l.opts.Debounce)
		}
		timer.Reset(max(0, min(l.opts.Debounce, latest.Sub(now), deadline.Sub(now))))
	}
}
