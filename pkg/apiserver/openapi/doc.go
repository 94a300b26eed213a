// SPDX-License-Identifier: Apache-2.0

// Package openapi describes resources in the two forms that kubectl requests:
// OpenAPI v3 in JSON and OpenAPI v2 in protobuf. It derives the schemas from the
// Go types and their comments. It does not know which resources are served:
// package apiserver passes them to Register.
package openapi
