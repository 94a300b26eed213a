// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// TestWait runs in virtual time, on events made up here.
func TestWait(t *testing.T) {
	const debounce, idle = 100 * time.Millisecond, time.Minute
	event := fsnotify.Event{Name: "/m/a.yaml", Op: fsnotify.Write}
	rows := map[string]struct {
		every time.Duration // between two events
		count int
		event fsnotify.Event
		idle  time.Duration
		want  time.Duration
	}{
		"without_events_it_takes_the_whole_time":      {idle: idle, want: idle},
		"one_event_is_debounced":                      {every: time.Second, count: 1, event: event, idle: idle, want: time.Second + debounce},
		"a_burst_is_waited_for":                       {every: debounce / 2, count: 4, event: event, idle: idle, want: 2*debounce + debounce},
		"a_lasting_stream_is_not":                     {every: debounce / 2, count: 100, event: event, idle: idle, want: debounce/2 + burst*debounce},
		"an_event_does_not_put_off_what_is_due":       {every: debounce, count: 1, event: event, idle: debounce * 3 / 2, want: debounce * 3 / 2},
		"a_write_to_something_else_is_nothing":        {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/a.log", Op: fsnotify.Write}, idle: idle, want: idle},
		"what_happens_next_to_the_root_is_nothing":    {every: time.Second, count: 1, event: fsnotify.Event{Name: "/n.yaml", Op: fsnotify.Create}, idle: idle, want: idle},
		"what_happens_to_the_root_is_something":       {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m", Op: fsnotify.Create}, idle: idle, want: time.Second + debounce},
		"a_write_through_a_link_is_something":         {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/..1/x", Op: fsnotify.Write}, idle: idle, want: time.Second + debounce},
		"a_mode_that_changed_on_a_folder_is_too":      {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/sub", Op: fsnotify.Chmod}, idle: idle, want: time.Second + debounce},
		"a_new_name_is_something_whatever_its_suffix": {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/..data", Op: fsnotify.Create}, idle: idle, want: time.Second + debounce},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				events := make(chan fsnotify.Event, 200)
				l := New("/m", Options{Debounce: debounce}).newLoop(nil)
				l.watcher.fs = &fsnotify.Watcher{Events: events}
				l.watcher.last = scan{real: "/m", entry: "/m", targets: map[string]bool{"/m/..1/x": true}}
				l.watcher.seen = map[string]bool{"/m": true, "/m/sub": true}
				for i := range row.count {
					time.AfterFunc(time.Duration(i+1)*row.every, func() { events <- row.event })
				}
				start := time.Now()
				l.wait(t.Context(), row.idle)
				if got := time.Since(start); got != row.want {
					t.Errorf("it waited %v, want %v", got, row.want)
				}
			})
		})
	}
}

func TestDrain(t *testing.T) {
	w := newWatcher(slog.New(slog.DiscardHandler))
	errs := make(chan error)
	go w.drain(errs)
	for range 10 { // nobody takes them from w, and none blocks
		errs <- errors.New("lost")
	}
	close(errs)
	<-w.drained
	if err := <-w.lost; err == nil {
		t.Error("the error is not told")
	}
}

func TestEnter(t *testing.T) {
	rows := map[string]struct {
		dir  string
		deaf bool
	}{
		"a_directory":                {dir: "."},
		"one_that_is_gone":           {dir: "gone"},
		"one_that_cannot_be_watched": {dir: strings.Repeat("x", 300), deaf: true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			w := newWatcher(slog.New(slog.DiscardHandler))
			defer w.close()
			info, err := os.Stat(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			w.begin()
			w.enter(row.dir, info)
			w.end(scan{})
			if w.deaf() != row.deaf {
				t.Errorf("deaf is %v, want %v: %v", w.deaf(), row.deaf, w.failed)
			}
		})
	}
}
