// SPDX-License-Identifier: Apache-2.0

// Package websocket carries messages both ways over one HTTP connection, as
// RFC 6455 says and no further: no extensions, no compression. It knows nothing
// of what the messages say. The API serves exec by it, the client asks by it.
package websocket
