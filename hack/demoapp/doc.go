// SPDX-License-Identifier: Apache-2.0

// Command demoapp has the programs of the demo and the end-to-end tests in one
// static binary: an HTTP server with switchable health, a TCP server, a job, a
// crashing process, a process that ignores SIGTERM, and a health check for an
// image that contains nothing else. It must not import other packages of this
// module. hack/images.sh builds the images.
package main
