// SPDX-License-Identifier: Apache-2.0

package manifest

import (
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
	return &watcher{log: log, watched: map[string]fs.FileInfo{}}
}

// begin prepares a scan. What the kernel or fsnotify gave up is watched anew.
func (w *watcher) begin() {
	w.seen, w.failed = map[string]bool{}, nil
	if w.fs == nil {
		w.fs, w.failed = fsnotify.NewWatcher()
		if w.failed != nil {
			w.fs = nil
			return
		}
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
		_ = w.fs.Remove(dir) // it is another directory now
		delete(w.watched, dir)
	}
	if err := w.fs.Add(dir); err != nil {
		w.failed = err
		return
	}
	w.watched[dir] = info
}

// end completes a scan: what it did not enter is not watched any more.
func (w *watcher) end(result scan) {
	w.last = result
	for dir := range w.watched {
		if !w.seen[dir] {
			_ = w.fs.Remove(dir) // it may be gone
			delete(w.watched, dir)
		}
	}
	if w.failed != nil && w.complained == nil {
		w.log.Warn("changes of manifests are found by reading them again and again", "err", w.failed)
	}
	w.complained = w.failed
}

// deaf reports that some changes would not be told.
func (w *watcher) deaf() bool { return w.failed != nil }

// events are what happened; relevant tells which of it matters.
func (w *watcher) events() <-chan fsnotify.Event {
	if w.fs == nil {
		return nil
	}
	return w.fs.Events
}

// errors tell that events were lost, for one reason or another.
func (w *watcher) errors() <-chan error {
	if w.fs == nil {
		return nil
	}
	return w.fs.Errors
}

// relevant reports that the event may change the outcome of a scan.
func (w *watcher) relevant(e fsnotify.Event) bool {
	switch {
	case e.Name == w.last.entry || w.last.targets[e.Name]:
		return true
	case w.last.real == "" || !within(w.last.real, e.Name):
		return false // next to the root
	case e.Has(fsnotify.Create) || e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename):
		return true // a directory or a link, for all we know
	}
	return w.seen[e.Name] || manifestName(filepath.Base(e.Name))
}

// close ends the watch.
func (w *watcher) close() {
	if w.fs != nil {
		_ = w.fs.Close()
	}
}
