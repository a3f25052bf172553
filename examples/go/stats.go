package saltbox

// #include <saltbox.h>
import "C"

import "runtime"

// Stats is what happened in this process since the core was made, with all
// cores derived from it. Each number is read by itself: together they need not
// be of one moment.
type Stats struct {
	Running, RunningPeak, MaxRunning uint32 // calls that work
	Queued, QueuedPeak, QueueLen     uint32 // calls that wait inside the library

	MemoryBytes       uint64 // mapped now
	MemoryIdleBytes   uint64 // of these, wiped and used by nobody
	MemoryPeakBytes   uint64
	MemoryBudgetBytes uint64

	Jobs     uint64 // that began
	Joined   uint64 // of these, computed beside another one in its slot
	Busy     uint64 // calls told ErrBusy
	Hashes   uint64 // made
	Accepted uint64 // right passwords
	Rehash   uint64 // of these, to be hashed anew
	Rejected uint64 // wrong passwords of users that exist
	NoUser   uint64 // passwords of users that do not exist
	Refused  uint64 // stored strings that could not be verified

	Schemes                    map[string]SchemeStats // by name, such as "argon2id"
	Argon2Kernel, ScryptKernel string
}

// SchemeStats counts the verdicts over stored strings of one scheme.
type SchemeStats struct {
	Accepted, Rejected uint64
}

// Stats reads the counters.
func (c *Core) Stats() (Stats, error) {
	defer runtime.KeepAlive(c)
	// An older library fills less of it; the rest stays 0.
	counters := C.saltbox_counters{struct_size: C.sizeof_saltbox_counters}
	if err := asError(Status(C.saltbox_stats(c.handle, &counters))); err != nil {
		return Stats{}, err
	}
	stats := Stats{
		Running:           uint32(counters.running),
		RunningPeak:       uint32(counters.running_peak),
		MaxRunning:        uint32(counters.max_running),
		Queued:            uint32(counters.queued),
		QueuedPeak:        uint32(counters.queued_peak),
		QueueLen:          uint32(counters.queue_len),
		MemoryBytes:       uint64(counters.memory_bytes),
		MemoryIdleBytes:   uint64(counters.memory_idle_bytes),
		MemoryPeakBytes:   uint64(counters.memory_peak_bytes),
		MemoryBudgetBytes: uint64(counters.memory_budget_bytes),
		Jobs:              uint64(counters.jobs),
		Joined:            uint64(counters.joined),
		Busy:              uint64(counters.busy),
		Hashes:            uint64(counters.hashes),
		Accepted:          uint64(counters.accepted),
		Rehash:            uint64(counters.rehash),
		Rejected:          uint64(counters.rejected),
		NoUser:            uint64(counters.no_user),
		Refused:           uint64(counters.refused),
		Schemes:           make(map[string]SchemeStats),
		Argon2Kernel:      C.GoString(&counters.argon2_kernel[0]),
		ScryptKernel:      C.GoString(&counters.scrypt_kernel[0]),
	}
	for scheme := range C.SALTBOX_SCHEMES_MAX {
		name := C.saltbox_scheme_name(C.uint32_t(scheme))
		if name == nil {
			break
		}
		stats.Schemes[C.GoString(name)] = SchemeStats{
			Accepted: uint64(counters.accepted_by_scheme[scheme]),
			Rejected: uint64(counters.rejected_by_scheme[scheme]),
		}
	}
	return stats, nil
}

// Trim gives work memory that no call uses back to the system, and says how
// many bytes: for after a rush.
func (c *Core) Trim() (uint64, error) {
	defer runtime.KeepAlive(c)
	var bytes C.uint64_t
	err := asError(Status(C.saltbox_trim(c.handle, &bytes)))
	return uint64(bytes), err
}
