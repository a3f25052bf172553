// Package saltbox decides what a password endpoint has to decide, by calling
// the C library of the same name.
//
// It is an example to start from: copy it, and keep what you need.
//
// Everything fails closed. A nil error means yes and nothing else does; the
// results beside the error say no as well, so either check alone is enough.
package saltbox

// #cgo pkg-config: saltbox
// #include <saltbox.h>
import "C"

import (
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"unsafe"
)

// Core is a configured core. Any number of goroutines may use one.
type Core struct {
	handle   *C.saltbox
	capacity int
	// Shared with the cores that are derived from this one, as the work memory is.
	threads semaphore
	// How many threads' share of the work memory a call takes.
	weight int
}

// Options of a Core. The zero value is secure as it is.
type Options struct {
	// Config is JSON as saltbox_config_parse reads it; nil for the defaults.
	Config []byte
	// Keys are root keys by id, of 32 random bytes or more. All of them verify;
	// the one that keys.create_key_id of Config names seals. Wipe them after New.
	Keys map[uint32][]byte
	// Blocklist is the list that policy.blocklist.outside of Config asks for.
	Blocklist *Blocklist
	// Threads is how many calls work at the same time; 0 for Capacity, so that
	// whoever waits does so under a context. With more than Capacity the rest
	// wait inside the library, as its own settings say, or are told ErrBusy.
	Threads int
}

// New makes a core. Its memory is given back once it is out of reach. The error
// is a *ConfigError where Config is not valid or asks for a Blocklist that is
// not there, and a *BlocklistError where the one that is there cannot be used.
func New(options Options) (*Core, error) {
	if C.saltbox_abi() != C.SALTBOX_ABI {
		return nil, errABI
	}
	handle, err := newHandle(options)
	if err != nil {
		return nil, err
	}
	core, err := newCoreOf(handle, options.Blocklist)
	if err != nil {
		return nil, err
	}
	threads := options.Threads
	if threads <= 0 {
		threads = core.capacity
	}
	core.threads, core.weight = newSemaphore(threads), 1
	return core, nil
}

// Derive makes a core with other settings, keys and Blocklist, and the work memory of c:
// both together never use more, and never run more calls at the same time.
//
// The error is a *ConfigError where Config is not valid or asks for a Blocklist
// that is not there, where it sizes the work memory differently than c has it
// (leaving that out is always right), or where one hash of its policy does not
// fit. Threads are those of c.
func (c *Core) Derive(options Options) (*Core, error) {
	defer runtime.KeepAlive(c)
	defer runtime.KeepAlive(options.Blocklist)
	settings, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	defer C.saltbox_config_free(settings)
	if err := checkConfig(settings); err != nil {
		return nil, err
	}
	var handle *C.saltbox
	status := C.saltbox_derive(c.handle, settings, &handle)
	if status == C.SALTBOX_E_CONFIG {
		return nil, &ConfigError{
			Path:    "hash",
			Offset:  math.MaxUint64,
			Message: "the work memory that is shared has another size, or none for one hash of this policy",
		}
	}
	if err := asError(Status(status)); err != nil {
		return nil, err
	}
	core, err := newCoreOf(handle, options.Blocklist)
	if err != nil {
		return nil, err
	}
	core.threads = c.threads
	// Where fewer of its calls fit at once, each stands for several of c's.
	core.weight = (c.threads.threads() + core.capacity - 1) / core.capacity
	return core, nil
}

// owned is what a core is made of. Its list stays in reach, and so mapped, until the handle is freed.
type owned struct {
	handle    *C.saltbox
	blocklist *Blocklist
}

func (o owned) free() {
	C.saltbox_free(o.handle)
	runtime.KeepAlive(o.blocklist)
}

// newCoreOf owns handle, whether or not it succeeds.
func newCoreOf(handle *C.saltbox, blocklist *Blocklist) (*Core, error) {
	core := &Core{handle: handle}
	runtime.AddCleanup(core, owned.free, owned{handle, blocklist})
	var jobs C.uint32_t
	err := asError(Status(C.saltbox_capacity(handle, &jobs)))
	core.capacity = max(1, int(jobs))
	runtime.KeepAlive(core)
	return core, err
}

func newHandle(options Options) (*C.saltbox, error) {
	defer runtime.KeepAlive(options.Blocklist)
	config, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	defer C.saltbox_config_free(config)
	if err := checkConfig(config); err != nil {
		return nil, err
	}
	var handle *C.saltbox
	err = asError(Status(C.saltbox_new(config, &handle)))
	return handle, err
}

// checkConfig says what a configuration still lacks to make a core of it.
func checkConfig(config *C.saltbox_config) error {
	var diag C.saltbox_diag
	status := C.saltbox_config_check(config, &diag)
	if status == C.SALTBOX_E_CONFIG {
		return configError(&diag)
	}
	return asError(Status(status))
}

// newConfig is the configuration with its keys and its list, which has to stay in reach as long.
func newConfig(options Options) (*C.saltbox_config, error) {
	json := options.Config
	if json == nil {
		json = []byte("{}")
	}
	config, err := parseConfig(json)
	if err != nil {
		return nil, err
	}
	for id, key := range options.Keys {
		status := C.saltbox_config_add_key(config, C.uint32_t(id), bytesOf(key), C.size_t(len(key)))
		if err := asError(Status(status)); err != nil {
			C.saltbox_config_free(config)
			return nil, err
		}
	}
	if options.Blocklist != nil {
		if err := options.Blocklist.attachTo(config); err != nil {
			C.saltbox_config_free(config)
			return nil, err
		}
	}
	return config, nil
}

func parseConfig(json []byte) (*C.saltbox_config, error) {
	var config *C.saltbox_config
	var diag C.saltbox_diag
	status := C.saltbox_config_parse(bytesOf(json), C.size_t(len(json)), &config, &diag)
	if status == C.SALTBOX_E_CONFIG {
		return nil, configError(&diag)
	}
	return config, asError(Status(status))
}

func configError(diag *C.saltbox_diag) *ConfigError {
	return &ConfigError{
		Path:    C.GoString(&diag.path[0]),
		Offset:  uint64(diag.offset),
		Message: C.GoString(&diag.message[0]),
	}
}

// Capacity is how many hashes of the policy can be computed at once.
func (c *Core) Capacity() int { return c.capacity }

// Hash makes the string to store for a password. Wipe password after the call; no copy of it was made.
func (c *Core) Hash(ctx context.Context, password []byte) (string, error) {
	if err := c.threads.acquire(ctx, c.weight); err != nil {
		return "", err
	}
	defer c.threads.release(c.weight)
	defer runtime.KeepAlive(c)

	var out [C.SALTBOX_HASH_MAX]C.char
	var length C.size_t
	status := C.saltbox_hash(c.handle, bytesOf(password), C.size_t(len(password)),
		&out[0], C.size_t(len(out)), &length)
	if err := asError(Status(status)); err != nil {
		return "", err
	}
	return C.GoStringN(&out[0], C.int(length)), nil
}

// Verdict is what a verification decided. The zero value is no.
type Verdict struct {
	// Accepted is whether the password is right.
	Accepted bool
	// Rehash is whether the password, being right, should be hashed anew and the result stored.
	Rehash bool
}

// Verify decides whether password is the one that stored was made from. stored
// is "" for a user that does not exist: call it all the same, so that nobody
// can tell by the time.
//
// The error is nil only where the password is right, and Rejected where it is
// wrong. Where ctx ended before there was a thread, or with ErrBusy, nothing
// was computed: a server says so, 503 with Retry-After. ErrBusy is for calls
// that need more memory than the policy, and for more Threads than Capacity. A
// call that has begun does not end early: the work cannot be interrupted.
func (c *Core) Verify(ctx context.Context, stored string, password []byte) (Verdict, error) {
	if err := c.threads.acquire(ctx, c.weight); err != nil {
		return Verdict{}, err
	}
	defer c.threads.release(c.weight)
	return c.verify(stored, password)
}

// verify calls the library at once, whoever else does.
func (c *Core) verify(stored string, password []byte) (Verdict, error) {
	defer runtime.KeepAlive(c)
	var rehash C.uint32_t
	status := C.saltbox_verify(c.handle, charsOf(stored), C.size_t(len(stored)),
		bytesOf(password), C.size_t(len(password)), &rehash)
	return decided(status, rehash)
}

func decided(status C.saltbox_status, rehash C.uint32_t) (Verdict, error) {
	if err := asError(Status(status)); err != nil {
		return Verdict{}, err
	}
	return Verdict{Accepted: true, Rehash: rehash == 1}, nil
}

// Attempt is one item of a batch. Stored is "" for a user that does not exist.
type Attempt struct {
	Stored   string
	Password []byte
}

// Result is what Verify would have returned.
type Result struct {
	Verdict
	Err error
}

// VerifyBatch verifies many, on as many threads as are allowed. The results
// stand in the order of the attempts.
//
// The error is nil only where every password is right. It is Rejected where at
// least one is not, and then the results say which; with any other error
// nothing was decided, and there are none. A result of ErrBusy was not decided.
func (c *Core) VerifyBatch(ctx context.Context, attempts []Attempt) ([]Result, error) {
	if len(attempts) == 0 {
		return nil, ErrArgument
	}
	workers := min(len(attempts), c.threads.threads()/c.weight)
	if err := c.threads.acquire(ctx, workers*c.weight); err != nil {
		return nil, err
	}
	defer c.threads.release(workers * c.weight)
	defer runtime.KeepAlive(c)

	results := make([]Result, len(attempts))
	errs := make([]error, workers)
	var running sync.WaitGroup
	for worker := range workers {
		from, to := share(len(attempts), worker, workers)
		running.Add(1)
		go func() {
			defer running.Done()
			errs[worker] = c.verifySome(attempts[from:to], results[from:to])
		}()
	}
	running.Wait()
	return together(results, errs)
}

// share is the part of n items that one of the workers does.
func share(n, worker, workers int) (from, to int) {
	return n * worker / workers, n * (worker + 1) / workers
}

// together is the answer for all: a failure before a no before a yes.
func together(results []Result, errs []error) ([]Result, error) {
	var rejected error
	for _, err := range errs {
		switch {
		case errors.Is(err, Rejected):
			rejected = err
		case err != nil:
			return nil, err
		}
	}
	return results, rejected
}

// verifySome lays the attempts out one after the other, as C takes them, and
// wipes the copies of the passwords.
func (c *Core) verifySome(attempts []Attempt, results []Result) error {
	var storedLen, passwordsLen int
	for _, attempt := range attempts {
		storedLen += len(attempt.Stored)
		passwordsLen += len(attempt.Password)
	}
	// Made at their full size: a slice that grows leaves copies behind.
	stored := make([]byte, 0, storedLen)
	passwords := make([]byte, 0, passwordsLen)
	defer func() { clear(passwords) }()
	storedEnds := make([]C.size_t, len(attempts))
	passwordEnds := make([]C.size_t, len(attempts))
	for i, attempt := range attempts {
		stored = append(stored, attempt.Stored...)
		passwords = append(passwords, attempt.Password...)
		storedEnds[i] = C.size_t(len(stored))
		passwordEnds[i] = C.size_t(len(passwords))
	}

	statuses := make([]C.saltbox_status, len(attempts))
	rehash := make([]C.uint32_t, len(attempts))
	status := C.saltbox_verify_batch(c.handle, C.size_t(len(attempts)),
		(*C.char)(unsafe.Pointer(bytesOf(stored))), &storedEnds[0],
		bytesOf(passwords), &passwordEnds[0], &statuses[0], &rehash[0])
	for i := range attempts {
		results[i].Verdict, results[i].Err = decided(statuses[i], rehash[i])
	}
	return asError(Status(status))
}

// Identify says what a stored string is, as JSON: scheme, parameters, and what
// is wrong with it and where. It computes no hash, so it needs no context.
//
// The error is nil where Verify would take the string, and Rejected where it
// would not; there are findings for both.
func (c *Core) Identify(stored string) (string, error) {
	defer runtime.KeepAlive(c)
	var outcome *C.saltbox_outcome
	status := C.saltbox_identify(c.handle, charsOf(stored), C.size_t(len(stored)), nil, &outcome)
	return jsonOf(outcome), asError(Status(status))
}

// EffectiveConfig is the settings in force as JSON, with what the configuration
// left open. Nodes with the same digest in it decide alike.
func (c *Core) EffectiveConfig() (string, error) {
	defer runtime.KeepAlive(c)
	var outcome *C.saltbox_outcome
	status := C.saltbox_effective_config(c.handle, &outcome)
	return jsonOf(outcome), asError(Status(status))
}

// jsonOf frees the outcome. It is "" for none.
func jsonOf(outcome *C.saltbox_outcome) string {
	defer C.saltbox_outcome_free(outcome)
	var length C.size_t
	json := C.saltbox_outcome_json(outcome, &length)
	return string(unsafe.Slice((*byte)(json), int(length)))
}

// bytesOf is where a slice begins, and NULL for an empty one. Nothing is copied.
func bytesOf(slice []byte) *C.uint8_t {
	if len(slice) == 0 {
		return nil
	}
	return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(slice)))
}

// charsOf is where a string begins, and NULL for an empty one. Nothing is copied.
func charsOf(text string) *C.char {
	if text == "" {
		return nil
	}
	return (*C.char)(unsafe.Pointer(unsafe.StringData(text)))
}
