// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// watcher tells that something below a source may have changed. It watches
// directories, for a watch on a file is lost when the file is replaced.
type watcher struct {
	log *slog.Logger
	fs  *fsnotify.Watcher
	// open makes fs; it can fail where too many are in use.
	open func() (*fsnotify.Watcher, error)
	// lost holds the latest error: events may be missing. drained is closed when
	// fs has no more errors.
	lost    chan error
	drained chan struct{}
	// watched are the directories under watch, by real path: a path that has
	// become another directory needs another watch.
	watched map[string]fs.FileInfo
	// seen are the directories of the scan in progress; failed is what went
	// wrong in it, and complained what was logged of it.
	seen               map[string]bool
	failed, complained error
	// last is the last scan.
	last scan
}

func newWatcher(log *slog.Logger) *watcher {
	return &watcher{
		log: log, open: fsnotify.NewWatcher, watched: map[string]fs.FileInfo{},
		lost: make(chan error, 1), drained: make(chan struct{}),
	}
}

// begin prepares a scan. What the kernel or fsnotify gave up is watched anew.
func (w *watcher) begin() {
	w.seen, w.failed = map[string]bool{}, nil
	if w.fs == nil {
		if w.fs, w.failed = w.open(); w.failed != nil {
			w.fs = nil
			return
		}
		go w.drain(w.fs.Errors)
	}
	listed := map[string]bool{}
	for _, dir := range w.fs.WatchList() {
		listed[dir] = true
	}
	for dir := range w.watched {
		if !listed[dir] {
			delete(w.watched, dir)
		}
	}
}

// enter has a directory watched.
func (w *watcher) enter(dir string, info fs.FileInfo) {
	w.seen[dir] = true
	if w.fs == nil {
		return
	}
	if before, ok := w.watched[dir]; ok {
		if os.SameFile(before, info) {
			return
		}
		w.forget(dir)
	}
	// A directory that was moved, or one above it, is still watched under its
	// old name, and fsnotify would leave it at that.
	for other, at := range w.watched {
		if os.SameFile(at, info) {
			w.forget(other)
		}
	}
	err := w.fs.Add(dir)
	switch {
	case err == nil:
		w.watched[dir] = info
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		// A scan that needs it fails too, and is made again soon.
	default:
		w.failed = err
	}
}

// forget ends the watch on a directory, which may have ended by itself.
func (w *watcher) forget(dir string) {
	_ = w.fs.Remove(dir)
	delete(w.watched, dir)
}

// end completes a scan: what it did not enter is not watched any more.
func (w *watcher) end(result scan) {
	w.last = result
	for dir := range w.watched {
		if !w.seen[dir] {
			w.forget(dir)
		}
	}
	if w.failed != nil && w.complained == nil {
		w.log.Warn("changes of manifests are found by reading them again and again", "err", w.failed)
	}
	w.complained = w.failed
}

// deaf reports that some changes would not be told.
func (w *watcher) deaf() bool { return w.failed != nil }

// events are what happened; heard tells which of it matters.
func (w *watcher) events() <-chan fsnotify.Event {
	if w.fs == nil {
		return nil
	}
	return w.fs.Events
}

// drain takes errors as they come: fsnotify can hold the lock that a scan needs
// while it waits for one to be taken.
func (w *watcher) drain(errs <-chan error) {
	defer close(w.drained)
	for err := range errs {
		select {
		case w.lost <- err:
		default: // everything is going to be read for the one before
		}
	}
}

// heard takes in an event and reports that it may change the outcome of a scan.
func (w *watcher) heard(e fsnotify.Event) bool {
	moved := e.Has(fsnotify.Create) || e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	if _, ok := w.watched[e.Name]; ok && moved {
		w.forget(e.Name) // another directory may be there now, even of the same inode
	}
	switch {
	case e.Name == w.last.entry || w.last.targets[e.Name]:
		return true
	case w.last.real == "" || !within(w.last.real, e.Name):
		return false // next to the root
	case moved:
		return true // a directory or a link, for all we know
	}
	return w.seen[e.Name] || manifestName(filepath.Base(e.Name))
}

// close ends the watch.
func (w *watcher) close() {
	if w.fs != nil {
		_ = w.fs.Close()
		<-w.drained
	}
}
