package saltbox

// #include <saltbox.h>
import "C"

import (
	"context"
	"runtime"
	"unsafe"
)

// Rewritten is what came of one string of a batch. Stored is the string to put
// in its place, by compare-and-swap; where Err is nil and Stored is "" it stays.
type Rewritten struct {
	Stored string
	Err    error
}

// Rekey seals strings with the key that creates, without their passwords, or
// with that key instead of another. It computes no hash, so it needs no context.
func (c *Core) Rekey(stored []string) []Rewritten {
	return c.rewritten(stored, func(batch *rewriteBatch) C.saltbox_status {
		return C.saltbox_rekey_batch(c.handle, batch.n, batch.stored, batch.storedEnds,
			batch.out, batch.outLen, batch.outEnds, batch.statuses)
	})
}

// Wrap puts weak strings inside of the policy's hash, without their passwords,
// and seals them where a key creates. They are wrapped one after the other on
// one thread. The system that wrote them can no longer read them.
func (c *Core) Wrap(ctx context.Context, stored []string) ([]Rewritten, error) {
	if err := c.threads.acquire(ctx, c.weight); err != nil {
		return nil, err
	}
	defer c.threads.release(c.weight)
	return c.rewritten(stored, func(batch *rewriteBatch) C.saltbox_status {
		return C.saltbox_wrap_batch(c.handle, batch.n, batch.stored, batch.storedEnds,
			batch.out, batch.outLen, batch.outEnds, batch.statuses)
	}), nil
}

// rewriteBatch is what both calls of C take.
type rewriteBatch struct {
	n, outLen  C.size_t
	stored     *C.char
	storedEnds *C.size_t
	out        *C.char
	outEnds    *C.size_t
	statuses   *C.saltbox_status
}

func (c *Core) rewritten(stored []string, call func(*rewriteBatch) C.saltbox_status) []Rewritten {
	defer runtime.KeepAlive(c)
	results := make([]Rewritten, len(stored))
	if len(stored) == 0 {
		return results
	}
	var joined []byte
	storedEnds := make([]C.size_t, len(stored))
	for i, text := range stored {
		joined = append(joined, text...)
		storedEnds[i] = C.size_t(len(joined))
	}
	out := make([]byte, len(stored)*C.SALTBOX_HASH_MAX)
	outEnds := make([]C.size_t, len(stored))
	statuses := make([]C.saltbox_status, len(stored))
	status := call(&rewriteBatch{
		n:          C.size_t(len(stored)),
		outLen:     C.size_t(len(out)),
		stored:     (*C.char)(unsafe.Pointer(bytesOf(joined))),
		storedEnds: &storedEnds[0],
		out:        (*C.char)(unsafe.Pointer(&out[0])),
		outEnds:    &outEnds[0],
		statuses:   &statuses[0],
	})
	begin := 0
	for i := range stored {
		switch {
		case status != C.SALTBOX_OK && status != C.SALTBOX_REJECTED:
			// Nothing was done.
			results[i].Err = Status(status)
		case statuses[i] == C.SALTBOX_OK:
			results[i].Stored = string(out[begin:outEnds[i]])
		case statuses[i] != C.SALTBOX_REJECTED:
			results[i].Err = Status(statuses[i])
		}
		begin = int(outEnds[i])
	}
	return results
}
