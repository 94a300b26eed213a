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

// TestWait uses virtual time and artificial events.
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
		"without_events_it_waits_for_idle":       {idle: idle, want: idle},
		"one_event_is_debounced":                 {every: time.Second, count: 1, event: event, idle: idle, want: time.Second + debounce},
		"a_burst_is_debounced_as_one":            {every: debounce / 2, count: 4, event: event, idle: idle, want: 2*debounce + debounce},
		"a_long_stream_is_cut_off":               {every: debounce / 2, count: 100, event: event, idle: idle, want: debounce/2 + burst*debounce},
		"an_event_does_not_delay_idle":           {every: debounce, count: 1, event: event, idle: debounce * 3 / 2, want: debounce * 3 / 2},
		"a_write_to_another_file_is_ignored":     {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/a.log", Op: fsnotify.Write}, idle: idle, want: idle},
		"an_event_outside_the_root_is_ignored":   {every: time.Second, count: 1, event: fsnotify.Event{Name: "/n.yaml", Op: fsnotify.Create}, idle: idle, want: idle},
		"a_new_root_is_relevant":                 {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m", Op: fsnotify.Create}, idle: idle, want: time.Second + debounce},
		"a_write_to_a_link_target_is_relevant":   {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/..1/x", Op: fsnotify.Write}, idle: idle, want: time.Second + debounce},
		"a_mode_of_a_directory_is_relevant":      {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/sub", Op: fsnotify.Chmod}, idle: idle, want: time.Second + debounce},
		"a_new_name_with_any_suffix_is_relevant": {every: time.Second, count: 1, event: fsnotify.Event{Name: "/m/..data", Op: fsnotify.Create}, idle: idle, want: time.Second + debounce},
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
					t.Errorf("waited %v, want %v", got, row.want)
				}
			})
		})
	}
}

func TestDrainErrors(t *testing.T) {
	w := newWatcher(slog.New(slog.DiscardHandler))
	errs := make(chan error)
	go w.drainErrors(errs)
	for range 10 { // sending must not block although w.lost is not read
		errs <- errors.New("lost")
	}
	close(errs)
	<-w.drained
	if err := <-w.lost; err == nil {
		t.Error("the error was not passed on")
	}
}

func TestAddDir(t *testing.T) {
	rows := map[string]struct {
		dir      string
		degraded bool
	}{
		"a_directory":              {dir: "."},
		"a_missing_directory":      {dir: "gone"},
		"an_unwatchable_directory": {dir: strings.Repeat("x", 300), degraded: true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			w := newWatcher(slog.New(slog.DiscardHandler))
			defer w.close()
			info, err := os.Stat(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			w.beginScan()
			w.addDir(row.dir, info)
			w.endScan(scan{})
			if w.degraded() != row.degraded {
				t.Errorf("degraded is %v, want %v: %v", w.degraded(), row.degraded, w.failed)
			}
		})
	}
}
