// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/pact-toolbox/reconciler/pkg/engine"
)

// pullError is a failure told inside a stream that began well.
type pullError struct{ text string }

func (e *pullError) Error() string { return e.text }

// pullMessage is one message of a pull's stream, about one layer or the whole.
type pullMessage struct {
	ID             string `json:"id"`
	Status         string `json:"status"`
	Error          string `json:"error"`
	ProgressDetail struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
}

// readPull reads a pull to its end. The engine answers 200 once it has begun and
// tells of a failure in the stream.
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
		layers.take(message)
		if progress != nil {
			progress(layers.sum())
		}
	}
}

// layers is how much of each layer has come.
type layers map[string]engine.Progress

// take learns of bytes that came. A layer is extracted after it has come, with a
// count of its own, which is not that of what came.
func (l layers) take(m pullMessage) {
	switch m.Status {
	case "Downloading":
		// Of some layers the size is not known.
		l[m.ID] = engine.Progress{Done: m.ProgressDetail.Current, Total: max(m.ProgressDetail.Current, m.ProgressDetail.Total)}
	case "Download complete":
		total := l[m.ID].Total
		l[m.ID] = engine.Progress{Done: total, Total: total}
	}
}

func (l layers) sum() engine.Progress {
	var sum engine.Progress
	for _, p := range l {
		sum.Done += p.Done
		sum.Total += p.Total
	}
	return sum
}
