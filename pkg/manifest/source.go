// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/policy"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// Options configures a Source. The zero value is usable.
type Options struct {
	spec.Defaults
	// Policy restricts what manifests may request of the host; empty means
	// policy.Dev.
	Policy policy.Profile
	// Literal disables interpolation. Otherwise ${NAME} is replaced by an
	// environment variable, or by a variable of the .env file in the directory of
	// the manifest.
	Literal bool
	// Debounce is the time without further events after which the manifests are
	// read, and the minimum age of new content; zero means 100ms.
	Debounce time.Duration
	// PruneDelay is the time that an object stays desired after its document or
	// file disappeared; zero means 2s.
	PruneDelay time.Duration
	// Rescan is the maximum time between two scans, even without events; zero
	// means 10s.
	Rescan time.Duration
	// Logger receives messages that are not part of the Set; nil discards them.
	Logger *slog.Logger
}

// Source reads and watches a directory of manifests or a single file. It is safe
// for concurrent use, except that Run must not be called twice at the same time.
type Source struct {
	root string
	opts Options
	log  *slog.Logger

	mu  sync.Mutex
	err error
}

// New returns a Source for a directory or file, which need not exist yet.
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

// dir returns the directory of the manifests: root, or its parent if root is a
// file.
func (s *Source) dir() string {
	if info, err := os.Stat(s.root); err == nil && !info.IsDir() {
		return filepath.Dir(s.root)
	}
	return s.root
}

// Err returns the error of the last scan; nil if its Set is Complete.
func (s *Source) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Load reads the manifests without watching them, and waits while a file is being
// written. Files with errors have no objects, because Load has no earlier version
// of them. It is independent of Run.
func (s *Source) Load(ctx context.Context) spec.Set {
	scanner := s.newScanner()
	result := scanner.scan(ctx)
	for range burst {
		if !result.unstable() || !pause(ctx, s.opts.Debounce) {
			break
		}
		result = scanner.scan(ctx)
	}
	s.recordError(result.err)
	m, _ := state{delay: s.opts.PruneDelay}.advance(result, time.Now())
	warnings := errorsOf(m.set.Warnings)
	locate(warnings, func(file string) ([]byte, error) {
		return os.ReadFile(filepath.Join(s.dir(), filepath.FromSlash(file)))
	})
	for i, w := range warnings {
		m.set.Warnings[i].Error = w
	}
	return m.set
}

func (s *Source) newScanner() *scanner {
	scanner := newScanner(s.root)
	scanner.minAge, scanner.defaults, scanner.policy = s.opts.Debounce, s.opts.Defaults, s.opts.Policy.For(s.dir())
	if s.opts.Literal {
		scanner.environment = nil
	}
	return scanner
}

// pause waits for d. It returns false if ctx ends first.
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

// recordError stores the error of a scan, and logs it if it differs from the last
// one.
func (s *Source) recordError(err error) {
	s.mu.Lock()
	before := s.err
	s.err = err
	s.mu.Unlock()
	switch {
	case err != nil && (before == nil || before.Error() != err.Error()):
		s.log.Error("cannot read all manifests; nothing is removed", "dir", s.root, "err", err)
	case err == nil && before != nil:
		s.log.Info("all manifests are readable again", "dir", s.root)
	}
}

// Run watches the manifests until ctx ends and returns the error of ctx. It calls
// notify with each Set that differs from the one before, for the first time as soon
// as no manifest is being written. notify is called from the goroutine of Run and
// must not modify the Set.
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
	state   state
	// notified reports whether notify was called; postponed counts how often the
	// first call was postponed.
	notified  bool
	postponed int
	// noticed is the time of the first event since the last scan without unstable
	// files.
	noticed time.Time
}

func (s *Source) newLoop(notify func(spec.Set)) *loop {
	l := &loop{
		Source: s, watcher: newWatcher(s.log), notify: notify,
		scanner: s.newScanner(),
		state:   state{delay: s.opts.PruneDelay},
	}
	l.scanner.enter = l.watcher.addDir
	return l
}

func (l *loop) run(ctx context.Context) error {
	for {
		wait := l.scanOnce(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("watch manifests: %w", ctx.Err())
		}
		l.wait(ctx, wait)
	}
}

// retry is the maximum time between two scans of a source that cannot be read or
// watched completely.
const retry = 500 * time.Millisecond

// scanOnce reads all manifests and calls notify if the Set has changed. It returns
// the time until the next scan is due if there are no events.
func (l *loop) scanOnce(ctx context.Context) time.Duration {
	l.watcher.beginScan()
	result := l.scanner.scan(ctx)
	if ctx.Err() != nil {
		return 0
	}
	l.watcher.endScan(result)
	l.recordError(result.err)
	if !l.notified && result.unstable() && l.postponed < burst {
		l.postponed++ // there is no earlier version to keep
		return l.opts.Debounce
	}
	now := time.Now()
	next, wake := l.state.advance(result, now)
	before := l.state
	changed := !l.notified || !sameSet(before.set, next.set)
	l.state = next
	if changed {
		l.notified = true
		l.logOtherFiles(before.set.OtherFiles)
		set := next.set
		set.Noticed = l.noticed
		l.notify(set)
	}
	if !result.unstable() {
		l.noticed = time.Time{}
	}
	wait := l.opts.Rescan
	if result.err != nil || l.watcher.degraded() {
		wait = min(wait, retry)
	}
	if result.unstable() {
		wait = min(wait, l.opts.Debounce)
	}
	if !wake.IsZero() {
		wait = min(wait, max(wake.Sub(now), 0))
	}
	return wait
}

// logOtherFiles logs that there are files of other tools, if they differ from those
// before.
func (l *loop) logOtherFiles(before []spec.OtherFiles) {
	now := l.state.set.OtherFiles
	if len(now) == 0 || reflect.DeepEqual(now, before) {
		return
	}
	l.log.Warn("files of other tools are not read", "directories", len(now), "first", now[0].String())
}

// burst limits the wait during a stream of events to this multiple of the debounce
// time.
const burst = 10

// wait returns when the next scan is due: after the events of a change have
// stopped, or after idle.
func (l *loop) wait(ctx context.Context, idle time.Duration) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	deadline := time.Now().Add(idle)
	var latest time.Time // the end of the wait during a stream of events
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case e := <-l.watcher.events():
			if !l.watcher.isRelevant(e) {
				continue
			}
		case err := <-l.watcher.lost:
			l.log.Info("file events may have been lost; reading all manifests", "err", err)
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
