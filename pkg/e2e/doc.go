// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the product end to end: the real binary, built with the race
// detector, on a directory of manifests and a real engine. The tests check the
// state of the engine and the output of the commands; of this module they import
// only pkg/spec, for its list of fields. They have the build tag e2e; `make e2e` runs them.
// Each test has a rig with its own instance, namespace, directory and socket. At
// the end `down` removes its objects; if the test failed, it keeps the log and the
// objects of the controller and the containers and events of the engine.
package e2e
