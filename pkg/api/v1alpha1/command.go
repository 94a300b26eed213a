// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Command is a user command: an imperative request that no manifest expresses. It
// is sent as a POST to the path of the object followed by "/" and the command.
type Command string

// The user commands.
const (
	CommandStop    Command = "stop"    // stop the container until CommandStart
	CommandStart   Command = "start"   // start the container, without waiting for a backoff
	CommandRestart Command = "restart" // stop the container and start it again, once
	CommandSuspend Command = "suspend" // observe the object and do not change it until CommandResume
	CommandResume  Command = "resume"  // manage the object again
)

// Approval lists objects by key, for example "Container/shop/app".
type Approval struct {
	Objects []string `json:"objects"`
}
