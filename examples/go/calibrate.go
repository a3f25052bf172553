package saltbox

// #include <saltbox.h>
import "C"

import (
	"encoding/json"
	"math"
	"runtime"
	"sync"
	"time"
)

// Target is what is asked of a hash.
type Target struct {
	// Scheme is "argon2id", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512" or "bcrypt".
	Scheme string
	// Time is how long one hash may take at the peak: what a user waits for.
	Time time.Duration
	// AtOnce is how many hashes are computed at once at the peak; 0 for the CPUs of this process.
	AtOnce int
	// MemoryBytes is the work memory of all of them together, a MiB at least.
	MemoryBytes uint64
}

// Proposal is parameters, and how they did on this machine.
type Proposal struct {
	// Config is a configuration, with the memory and the slots that were measured in.
	Config json.RawMessage
	// Alone is how long one hash takes by itself, UnderLoad while AtOnce are computed.
	Alone, UnderLoad time.Duration
	HashesPerSecond  float64 // under load
	MemoryBytes      uint64  // in use by all of them
}

// Calibrate looks for the dearest parameters that keep to the target on this
// machine, by hashing on as many threads at once, for about ten times Time. It
// has work memory of its own, so call it before the service starts, or on a
// machine of the same kind. The limits of config, as Options has it, hold.
//
// The error is nil only where the proposal keeps to the target. It is Rejected
// where even the least that may be created takes longer; the proposal is that
// one then. It is a *CalibrationError where nothing can be measured, which says
// what is out of range; errors.Is tells ErrBudget, where MemoryBytes has no room
// for the least.
func Calibrate(config []byte, target Target) (Proposal, error) {
	if target.AtOnce == 0 {
		target.AtOnce = runtime.NumCPU()
	}
	if target.Time < 0 || target.AtOnce < 0 || target.AtOnce > math.MaxInt32 {
		return Proposal{}, ErrArgument
	}
	settings, err := newConfig(Options{Config: config})
	if err != nil {
		return Proposal{}, err
	}
	defer C.saltbox_config_free(settings)
	var calibration *C.saltbox_calibration
	var diag C.saltbox_diag
	scheme := []byte(target.Scheme)
	status := C.saltbox_calibration_new(settings, bytesOf(scheme), C.size_t(len(scheme)),
		C.uint64_t(target.Time), C.uint32_t(target.AtOnce), C.uint64_t(target.MemoryBytes), &calibration, &diag)
	if status != C.SALTBOX_OK {
		return Proposal{}, &CalibrationError{Status(status), C.GoString(&diag.message[0])}
	}
	defer C.saltbox_calibration_free(calibration)
	var threads C.uint32_t
	for C.saltbox_calibration_next(calibration, &threads) == C.SALTBOX_OK {
		if err := measure(calibration, int(threads)); err != nil {
			return Proposal{}, err
		}
	}
	return proposed(calibration, target.AtOnce)
}

// measure computes the hashes of one step, as many at once as there are threads.
func measure(calibration *C.saltbox_calibration, threads int) error {
	const each = C.SALTBOX_CALIBRATION_READINGS
	readings := make([]C.uint64_t, threads*each)
	errs := make([]error, threads)
	start := time.Now() // which also reads the clock that never goes back
	var running sync.WaitGroup
	for thread := range threads {
		running.Add(1)
		go func() {
			defer running.Done()
			own := readings[thread*each : (thread+1)*each]
			own[0] = C.uint64_t(time.Since(start))
			for i := 1; i < each && errs[thread] == nil; i++ {
				errs[thread] = asError(Status(C.saltbox_calibration_hash(calibration)))
				own[i] = C.uint64_t(time.Since(start))
			}
		}()
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return asError(Status(C.saltbox_calibration_tell(calibration, &readings[0], C.size_t(len(readings)))))
}

func proposed(calibration *C.saltbox_calibration, atOnce int) (Proposal, error) {
	var alone, underLoad, memory C.uint64_t
	var outcome *C.saltbox_outcome
	status := C.saltbox_calibration_advice(calibration, &alone, &underLoad, &memory, &outcome)
	config, err := said[json.RawMessage](status, outcome)
	if config == nil {
		return Proposal{}, err
	}
	return Proposal{
		Config:          config,
		Alone:           time.Duration(alone),
		UnderLoad:       time.Duration(underLoad),
		HashesPerSecond: float64(atOnce) / time.Duration(underLoad).Seconds(),
		MemoryBytes:     uint64(memory),
	}, err
}

// CalibrationError says why nothing can be measured. errors.Is tells its Status.
type CalibrationError struct {
	Status  Status
	Message string // what is out of range, and what the least is
}

func (e *CalibrationError) Error() string { return placed("calibration", "", e.Message) }

// Unwrap is the Status, so that errors.Is finds it.
func (e *CalibrationError) Unwrap() error { return e.Status }
