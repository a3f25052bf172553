package saltbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// One slot, and nobody waits for it.
const fullAtOnce = `{"hash":{"max_running":1,"queue_ms":0}}`

func stats(t *testing.T, core *Core) Stats {
	t.Helper()
	stats, err := core.Stats()
	if err != nil {
		t.Fatal(err)
	}
	return stats
}

// threads is how many Go has started so far. It ends none.
func threads() int { return pprof.Lookup("threadcreate").Count() }

// inAFullHouse calls body while somebody else has the only slot, again where it came too late.
func inAFullHouse(t *testing.T, core *Core, body func() (busy bool)) {
	t.Helper()
	for range 100 {
		// A batch keeps its slot until all of it is done.
		done := make(chan error, 1)
		go func() { done <- core.verifySome(make([]Attempt, 5), make([]Result, 5)) }()
		for len(done) == 0 && stats(t, core).Running == 0 {
			time.Sleep(time.Millisecond)
		}
		busy := body()
		if err := <-done; !errors.Is(err, Rejected) {
			t.Fatal(err)
		}
		if busy {
			return
		}
	}
	t.Error("nobody was told that the house is full")
}

func TestAFullHouseRejectsNobody(t *testing.T) {
	core := newCore(t, fullAtOnce, 2)
	stored := hash(t, core, password)
	inAFullHouse(t, core, func() bool {
		verdict, err := core.Verify(t.Context(), stored, password)
		if err != nil && !errors.Is(err, ErrBusy) || errors.Is(err, Rejected) || verdict.Accepted != (err == nil) {
			t.Errorf("Verify = %v, %v", verdict, err)
		}
		return err != nil
	})
	inAFullHouse(t, core, func() bool {
		made, err := core.Hash(t.Context(), password)
		if err != nil && (!errors.Is(err, ErrBusy) || made != "") {
			t.Errorf("Hash = %q, %v", made, err)
		}
		return err != nil
	})
	inAFullHouse(t, core, func() bool {
		results, err := core.VerifyBatch(t.Context(), []Attempt{{stored, password}})
		if err != nil && (len(results) != 1 || !errors.Is(results[0].Err, ErrBusy) || results[0].Accepted) {
			t.Errorf("VerifyBatch = %v, %v", results, err)
		}
		return err != nil
	})
	expect(t, core, stored, password, nil)
	if stats := stats(t, core); stats.Busy != 3 || stats.Rejected != 0 || stats.RunningPeak != 1 {
		t.Errorf("stats are %+v", stats)
	}
}

// Without the semaphore: the library's own queue is the bound.
func TestTheLibraryBoundsACrowdByItself(t *testing.T) {
	core := newCore(t, `{"hash":{"max_running":2,"queue_len":8}}`, 0)
	stored := hash(t, core, password)
	before, jobs := threads(), stats(t, core).Jobs
	var right, wrong, busy atomic.Uint64
	start := make(chan struct{})
	var callers sync.WaitGroup
	for caller := range crowd {
		callers.Add(1)
		go func() {
			defer callers.Done()
			<-start
			given, counter := password, &right
			if caller%2 == 1 {
				given, counter = []byte("wrong"), &wrong
			}
			verdict, err := core.verify(stored, given)
			switch {
			case errors.Is(err, ErrBusy) && !verdict.Accepted:
				busy.Add(1)
			case caller%2 == 0 && err == nil && verdict.Accepted:
				counter.Add(1)
			case caller%2 == 1 && errors.Is(err, Rejected) && !verdict.Accepted:
				counter.Add(1)
			default:
				t.Errorf("caller %d: %v, %v", caller, verdict, err)
			}
		}()
	}
	began := time.Now()
	close(start)
	callers.Wait()

	after := stats(t, core)
	t.Logf("%v: %d right, %d wrong, %d busy; %d threads before, %d at the peak; running %d, queued %d at most",
		time.Since(began), right.Load(), wrong.Load(), busy.Load(), before, threads(), after.RunningPeak, after.QueuedPeak)
	if after.RunningPeak > after.MaxRunning || after.QueuedPeak > after.QueueLen {
		t.Errorf("over its limits: %+v", after)
	}
	if after.Running != 0 || after.Queued != 0 {
		t.Errorf("somebody is left: %+v", after)
	}
	if busy.Load() == 0 || after.Busy != busy.Load() || after.Jobs-jobs != right.Load()+wrong.Load() {
		t.Errorf("counted %+v", after)
	}
	if after.Accepted != right.Load() || after.Rejected != wrong.Load() {
		t.Errorf("counted %+v", after)
	}
	// Those that work and wait, those on their way in and out, and what Go needs itself.
	if peak := threads(); peak > 250 {
		t.Errorf("%d threads for %d that may work or wait", peak, after.MaxRunning+after.QueueLen)
	}
	// Nobody is in the way of the next.
	if verdict, err := core.verify(stored, password); err != nil || !verdict.Accepted {
		t.Errorf("Verify = %v, %v", verdict, err)
	}
}

func TestACrowdWaitsUnderItsContexts(t *testing.T) {
	core := newCore(t, testOnly, 0)
	stored := hash(t, core, password)
	before := threads()
	hungUp := errors.New("the client hung up")
	impatient, hangUp := context.WithCancelCause(t.Context())
	defer hangUp(nil)
	var done, ended atomic.Int64
	var callers sync.WaitGroup
	for caller := range crowd {
		callers.Add(1)
		go func() {
			defer callers.Done()
			ctx, given, want := t.Context(), password, error(nil)
			if caller%4 >= 2 {
				ctx = impatient
			}
			if caller%2 == 1 {
				given, want = []byte("wrong"), Rejected
			}
			verdict, err := core.Verify(ctx, stored, given)
			switch {
			case caller%4 >= 2 && errors.Is(err, hungUp) && !verdict.Accepted:
				ended.Add(1)
			case errors.Is(err, want) && verdict.Accepted == (want == nil):
				// Some of the impatient are through by now, most are not.
				if done.Add(1) == crowd/8 {
					hangUp(hungUp)
				}
			default:
				t.Errorf("caller %d: %v, %v", caller, verdict, err)
			}
		}()
	}
	callers.Wait()

	after := stats(t, core)
	t.Logf("%d answered, %d ended; %d threads before, %d at the peak; running %d at most",
		done.Load(), ended.Load(), before, threads(), after.RunningPeak)
	if ended.Load() == 0 || done.Load() < crowd/2 {
		t.Errorf("%d answered, %d ended", done.Load(), ended.Load())
	}
	// Nobody came to the library for whom there was no room.
	if after.Busy != 0 || after.QueuedPeak != 0 || int(after.RunningPeak) > core.Capacity() {
		t.Errorf("stats are %+v", after)
	}
}

func TestThreadsAreTheCapacityUnlessSaid(t *testing.T) {
	for _, c := range []struct {
		config           string
		threads          int
		capacity, atOnce int
	}{
		{`{"hash":{"max_running":3}}`, 0, 3, 3},
		{`{"hash":{"max_running":3}}`, 5, 3, 5},
		// Memory for two of 19 MiB.
		{`{"hash":{"max_running":3,"memory_mib":40}}`, 0, 2, 2},
	} {
		core := newCore(t, c.config, c.threads)
		if core.Capacity() != c.capacity || core.threads.threads() != c.atOnce {
			t.Errorf("%s: capacity %d, threads %d", c.config, core.Capacity(), core.threads.threads())
		}
	}
}

func TestDerivedCoresShareMemoryAndThreads(t *testing.T) {
	core := newCore(t, `{"hash":{"max_running":2,"memory_mib":64}}`, 0)
	derived, err := core.Derive(Options{Config: []byte(`{"hash":{"create":{"scheme":"argon2id","m_kib":47104,"t":1,"p":1}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	if core.Capacity() != 2 || derived.Capacity() != 1 {
		t.Fatalf("capacities are %d and %d", core.Capacity(), derived.Capacity())
	}
	// 46 and 19 MiB do not fit at once, yet nobody has to wait inside the library.
	var callers sync.WaitGroup
	for range 3 {
		for _, core := range []*Core{core, derived} {
			callers.Add(1)
			go func() {
				defer callers.Done()
				mine := hash(t, core, password)
				expect(t, core, mine, password, nil)
				if _, err := core.VerifyBatch(t.Context(), []Attempt{{mine, password}, {mine, password}}); err != nil {
					t.Error(err)
				}
			}()
		}
	}
	callers.Wait()
	shared, same := stats(t, core), stats(t, derived)
	if shared.Hashes != 6 || same.Hashes != 6 || shared.QueuedPeak != 0 || shared.Busy != 0 {
		t.Errorf("stats are %+v", shared)
	}

	for config, path := range map[string]string{
		`{"hash":{"memory_mib":65}}`: "hash",
		`{"hash":{"create":{"scheme":"argon2id","m_kib":131072,"t":1,"p":1}}}`: "hash",
		`{"hash":{"craete":{}}}`: "hash.craete",
	} {
		refused, err := core.Derive(Options{Config: []byte(config)})
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !errors.Is(err, ErrConfig) || wrong.Path != path || refused != nil {
			t.Errorf("Derive(%s) = %v, %v", config, refused, err)
		}
	}
}

func TestAStringOverTheBudgetIsItsOwnFailure(t *testing.T) {
	core := newCore(t, `{"hash":{"create":{"profile":"test-only"},"memory_mib":1}}`, 0)
	const stored = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
	expect(t, core, stored, password, ErrBudget)
	if findings, err := core.Identify(stored); !errors.Is(err, Rejected) || !strings.Contains(findings, "over_budget") {
		t.Errorf("Identify = %s, %v", findings, err)
	}
}

func TestStatsCountWhatHappened(t *testing.T) {
	core := newCore(t, `{"hash":{"create":{"profile":"test-only"},"max_running":3,"queue_len":5,"memory_mib":2}}`, 0)
	stored := hash(t, core, password)
	expect(t, core, stored, password, nil)
	expect(t, core, stored, []byte("wrong"), Rejected)
	expect(t, core, stored, nil, Rejected)
	expect(t, core, "", password, Rejected)
	expect(t, core, "not a hash", password, ErrUnsupported)

	got := stats(t, core)
	if len(got.Schemes) < 6 || got.Schemes["argon2id"] != (SchemeStats{Accepted: 1, Rejected: 2}) || got.Schemes["scrypt"] != (SchemeStats{}) {
		t.Errorf("schemes are %v", got.Schemes)
	}
	if got.Argon2Kernel == "" || got.ScryptKernel == "" || got.MemoryBytes == 0 || got.MemoryIdleBytes != got.MemoryBytes {
		t.Errorf("stats are %+v", got)
	}
	want := Stats{
		RunningPeak: 1, MaxRunning: 3, QueueLen: 5,
		MemoryBytes: got.MemoryBytes, MemoryIdleBytes: got.MemoryBytes, MemoryPeakBytes: got.MemoryBytes,
		MemoryBudgetBytes: 2 << 20,
		Jobs:              6, Hashes: 1, Accepted: 1, Rejected: 2, NoUser: 1, Refused: 1,
		Schemes: got.Schemes, Argon2Kernel: got.Argon2Kernel, ScryptKernel: got.ScryptKernel,
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("stats are %+v, want %+v", got, want)
	}

	if freed, err := core.Trim(); err != nil || freed != got.MemoryBytes {
		t.Errorf("Trim = %d, %v", freed, err)
	}
	if freed, err := core.Trim(); err != nil || freed != 0 || stats(t, core).MemoryBytes != 0 {
		t.Errorf("Trim = %d, %v", freed, err)
	}
	expect(t, core, stored, password, nil)
}

func TestEffectiveConfigTellsWhatNodesDecide(t *testing.T) {
	effective := func(config string) (settings struct {
		Hash   json.RawMessage
		Digest string
		Memory struct {
			MaxRunning int `json:"max_running"`
		}
	}) {
		t.Helper()
		text, err := newCore(t, config, 0).EffectiveConfig()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &settings); err != nil || len(settings.Digest) != 64 {
			t.Fatalf("%s: %v", text, err)
		}
		return settings
	}
	two := effective(`{"hash":{"max_running":2}}`)
	three := effective(`{"hash":{"max_running":3}}`)
	again := effective(`{"hash":` + string(two.Hash) + `}`)
	only := effective(`{"hash":{"verify":["argon2id"]}}`)
	if two.Memory.MaxRunning != 2 || three.Memory.MaxRunning != 3 {
		t.Errorf("%+v, %+v", two.Memory, three.Memory)
	}
	// The size of the machine decides about nobody; what may be verified does.
	if two.Digest != three.Digest || two.Digest != again.Digest || two.Digest == only.Digest {
		t.Errorf("digests are %s, %s, %s, %s", two.Digest, three.Digest, again.Digest, only.Digest)
	}
}
