// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "time"

// Controller is the state of the controller itself.
type Controller struct {
	Instance  string    `json:"instance"`
	Version   string    `json:"version"`
	PID       int       `json:"pid"`
	StartedAt time.Time `json:"startedAt"`
	Directory string    `json:"directory"`
	// Engine is the address of the engine.
	Engine        string `json:"engine"`
	EngineVersion string `json:"engineVersion"`
	EngineHealthy bool   `json:"engineHealthy"`
	EngineError   string `json:"engineError,omitempty"`
	// Synced is true after the first full pass.
	Synced bool `json:"synced"`
	// SourceComplete is true if every manifest could be read.
	SourceComplete bool   `json:"sourceComplete"`
	SourceError    string `json:"sourceError,omitempty"`
	// OtherFiles has a line for each directory that contains files of other tools,
	// which are not read.
	OtherFiles   []string   `json:"otherFiles,omitempty"`
	LastRelist   *time.Time `json:"lastRelist,omitempty"`
	WatchHealthy bool       `json:"watchHealthy"`
	QueueDepth   int        `json:"queueDepth"`
	Objects      int        `json:"objects"`
	Ready        int        `json:"ready"`
	// Withheld are the keys of the objects whose deletion the prune guard holds
	// back until it is approved.
	Withheld []string `json:"withheld,omitempty"`
}

// Access contains the data that a client needs to reach the API over TCP.
type Access struct {
	// Server is the URL of the API.
	Server string `json:"server"`
	// CA is the certificate of the authority, in PEM.
	CA string `json:"ca"`
	// Token is the bearer token.
	Token string `json:"token"`
}
