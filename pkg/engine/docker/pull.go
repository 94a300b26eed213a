// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// pullError is an error message within the stream of a pull.
type pullError struct{ text string }

func (e *pullError) Error() string { return e.text }

// pullMessage is one message in the stream of a pull. It is about one layer or
// about the whole image.
type pullMessage struct {
	ID             string `json:"id"`
	Status         string `json:"status"`
	Error          string `json:"error"`
	ProgressDetail struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
}

// readPull reads the stream of a pull until it ends. It returns a pullError if
// the pull failed, because the engine answers 200 as soon as the pull begins.
func readPull(stream io.Reader, progress func(engine.Progress)) error {
	decoder := json.NewDecoder(stream)
	layers := layers{}
	for {
		var message pullMessage
		err := decoder.Decode(&message)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case message.Error != "":
			return &pullError{text: message.Error}
		}
		layers.update(message)
		if progress != nil {
			progress(layers.total())
		}
	}
}

// layers holds the progress of the download of each layer by its ID.
type layers map[string]engine.Progress

// update applies a message. Messages about the extraction of a layer are ignored,
// because they have counters of their own.
func (l layers) update(m pullMessage) {
	switch m.Status {
	case "Downloading":
		// The total is zero for layers of unknown size.
		l[m.ID] = engine.Progress{Done: m.ProgressDetail.Current, Total: max(m.ProgressDetail.Current, m.ProgressDetail.Total)}
	case "Download complete":
		total := l[m.ID].Total
		l[m.ID] = engine.Progress{Done: total, Total: total}
	}
}

// total returns the sum of all layers.
func (l layers) total() engine.Progress {
	var sum engine.Progress
	for _, p := range l {
		sum.Done += p.Done
		sum.Total += p.Total
	}
	return sum
}
