// SPDX-License-Identifier: Apache-2.0

package logtail

import (
	"context"
	"io"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// WriteFunc writes the output of the container of an object to w and returns
// when the output or ctx ends, or w fails.
type WriteFunc func(ctx context.Context, k v1alpha1.Key, opts v1alpha1.LogOptions, w io.Writer) error

// FromWriter returns an Opener that reads what write writes. It returns the error
// of write when that fails before the first byte. Closing the stream ends write
// and waits for it.
func FromWriter(write WriteFunc) Opener {
	return func(ctx context.Context, k v1alpha1.Key, opts v1alpha1.LogOptions) (io.ReadCloser, error) {
		ctx, cancel := context.WithCancel(ctx)
		read, w := io.Pipe()
		p := &pipe{PipeReader: read, cancel: cancel, done: make(chan struct{})}
		begun := &firstWrite{Writer: w, begun: make(chan struct{})}
		go func() { // Close waits for it
			defer close(p.done)
			p.err = write(ctx, k, opts, begun)
			_ = w.CloseWithError(p.err)
		}()
		select {
		case <-begun.begun:
			return p, nil
		case <-p.done:
			if p.err != nil && !begun.happened() {
				_ = p.Close()
				return nil, p.err
			}
			return p, nil
		}
	}
}

// pipe is the reading end of a write that runs in the background.
type pipe struct {
	*io.PipeReader
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of the write, once done is closed
}

// Close ends the write and waits for it.
func (p *pipe) Close() error {
	p.cancel()
	_ = p.PipeReader.Close()
	<-p.done
	return nil
}

// firstWrite reports the first write.
type firstWrite struct {
	io.Writer
	once  sync.Once
	begun chan struct{}
}

// Write passes p on.
func (f *firstWrite) Write(p []byte) (int, error) {
	f.once.Do(func() { close(f.begun) })
	return f.Writer.Write(p)
}

func (f *firstWrite) happened() bool {
	select {
	case <-f.begun:
		return true
	default:
		return false
	}
}
