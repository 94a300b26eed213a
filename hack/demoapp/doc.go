// SPDX-License-Identifier: Apache-2.0

// Command demoapp is every part of the demo and of the end-to-end tests in one
// static binary: an HTTP server with switchable health, a TCP server, a job, a
// crasher, a process that ignores SIGTERM, and the probe that checks them from
// inside an image with nothing else in it. hack/images.sh makes the images.
package main
