// SPDX-License-Identifier: Apache-2.0

// Package kube converts reports, events and samples of the controller to the types
// of the Kubernetes API: an Object of v1alpha1, and for kubectl and k9s a Pod,
// Event, Node, Namespace, PodMetrics and NodeMetrics, and it decodes access
// reviews. All functions are pure: they take the time as an argument, change none
// of their arguments, and never read the store or the engine. Conversions of Pods
// to objects of v1alpha1 belong here as well. The API server calls this package
// for its responses, and the daemon for its output.
//
// # Pods
//
// A Container is shown as a Pod with one container. PodOf maps
//
//   - entrypoint and command to command and args,
//   - published ports to ports with a hostPort,
//   - variables to env; values of Configs and Secrets become references,
//   - limits and the memory reservation to resources,
//   - mounts, Configs and Secrets to volumes named mount-1, mount-2 and so on,
//   - the conditions Accepted, DependenciesReady and Ready to conditions of a Pod.
//
// The QoS class is never Guaranteed, because limits reserve nothing.
package kube
