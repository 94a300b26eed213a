// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/docker/docker/pkg/stdcopy"
	"github.com/google/go-cmp/cmp"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

func TestList(t *testing.T) {
	f, e := newFake(t, Options{InspectLabel: "instance"})
	ours := object{"instance": "i"}
	f.answer("GET /containers/json", reply{http.StatusOK, []object{
		{"Id": "mine", "Names": []string{"/web"}, "Labels": ours, "State": "running"},
		{"Id": "vanished", "Names": []string{"/old"}, "Labels": ours, "State": "exited"},
		{
			"Id": "foreign", "Names": []string{"/db/link", "/other"}, "State": "running",
			"NetworkSettings": object{"Networks": object{"front": object{"NetworkID": "n1"}}},
			"Ports":           []object{{"IP": "127.0.0.1", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}, {"PrivatePort": 81, "Type": "tcp"}},
		},
	}})
	mine := inspected("mine", "web", "running", "front")
	mine.body.(object)["Image"] = "sha256:1"
	f.answer("GET /containers/mine/json", mine)
	f.answer("GET /containers/vanished/json", notFound("vanished"))
	f.answer("GET /networks", reply{http.StatusOK, []object{{"Id": "n1", "Name": "front"}, {"Id": "id-of-front", "Name": "back"}}})
	f.answer("GET /volumes", reply{http.StatusOK, object{"Volumes": []object{{"Name": "data", "Driver": "local"}}}})
	f.answer("GET /images/json", reply{http.StatusOK, []object{{
		"Id": "sha256:1", "Labels": object{"a": "b"},
		"RepoTags": []string{"demo:1"}, "RepoDigests": []string{"<none>@<none>"},
	}}})
	f.answer("GET /images/sha256:1/json", reply{http.StatusOK, object{"Id": "sha256:1", "Config": object{"Labels": object{"a": "b"}}}})

	snap, err := e.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, obj := range snap.Sorted() {
		names = append(names, obj.ID.Value+" "+obj.Name)
	}
	want := []string{"foreign other", "mine web", "id-of-front back", "n1 front", "data data"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"demo:1": "sha256:1"}, snap.Images); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	if f.count("GET /containers/foreign/json") != 0 {
		t.Error("a foreign container was inspected")
	}
	got := snap.Objects[containerID("mine")].InheritedLabels
	if diff := cmp.Diff(map[string]string{"a": "b"}, got); diff != "" {
		t.Errorf("inherited labels (-want +got):\n%s", diff)
	}
	foreign := snap.Objects[containerID("foreign")].Container
	if diff := cmp.Diff([]engine.PortBinding{{HostIP: "127.0.0.1", HostPort: 8080, ContainerPort: 80, Protocol: "tcp"}}, foreign.Ports); diff != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
	users := snap.Objects[engine.ID{Kind: engine.KindNetwork, Value: "n1"}].Network.Containers
	if diff := cmp.Diff([]string{"foreign"}, users); diff != "" {
		t.Errorf("users of the network (-want +got):\n%s", diff)
	}
}

func TestListFails(t *testing.T) {
	broken := reply{http.StatusInternalServerError, "broken"}
	paths := map[engine.Kind]string{
		engine.KindContainer: "GET /containers/json", engine.KindNetwork: "GET /networks",
		engine.KindVolume: "GET /volumes", engine.KindImage: "GET /images/json",
	}
	answers := map[engine.Kind]reply{
		engine.KindContainer: {http.StatusOK, []object{{"Id": "foreign", "Names": []string{"/db"}, "State": "running"}}},
		engine.KindNetwork:   {http.StatusOK, []object{{"Id": "n1", "Name": "front"}}},
		engine.KindVolume:    {http.StatusOK, object{"Volumes": []object{{"Name": "data", "Driver": "local"}}}},
		engine.KindImage:     {http.StatusOK, []object{{"Id": "sha256:1", "RepoTags": []string{"demo:1"}}}},
	}
	list := func(t *testing.T, fails engine.Kind) (engine.Snapshot, error) {
		f, e := newFake(t, Options{InspectLabel: "instance"})
		for kind, path := range paths {
			if kind == fails {
				f.answer(path, broken)
			} else {
				f.answer(path, answers[kind])
			}
		}
		return e.List(t.Context())
	}
	t.Run("without_containers_there_is_no_snapshot", func(t *testing.T) {
		_, err := list(t, engine.KindContainer)
		wantCode(t, err, engine.Unknown)
	})
	for _, kind := range []engine.Kind{engine.KindNetwork, engine.KindVolume, engine.KindImage} {
		t.Run("other_kinds_are_read_without_"+string(kind)+"s", func(t *testing.T) {
			snap, err := list(t, kind)
			if err != nil {
				t.Fatal(err)
			}
			if len(snap.Unread) != 1 || engine.CodeOf(snap.Unread[kind]) != engine.Unknown {
				t.Errorf("unread: %v", snap.Unread)
			}
			read := map[engine.Kind]bool{engine.KindImage: len(snap.Images) > 0}
			for id := range snap.Objects {
				read[id.Kind] = true
			}
			for other := range paths {
				if read[other] == (other == kind) {
					t.Errorf("%ss were read: %v", other, read[other])
				}
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Run("the prefix of an ID is not a name", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /containers/abc/json", inspected("abcdef", "web", "running"))
		_, err := e.Find(t.Context(), engine.KindContainer, "abc")
		wantCode(t, err, engine.NotFound)
	})
	t.Run("a network name matches as a whole", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /networks", reply{http.StatusOK, []object{{"Id": "a", "Name": "front-2"}}})
		_, err := e.Find(t.Context(), engine.KindNetwork, "front")
		wantCode(t, err, engine.NotFound)
	})
	t.Run("two networks with one name are Ambiguous", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /networks", reply{http.StatusOK, []object{{"Id": "a", "Name": "front"}, {"Id": "b", "Name": "front"}}})
		_, err := e.Find(t.Context(), engine.KindNetwork, "front")
		wantCode(t, err, engine.Ambiguous)
	})
}

func TestGet(t *testing.T) {
	t.Run("an image that was removed has no labels to inherit", func(t *testing.T) {
		f, e := newFake(t, Options{})
		c := inspected("x", "web", "exited")
		c.body.(object)["Image"] = "sha256:1"
		f.answer("GET /containers/x/json", c)
		f.answer("GET /images/sha256:1/json", reply{http.StatusNotFound, "No such image: sha256:1"})
		obj, err := e.Get(t.Context(), containerID("x"))
		if err != nil || obj.InheritedLabels != nil {
			t.Fatalf("got %v, %v", obj.InheritedLabels, err)
		}
	})
	t.Run("the alias that the engine adds is left out", func(t *testing.T) {
		got := declaredAliases("25db033aef78c5bc", []string{"db", "25db033aef78", "25db033aef79"})
		if diff := cmp.Diff([]string{"db", "25db033aef79"}, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("the labels of an image are read once", func(t *testing.T) {
		f, e := newFake(t, Options{})
		c := inspected("x", "web", "exited")
		c.body.(object)["Image"] = "sha256:1"
		f.answer("GET /containers/x/json", c)
		f.answer("GET /images/sha256:1/json", reply{http.StatusOK, object{"Id": "sha256:1", "Config": object{"Labels": object{"a": "b"}}}})
		for range 2 {
			obj, err := e.Get(t.Context(), containerID("x"))
			if err != nil || obj.InheritedLabels["a"] != "b" {
				t.Fatalf("got %v, %v", obj.InheritedLabels, err)
			}
		}
		if n := f.count("GET /images/sha256:1/json"); n != 1 {
			t.Fatalf("%d requests, want 1", n)
		}
	})
}

func TestPull(t *testing.T) {
	pull := func(t *testing.T, body string, cut bool) error {
		t.Helper()
		f, e := newFake(t, Options{})
		f.mux.HandleFunc("POST /images/create", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(body))
			_ = http.NewResponseController(w).Flush()
			if cut {
				panic(http.ErrAbortHandler)
			}
		})
		return e.Pull(t.Context(), engine.PullRequest{Reference: "demo:1"}, nil)
	}
	t.Run("a stream without an error succeeds", func(t *testing.T) {
		if err := pull(t, `{"status":"Pulling"}`+"\n"+`{"status":"Done"}`+"\n", false); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("an error within the stream is an error", func(t *testing.T) {
		err := pull(t, `{"status":"Pulling"}`+"\n"+`{"error":"filesystem layer verification failed for digest sha256:1"}`+"\n", false)
		wantCode(t, err, engine.ImageUnavailable)
	})
	t.Run("an error within the stream has its code", func(t *testing.T) {
		wantCode(t, pull(t, `{"error":"write /x: no space left on device"}`+"\n", false), engine.DiskFull)
	})
	t.Run("a stream that breaks is Unreachable", func(t *testing.T) {
		wantCode(t, pull(t, `{"status":"Pulling"}`+"\n", true), engine.Unreachable)
	})
}

func TestLogs(t *testing.T) {
	serve := func(t *testing.T, tty bool, body []byte, lines int) []string {
		t.Helper()
		f, e := newFake(t, Options{})
		c := inspected("x", "web", "running")
		c.body.(object)["Config"] = object{"Tty": tty}
		f.answer("GET /containers/x/json", c)
		f.mux.HandleFunc("GET /containers/x/logs", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		got, err := e.Logs(t.Context(), containerID("x"), lines)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	t.Run("both streams are in order and without frames", func(t *testing.T) {
		var body bytes.Buffer
		out, errs := stdcopy.NewStdWriter(&body, stdcopy.Stdout), stdcopy.NewStdWriter(&body, stdcopy.Stderr)
		_, _ = fmt.Fprint(out, "one\n")
		_, _ = fmt.Fprint(errs, "two\n")
		_, _ = fmt.Fprint(out, "three")
		if diff := cmp.Diff([]string{"two", "three"}, serve(t, false, body.Bytes(), 2)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a terminal has no frames", func(t *testing.T) {
		if diff := cmp.Diff([]string{"one", "two"}, serve(t, true, []byte("one\r\ntwo\r\n"), 5)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("long lines are cut", func(t *testing.T) {
		got := serve(t, true, append(bytes.Repeat([]byte("x"), maxLine+10), '\n'), 1)
		if len(got) != 1 || len(got[0]) != maxLine {
			t.Errorf("got %d lines", len(got))
		}
	})
}
