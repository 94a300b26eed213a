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

// watcher receives file events of a source. It watches directories, because the
// watch of a file ends when the file is replaced.
type watcher struct {
	log *slog.Logger
	fs  *fsnotify.Watcher
	// open creates fs; it fails if too many watches are in use.
	open func() (*fsnotify.Watcher, error)
	// lost receives an error of fs, after which events may be missing. drained is
	// closed when the goroutine that reads the errors has ended.
	lost    chan error
	drained chan struct{}
	// watched holds the watched directories by real path. A path that refers to a
	// different directory now needs a new watch.
	watched map[string]fs.FileInfo
	// seen holds the directories of the current scan. failed is the error of the
	// current scan, and logged the error that was logged last.
	seen           map[string]bool
	failed, logged error
	// last is the last scan.
	last scan
}

func newWatcher(log *slog.Logger) *watcher {
	return &watcher{
		log: log, open: fsnotify.NewWatcher, watched: map[string]fs.FileInfo{},
		lost: make(chan error, 1), drained: make(chan struct{}),
	}
}

// beginScan prepares a scan. It discards watches that the kernel or fsnotify has
// ended, so that they are created again.
func (w *watcher) beginScan() {
	w.seen, w.failed = map[string]bool{}, nil
	if w.fs == nil {
		if w.fs, w.failed = w.open(); w.failed != nil {
			w.fs = nil
			return
		}
		go w.drainErrors(w.fs.Errors)
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

// addDir watches a directory.
func (w *watcher) addDir(dir string, info fs.FileInfo) {
	w.seen[dir] = true
	if w.fs == nil {
		return
	}
	if before, ok := w.watched[dir]; ok {
		if os.SameFile(before, info) {
			return
		}
		w.removeDir(dir)
	}
	// fsnotify keeps watching a directory that was moved under its old name.
	for other, at := range w.watched {
		if os.SameFile(at, info) {
			w.removeDir(other)
		}
	}
	err := w.fs.Add(dir)
	switch {
	case err == nil:
		w.watched[dir] = info
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		// A scan of this directory fails too, and is repeated soon.
	default:
		w.failed = err
	}
}

// removeDir ends the watch of a directory, which the kernel may already have ended.
func (w *watcher) removeDir(dir string) {
	_ = w.fs.Remove(dir)
	delete(w.watched, dir)
}

// endScan ends the watches of directories that the scan did not contain.
func (w *watcher) endScan(result scan) {
	w.last = result
	for dir := range w.watched {
		if !w.seen[dir] {
			w.removeDir(dir)
		}
	}
	if w.failed != nil && w.logged == nil {
		w.log.Warn("cannot watch all directories; manifests are read periodically instead", "err", w.failed)
	}
	w.logged = w.failed
}

// degraded reports whether some changes have no events.
func (w *watcher) degraded() bool { return w.failed != nil }

// events returns the channel of events; isRelevant filters them.
func (w *watcher) events() <-chan fsnotify.Event {
	if w.fs == nil {
		return nil
	}
	return w.fs.Events
}

// drainErrors receives all errors immediately, because fsnotify may hold a lock
// that a scan needs while it sends an error.
func (w *watcher) drainErrors(errs <-chan error) {
	defer close(w.drained)
	for err := range errs {
		select {
		case w.lost <- err:
		default: // the pending error already causes a scan
		}
	}
}

// isRelevant reports whether an event may change the result of a scan.
func (w *watcher) isRelevant(e fsnotify.Event) bool {
	moved := e.Has(fsnotify.Create) || e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)
	if _, ok := w.watched[e.Name]; ok && moved {
		w.removeDir(e.Name) // a new directory may have the same name and inode
	}
	switch {
	case e.Name == w.last.entry || w.last.targets[e.Name]:
		return true
	case w.last.real == "" || !within(w.last.real, e.Name):
		return false // outside the root
	case moved:
		return true // it may be a directory or a link
	}
	name := filepath.Base(e.Name)
	return w.seen[e.Name] || isManifestName(name) || name == ignoreFile
}

// close ends all watches.
func (w *watcher) close() {
	if w.fs != nil {
		_ = w.fs.Close()
		<-w.drained
	}
}
