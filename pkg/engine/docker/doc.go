// SPDX-License-Identifier: Apache-2.0

// Package docker implements engine.Engine for a Docker daemon. It translates the
// vocabulary of package engine into API calls, and the daemon's errors into codes.
// It decides nothing, and its only state is a connection, a bounded cache of
// images and a bounded record of out-of-memory kills. It is the only package that
// may import the Docker SDK, so that another client changes one directory only.
// The daemon creates it; the actuator and the observer call it through the
// interfaces of package engine.
package docker
