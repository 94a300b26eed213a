// SPDX-License-Identifier: Apache-2.0

package websocket

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// MaxMessage is the largest message that is read, in bytes.
const MaxMessage = 1 << 20

// closeTimeout is how long the other end is given for the farewell.
const closeTimeout = time.Second

// opcode is the kind of a frame.
type opcode byte

const (
	continuation opcode = 0
	text         opcode = 1
	binaryFrame  opcode = 2
	closing      opcode = 8
	ping         opcode = 9
	pong         opcode = 10
)

// Conn is one end of a connection. Reads are one goroutine's at a time, writes
// may come from several.
type Conn struct {
	conn   net.Conn
	reader *bufio.Reader
	// client masks what it sends.
	client bool

	writing sync.Mutex
	once    sync.Once
}

// Read is the next message; io.EOF after the other end has said goodbye.
func (c *Conn) Read() ([]byte, error) {
	var message []byte
	for {
		final, op, payload, err := c.frame()
		if err != nil {
			return nil, err
		}
		switch op {
		case ping:
			if err := c.send(pong, payload); err != nil {
				return nil, err
			}
			continue
		case pong:
			continue
		case closing:
			return nil, io.EOF
		case continuation, text, binaryFrame:
		default:
			return nil, fmt.Errorf("websocket: unknown frame %d", op)
		}
		if len(message)+len(payload) > MaxMessage {
			return nil, errors.New("websocket: the message is too long")
		}
		if message = append(message, payload...); final {
			return message, nil
		}
	}
}

// frame reads one frame.
func (c *Conn) frame() (final bool, op opcode, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.reader, head[:]); err != nil {
		return false, 0, nil, err
	}
	size := uint64(head[1] & 0x7f)
	switch size {
	case 126:
		var long [2]byte
		_, err = io.ReadFull(c.reader, long[:])
		size = uint64(binary.BigEndian.Uint16(long[:]))
	case 127:
		var long [8]byte
		_, err = io.ReadFull(c.reader, long[:])
		size = binary.BigEndian.Uint64(long[:])
	}
	masked := head[1]&0x80 != 0
	switch {
	case err != nil:
		return false, 0, nil, err
	case head[0]&0x70 != 0:
		return false, 0, nil, errors.New("websocket: an extension that was not agreed on")
	case masked == c.client:
		return false, 0, nil, errors.New("websocket: what clients send is masked, and nothing else")
	case size > MaxMessage:
		return false, 0, nil, errors.New("websocket: the message is too long")
	}
	var mask [4]byte
	if masked {
		if _, err := io.ReadFull(c.reader, mask[:]); err != nil {
			return false, 0, nil, err
		}
	}
	payload = make([]byte, size)
	if _, err := io.ReadFull(c.reader, payload); err != nil {
		return false, 0, nil, err
	}
	apply(mask, payload)
	return head[0]&0x80 != 0, opcode(head[0] & 0xf), payload, nil
}

// apply masks or unmasks.
func apply(mask [4]byte, p []byte) {
	for i := range p {
		p[i] ^= mask[i%4]
	}
}

// Write sends one message.
func (c *Conn) Write(message []byte) error { return c.send(binaryFrame, message) }

func (c *Conn) send(op opcode, payload []byte) error {
	frame := make([]byte, 0, len(payload)+14)
	frame = append(frame, 0x80|byte(op))
	var masked byte
	if c.client {
		masked = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, masked|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, masked|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, masked|127), uint64(n))
	}
	var mask [4]byte
	if c.client {
		_, _ = rand.Read(mask[:]) // never fails
		frame = append(frame, mask[:]...)
	}
	body := len(frame)
	frame = append(frame, payload...)
	apply(mask, frame[body:])
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err := c.conn.Write(frame)
	return err
}

// Close says goodbye and ends the connection.
func (c *Conn) Close() error {
	var err error
	c.once.Do(func() {
		_ = c.conn.SetWriteDeadline(time.Now().Add(closeTimeout))
		_ = c.send(closing, binary.BigEndian.AppendUint16(nil, 1000))
		err = c.conn.Close()
	})
	return err
}
