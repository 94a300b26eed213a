// SPDX-License-Identifier: Apache-2.0

package tui_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
	"github.com/pact-toolbox/reconciler/pkg/condition"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

func report(kind spec.Kind, name, phase string, ready bool, reason, message string) status.Report {
	c := condition.Condition{Type: string(condition.Ready), Status: "False", Reason: reason, Message: message}
	if ready {
		c.Status = "True"
	}
	r := status.Report{
		Key: spec.Key{Kind: kind, Namespace: "shop", Name: name}, UID: name, FirstSeen: epoch.Add(-90 * time.Minute),
		Object: spec.Object{Kind: kind, Source: spec.Position{File: name + ".yaml"}},
		Status: v1alpha1.Status{Phase: phase, ContainerID: "c1", Conditions: []condition.Condition{c}},
	}
	return r
}

// shop returns reports of all kinds and of many states.
func shop() []status.Report {
	app := report(spec.KindContainer, "app", "Pending", false, "DependencyNotReady", "Container/shop/db is not ready")
	app.Status.BlockedBy = []v1alpha1.Blocker{{Kind: spec.KindContainer, Namespace: "shop", Name: "db", Reason: "DependencyNotReady"}}
	app.Status.RootCause = &v1alpha1.RootCause{
		Object: "Container/shop/db", Reason: "NonZeroExit", Message: "the container exited with code 3\nagain",
		Hint: "reconciler logs db",
	}
	db := report(spec.KindContainer, "db", "CrashLooping", false, "BackOff", "exited with code 3: restart 13 at noon")
	db.Status.Restarts = 12
	db.Status.Conditions = append(db.Status.Conditions, condition.Condition{Type: string(condition.Running), Status: "False", Reason: "NonZeroExit"})
	db.Status.BlockedBy = []v1alpha1.Blocker{{Kind: spec.KindContainer, Namespace: "shop", Name: "db", Reason: "BackOff"}}
	web := report(spec.KindContainer, "web", "Running", true, "Running", "")
	web.Status.Endpoints = []string{"127.0.0.1:8080->80/tcp", "0.0.0.0:5353->53/udp"}
	web.Status.Health = &v1alpha1.Health{Status: "healthy"}
	long := report(spec.KindContainer, "a-name-that-is-longer-than-its-column", "Running", true, "Running", "")
	evil := report(spec.KindContainer, "evil", "Stalled", false, "Evil", "\x1b[2J\x1b[31mred\x07 and\nmore")
	return []status.Report{
		app, db, web, long, evil,
		report(spec.KindNetwork, "backend", "Present", true, "Present", ""),
		report(spec.KindVolume, "data", "Present", true, "Present", ""),
		report(spec.KindManifest, "broken.yaml", "Invalid", false, "ManifestInvalid", "broken.yaml:3:1: found a list"),
	}
}

func TestScreen(t *testing.T) {
	for _, size := range []struct{ cols, rows int }{{80, 24}, {120, 40}, {40, 10}} {
		name := fmt.Sprintf("%dx%d", size.cols, size.rows)
		t.Run("shows the table at "+name, func(t *testing.T) {
			s := show(t, size.cols, size.rows, shop()...)
			s.golden("table-"+name, "q quit")
		})
	}
	t.Run("shows the cause of the selected object", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.shows("quit")
		s.press("j")
		s.golden("selected-80x24", "cause: Container/shop/db")
	})
	t.Run("shows and follows a log", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.logs["a-name-that-is-longer-than-its-column"] = "one\n\x1b[31mtwo\x1b[0m\x1b[2J\n" + strings.Repeat("x", 100) + "\n"
		s.shows("quit")
		s.press("l")
		s.golden("log-80x24", "xxxx")
		s.more <- struct{}{}
		s.shows("one more")
		s.press("q")
		s.shows("quit")
	})
	t.Run("shows a description", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.shows("quit")
		s.press("\x1b[B\x1b[Bd") // down, down
		s.golden("describe-80x24", "Name:  db")
		s.press("d")
		s.shows("quit")
	})
}

func TestNamespaces(t *testing.T) {
	other := report(spec.KindContainer, "app", "Running", true, "Running", "")
	other.Key.Namespace = "blog"
	s := show(t, 80, 24, other)
	s.shows("app                  Running")
	publish(s.store, report(spec.KindContainer, "app", "Running", true, "Running", ""))
	s.shows("blog/app             Running")
	s.shows("shop/app             Running")
	publish(s.store, report(spec.KindContainer, "front-of-the-shop-2", "Running", true, "Running", ""))
	s.shows("shop/front-of-the-shop-2 Running")
	publish(s.store, report(spec.KindContainer, "a-container-with-a-name-that-takes-room", "Running", true, "Running", ""))
	s.shows("shop/…ame-that-takes-room Running")
}

func TestNoMessages(t *testing.T) {
	s := show(t, 80, 24, shop()...)
	s.shows("quit")
	s.press("m")
	s.shows("No warnings so far.")
	s.press("q")
}

func TestChanges(t *testing.T) {
	t.Run("are drawn in place without flicker", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.shows("quit")
		s.mu.Lock()
		s.raw.Reset()
		s.mu.Unlock()
		publish(s.store, report(spec.KindContainer, "db", "Running", true, "Running", ""))
		s.shows("4 of 8 ready")
		s.until("the state of db", func(text string) bool { return strings.Contains(text, "db                   Running") })
		s.mu.Lock()
		defer s.mu.Unlock()
		sent := s.raw.String()
		for _, erase := range []string{"\x1b[2J", "\x1b[J", "\x1b[0J", "\x1b[3J", "\x1b[?1049h"} {
			if strings.Contains(sent, erase) {
				t.Errorf("%q erases the screen in %q", erase, sent)
			}
		}
		if len(sent) > 600 {
			t.Errorf("%d bytes for a change of two lines: %q", len(sent), sent)
		}
	})
	t.Run("keep the selected object selected", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.shows("quit")
		s.press("G")
		s.shows("Volume/shop/data")
		s.store.Delete(spec.Key{Kind: spec.KindContainer, Namespace: "shop", Name: "app"})
		s.hides("app  ")
		s.shows("Volume/shop/data")
	})
	t.Run("scroll when not all rows fit", func(t *testing.T) {
		var many []status.Report
		for i := range 100 {
			many = append(many, report(spec.KindContainer, fmt.Sprintf("c-%02d", i), "Running", true, "Running", ""))
		}
		s := show(t, 80, 24, many...)
		s.shows("c-17")
		s.hides("c-18")
		s.press("G")
		s.shows("c-99")
		s.hides("c-81")
		s.press("g")
		s.shows("c-00")
	})
	t.Run("of the terminal size are applied", func(t *testing.T) {
		s := show(t, 80, 24, shop()...)
		s.shows("PORTS, WAITS FOR")
		s.resize(120, 40)
		s.shows("WAITS FOR")
		s.hides("PORTS, WAITS FOR")
	})
}

func TestKeys(t *testing.T) {
	suspended := report(spec.KindContainer, "b", "Suspended", false, "Suspended", "")
	stopped := report(spec.KindContainer, "c", "Stopped", false, "Stopped", "")
	locked := report(spec.KindContainer, "locked", "Running", true, "Running", "")
	s := show(t, 80, 24, report(spec.KindContainer, "a", "Running", true, "Running", ""), suspended, stopped, locked,
		report(spec.KindNetwork, "net", "Present", true, "Present", ""))
	s.shows("quit")
	for _, step := range []struct{ keys, shows string }{
		{"r", "restart a: accepted"},
		{"s", "suspend a: accepted"},
		{"x", "stop a: accepted"},
		{"js", "resume b: accepted"},
		{"jx", "start c: accepted"},
		{"jr", "restart locked: locked is locked"},
		{"jr", "only containers can be restarted"},
		{"x", "only containers can be stopped"},
		{"l", "only containers have logs"},
		{"s", "suspend net: accepted"},
	} {
		s.press(step.keys)
		s.shows(step.shows)
	}
	s.mu.Lock()
	want := []string{
		"restart Container/shop/a", "suspend Container/shop/a", "stop Container/shop/a", "resume Container/shop/b",
		"start Container/shop/c", "restart Container/shop/locked", "suspend Network/shop/net",
	}
	if diff := cmp.Diff(want, s.commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	s.mu.Unlock()
	if _, err := s.messages.Write([]byte("level=WARN msg=\"the engine went away\"\n")); err != nil {
		t.Fatal(err)
	}
	s.press("g")
	s.shows("m: level=WARN")
	s.press("m")
	s.shows("controller log")
	s.press("\x1b")
	s.shows("quit")
	s.hides("m: level=WARN")
	s.press("q")
	if err := <-s.done; err != nil {
		t.Errorf("quit: %v", err)
	}
	s.done <- nil
}

// colors matches the sequences that set a color.
var colors = regexp.MustCompile("\x1b\\[([0-9;]*;)?[349][0-7]m")

func TestColors(t *testing.T) {
	sent := func(environ ...string) string {
		s := showIn(t, append(environ, "TERM=xterm-256color"), 80, 24, shop()...)
		s.shows("quit")
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.raw.String()
	}
	if text := sent(); !colors.MatchString(text) {
		t.Errorf("no colors in %q", text)
	}
	if text := sent("NO_COLOR=1"); colors.MatchString(text) {
		t.Errorf("colors despite NO_COLOR: %q", text)
	}
}

func TestInterrupt(t *testing.T) {
	s := show(t, 80, 24, shop()...)
	s.shows("quit")
	s.press("\x03")
	if err := <-s.done; err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	s.done <- nil
	s.until("the previous screen", func(text string) bool { return strings.TrimSpace(text) == "" })
}

func TestRunWaitsForLogs(t *testing.T) {
	s := show(t, 80, 24, shop()...)
	s.held = make(chan struct{})
	s.logs["a-name-that-is-longer-than-its-column"] = "xxxx\n"
	s.shows("quit")
	s.press("l")
	s.shows("xxxx")
	s.cancel()
	select {
	case err := <-s.done:
		t.Errorf("the view ended before the log was closed: %v", err)
		s.done <- nil
	case <-time.After(100 * time.Millisecond):
	}
	close(s.held)
}

// updater is a store, or a fixture that has one.
type updater interface {
	Update(k spec.Key, change func(status.Report) status.Report)
}

// publish replaces the report of its key.
func publish(s updater, r status.Report) {
	s.Update(r.Key, func(status.Report) status.Report { return r })
}
