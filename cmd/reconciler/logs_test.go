// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

// writesLogs returns a container in a phase, started at a time.
func writesLogs(name, phase, started string) string {
	return `{kind: Container, namespace: shop, name: ` + name + `, spec: {image: x}, status: {phase: ` + phase +
		`, containerID: c1, startedAt: "` + started + `", conditions: [{type: Running, status: "True", reason: Running}]}}`
}

// written returns the logs of a world.
func written(logs ...string) string { return "logs: {" + strings.Join(logs, ", ") + "}\n" }

const (
	first  = "2026-01-02T03:04:00Z"
	second = "2026-01-02T04:04:00Z"
)

func TestLogsFollow(t *testing.T) {
	t.Run("prints new lines", func(t *testing.T) {
		app := objects(writesLogs("app", "Running", first))
		f := begin(t, app+written("Container/shop/app: [one, two]"), "logs", "-f", "app", "--tail", "1")
		f.want("two")
		f.become(app + written("Container/shop/app: [one, two, three]"))
		f.want("three")
		f.stop()
	})
	t.Run("continues after a restart without repeating lines", func(t *testing.T) {
		f := begin(t, objects(writesLogs("app", "Running", first))+written("Container/shop/app: [one, two]"), "logs", "-f", "app")
		f.want("one", "two")
		f.watched()
		f.become(objects(writesLogs("app", "Exited", first)) + written("Container/shop/app: [one, two, end]"))
		f.want("end")
		f.become(objects(writesLogs("app", "Running", second)) + written("Container/shop/app: [one, two, end, again]"))
		f.want("again")
		f.stop()
	})
	t.Run("of a selection includes containers that join it", func(t *testing.T) {
		f := begin(t, objects(writesLogs("app", "Running", first))+written("Container/shop/app: [one]"), "logs", "-f", "--all")
		f.want("app | one")
		f.watched()
		f.become(objects(writesLogs("app", "Running", first), writesLogs("worker", "Running", first)) +
			written("Container/shop/app: [one]", "Container/shop/worker: [mine]"))
		f.want("worker | mine")
		f.stop()
	})
	t.Run("of a name ends when the object is gone", func(t *testing.T) {
		f := begin(t, objects(writesLogs("app", "Running", first))+written("Container/shop/app: [one]"), "logs", "-f", "app")
		f.want("one")
		f.watched()
		f.become(objects(writesLogs("app", "Running", first)) + written("Container/shop/app: [one, last]"))
		f.want("last")
		f.become(objects() + written("Container/shop/app: [one, last]"))
		f.ends(0)
	})
	t.Run("of a name ends when the container has completed", func(t *testing.T) {
		f := begin(t, objects(`{kind: Container, namespace: shop, name: job, spec: {image: x}, status: {phase: Completed, containerID: c1}}`)+
			written("Container/shop/job: [done]"), "logs", "-f", "job")
		f.want("done")
		f.ends(0)
	})
	t.Run("waits for the container", func(t *testing.T) {
		f := begin(t, objects(pending), "logs", "-f", "app")
		f.watched()
		f.become(objects(writesLogs("app", "Running", first)) + written("Container/shop/app: [one]"))
		f.want("one")
		f.stop()
	})
}
