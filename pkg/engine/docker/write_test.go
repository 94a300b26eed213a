// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"net/http"
	"testing"
	"time"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

var noContent = reply{http.StatusNoContent, nil}

func notFound(id string) reply { return reply{http.StatusNotFound, "No such container: " + id} }

func TestStart(t *testing.T) {
	t.Run("a 404 for a network is NetworkNotFound", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/start", reply{http.StatusNotFound, "network abc not found"})
		f.answer("GET /containers/x/json", inspected("x", "web", "exited"))
		wantCode(t, e.Start(t.Context(), containerID("x")), engine.NetworkNotFound)
	})
	t.Run("a 404 for the container is NotFound", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/start", notFound("x"))
		f.answer("GET /containers/x/json", notFound("x"))
		wantCode(t, e.Start(t.Context(), containerID("x")), engine.NotFound)
	})
	t.Run("a running container is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/start", reply{http.StatusNotModified, nil})
		if err := e.Start(t.Context(), containerID("x")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestStop(t *testing.T) {
	t.Run("the grace is rounded up to seconds", func(t *testing.T) {
		f, e := newFake(t, Options{})
		var query string
		f.mux.HandleFunc("POST /containers/x/stop", func(w http.ResponseWriter, r *http.Request) {
			query = r.URL.RawQuery
			w.WriteHeader(http.StatusNoContent)
		})
		if err := e.Stop(t.Context(), containerID("x"), 1200*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if query != "t=2" {
			t.Fatalf("query %q, want t=2", query)
		}
	})
	t.Run("a stopped container is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/stop", reply{http.StatusNotModified, nil})
		if err := e.Stop(t.Context(), containerID("x"), 0); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRemove(t *testing.T) {
	removing := reply{http.StatusConflict, "removal of container x is already in progress"}
	t.Run("a missing container is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("DELETE /containers/x", notFound("x"))
		f.answer("GET /containers/x/json", notFound("x"))
		if err := e.Remove(t.Context(), containerID("x")); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("waits for a removal in progress", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("DELETE /containers/x", removing)
		f.answer("GET /containers/x/json", inspected("x", "web", "removing"), inspected("x", "web", "removing"), notFound("x"))
		if err := e.Remove(t.Context(), containerID("x")); err != nil {
			t.Fatal(err)
		}
		if n := f.count("GET /containers/x/json"); n != 3 {
			t.Fatalf("%d reads, want 3", n)
		}
	})
	t.Run("a removal that failed is a Conflict", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("DELETE /containers/x", removing)
		f.answer("GET /containers/x/json", inspected("x", "web", "removing"), inspected("x", "web", "dead"))
		wantCode(t, e.Remove(t.Context(), containerID("x")), engine.Conflict)
	})
	t.Run("a removal that never ends is a Timeout", func(t *testing.T) {
		f, e := newFake(t, Options{Timeout: soon})
		f.answer("DELETE /containers/x", removing)
		f.answer("GET /containers/x/json", inspected("x", "web", "removing"))
		wantCode(t, e.Remove(t.Context(), containerID("x")), engine.Timeout)
	})
	t.Run("an image is Invalid", func(t *testing.T) {
		_, e := newFake(t, Options{})
		wantCode(t, e.Remove(t.Context(), engine.ID{Kind: engine.KindImage, Value: "x"}), engine.Invalid)
	})
}

func TestRename(t *testing.T) {
	same := reply{http.StatusBadRequest, "Renaming a container with the same name as its current name"}
	t.Run("to the current name is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/rename", same)
		f.answer("GET /containers/x/json", inspected("x", "web", "running"))
		if err := e.Rename(t.Context(), containerID("x"), "web"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a refusal of another name is an error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/x/rename", same)
		f.answer("GET /containers/x/json", inspected("x", "web", "running"))
		wantCode(t, e.Rename(t.Context(), containerID("x"), "other"), engine.Invalid)
	})
}

func TestConnect(t *testing.T) {
	exists := reply{http.StatusForbidden, "endpoint with name web already exists in network front"}
	t.Run("to a connected network is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /networks/front/connect", exists)
		f.answer("GET /containers/x/json", inspected("x", "web", "running", "front"))
		if err := e.Connect(t.Context(), containerID("x"), engine.Attachment{Network: "front"}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a stale endpoint is an error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /networks/front/connect", exists)
		f.answer("GET /containers/x/json", inspected("x", "web", "running", "back"))
		wantCode(t, e.Connect(t.Context(), containerID("x"), engine.Attachment{Network: "front"}), engine.Unknown)
	})
	t.Run("from a network that is not connected is no error", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /networks/front/disconnect", reply{http.StatusInternalServerError, "container x is not connected to network front"})
		f.answer("GET /containers/x/json", inspected("x", "web", "running", "back"))
		if err := e.Disconnect(t.Context(), containerID("x"), "front"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCreateContainer(t *testing.T) {
	cfg := engine.ContainerConfig{Name: "web", Image: "demo:1", Attachments: []engine.Attachment{{Network: "front"}, {Network: "back"}}}
	t.Run("is removed again if a network cannot be connected", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("POST /containers/create", reply{http.StatusCreated, object{"Id": "x"}})
		f.answer("POST /networks/back/connect", reply{http.StatusNotFound, "network back not found"})
		f.answer("GET /containers/x/json", inspected("x", "web", "created", "front"))
		f.answer("DELETE /containers/x", noContent)
		_, err := e.CreateContainer(t.Context(), cfg)
		wantCode(t, err, engine.NetworkNotFound)
		if f.count("DELETE /containers/x") != 1 {
			t.Fatal("the container was not removed")
		}
	})
	t.Run("does not let the engine create a volume", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /volumes/data", reply{http.StatusNotFound, "get data: no such volume"})
		_, err := e.CreateContainer(t.Context(), engine.ContainerConfig{
			Name: "web", Image: "demo:1", Mounts: []engine.Mount{{Type: engine.MountVolume, Source: "data", Target: "/data"}},
		})
		wantCode(t, err, engine.MountSourceMissing)
		if f.count("POST /containers/create") != 0 {
			t.Fatal("the container was created")
		}
	})
}

func TestCreateVolume(t *testing.T) {
	cfg := engine.VolumeConfig{Name: "data", Labels: map[string]string{"uid": "ours"}}
	absent := reply{http.StatusNotFound, "get data: no such volume"}
	volume := func(uid string) object {
		return object{"Name": "data", "Driver": "local", "Labels": object{"uid": uid}}
	}
	t.Run("a name that exists is NameInUse", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /volumes/data", reply{http.StatusOK, volume("other")})
		_, err := e.CreateVolume(t.Context(), cfg)
		wantCode(t, err, engine.NameInUse)
		if f.count("POST /volumes/create") != 0 {
			t.Fatal("the volume was created")
		}
	})
	t.Run("a name that was taken meanwhile is NameInUse", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /volumes/data", absent)
		f.answer("POST /volumes/create", reply{http.StatusCreated, volume("other")})
		_, err := e.CreateVolume(t.Context(), cfg)
		wantCode(t, err, engine.NameInUse)
	})
	t.Run("nothing is created if the volume cannot be read", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /volumes/data", reply{http.StatusInternalServerError, "broken"})
		_, err := e.CreateVolume(t.Context(), cfg)
		wantCode(t, err, engine.Unknown)
	})
}

func TestCreateNetwork(t *testing.T) {
	network := func(id string, second int) object {
		return object{"Id": id, "Name": "front", "Created": time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC)}
	}
	none := reply{http.StatusOK, []object{{"Id": "z", "Name": "front-2"}}}
	t.Run("a name that exists is NameInUse", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /networks", reply{http.StatusOK, []object{network("a", 0)}})
		_, err := e.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "front"})
		wantCode(t, err, engine.NameInUse)
	})
	t.Run("the younger of two duplicates is removed", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /networks", none, reply{http.StatusOK, []object{network("a", 0), network("b", 1)}})
		f.answer("POST /networks/create", reply{http.StatusCreated, object{"Id": "b"}})
		f.answer("DELETE /networks/b", noContent)
		_, err := e.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "front"})
		wantCode(t, err, engine.NameInUse)
		if f.count("DELETE /networks/b") != 1 {
			t.Fatal("the duplicate was not removed")
		}
	})
	t.Run("the older of two duplicates stays", func(t *testing.T) {
		f, e := newFake(t, Options{})
		f.answer("GET /networks", none, reply{http.StatusOK, []object{network("a", 0), network("b", 1)}})
		f.answer("POST /networks/create", reply{http.StatusCreated, object{"Id": "a"}})
		id, err := e.CreateNetwork(t.Context(), engine.NetworkConfig{Name: "front"})
		if err != nil || id.Value != "a" {
			t.Fatalf("got %v, %v", id, err)
		}
	})
}
