// SPDX-License-Identifier: Apache-2.0

// Package docker is the engine.Engine over a Docker daemon: it translates the
// vocabulary of package engine into API calls and the engine's texts and
// statuses into codes. It decides nothing and keeps no state but a connection
// and a bounded cache of image labels. It is the only package that may import
// the Docker SDK, so that another client is a change to one folder. The command
// makes it; the actuator and the observer call it through engine's interfaces.
package docker
