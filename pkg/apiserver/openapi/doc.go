// SPDX-License-Identifier: Apache-2.0

// Package openapi describes resources in the two forms that kubectl asks for:
// OpenAPI v3 as JSON and OpenAPI v2 as protobuf. The schemas are read off the Go
// types; it knows none of them. The API serves what it makes.
package openapi
