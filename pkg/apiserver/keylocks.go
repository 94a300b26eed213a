// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"sync"

	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// keyLocks is a set of locks, one for each key. The zero value has no lock held.
type keyLocks struct {
	mu    sync.Mutex
	locks map[spec.Key]*keyLock
}

// keyLock is the lock of one key. It exists while it is held or waited for.
type keyLock struct {
	held  chan struct{} // has capacity 1; full while the lock is held
	users int
}

// lock locks a key. It returns the function that unlocks it, or the error of ctx
// if ctx ends before.
func (l *keyLocks) lock(ctx context.Context, k spec.Key) (unlock func(), err error) {
	lock := l.acquire(k)
	select {
	case lock.held <- struct{}{}:
		return func() {
			<-lock.held
			l.release(k)
		}, nil
	case <-ctx.Done():
		l.release(k)
		return nil, ctx.Err()
	}
}

// acquire returns the lock of a key and counts a user of it.
func (l *keyLocks) acquire(k spec.Key) *keyLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock := l.locks[k]
	if lock == nil {
		lock = &keyLock{held: make(chan struct{}, 1)}
		if l.locks == nil {
			l.locks = map[spec.Key]*keyLock{}
		}
		l.locks[k] = lock
	}
	lock.users++
	return lock
}

// release forgets the lock of a key after its last user.
func (l *keyLocks) release(k spec.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lock := l.locks[k]
	if lock.users--; lock.users == 0 {
		delete(l.locks, k)
	}
}
