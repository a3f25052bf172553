package saltbox

import (
	"context"
	"fmt"
)

// semaphore lets a bounded number of threads work at the same time. The library
// has a bound of its own; but a goroutine that waits there holds a thread of the
// system and does not see its context end. One that waits here costs nothing.
type semaphore struct {
	// A token is in here for each thread at work.
	busy chan struct{}
	// Held by whoever gathers tokens, so that two who need many do not each
	// hold half and wait for the other.
	turn chan struct{}
}

func newSemaphore(threads int) semaphore {
	return semaphore{
		busy: make(chan struct{}, threads),
		turn: make(chan struct{}, 1),
	}
}

func (s semaphore) threads() int { return cap(s.busy) }

// acquire takes weight tokens, at most s.threads(), or none and the reason why ctx ended.
func (s semaphore) acquire(ctx context.Context, weight int) error {
	// select chooses at random where it could do either: one that is too late must not begin.
	if ctx.Err() != nil {
		return waiting(ctx)
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return waiting(ctx)
	}
	for taken := range weight {
		select {
		case s.busy <- struct{}{}:
		case <-ctx.Done():
			s.release(taken)
			return waiting(ctx)
		}
	}
	return nil
}

func (s semaphore) release(weight int) {
	for range weight {
		<-s.busy
	}
}

func waiting(ctx context.Context) error {
	return fmt.Errorf("saltbox: while waiting for a thread: %w", context.Cause(ctx))
}
