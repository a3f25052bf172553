// Command sign_in shows what a sign-in endpoint does with saltbox.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync"
	"time"

	saltbox "example.invalid/saltbox-example"
)

func main() {
	core, err := saltbox.New(saltbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	// A request that cannot be served in time is better refused.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	password := []byte("correct horse battery staple")
	stored, err := core.Hash(ctx, password)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("at once:       ", core.Capacity())
	fmt.Println("stored:        ", stored)
	fmt.Println("right password:", signIn(ctx, core, stored, password))
	fmt.Println("wrong password:", signIn(ctx, core, stored, []byte("incorrect horse")))
	fmt.Println("no such user:  ", signIn(ctx, core, "", password))
	fmt.Println("damaged string:", signIn(ctx, core, stored[:40], password))

	findings, err := core.Identify(stored[:40])
	fmt.Println("what is it:    ", findings, err)

	rush(ctx, stored, password)
}

// answer is what a server answers.
type answer struct {
	code int
	text string
}

func (a answer) String() string { return fmt.Sprintf("%s (%d)", a.text, a.code) }

func signIn(ctx context.Context, core *saltbox.Core, stored string, password []byte) answer {
	verdict, err := core.Verify(ctx, stored, password)
	switch {
	case errors.Is(err, saltbox.Rejected):
		return answer{401, "refused"}
	case errors.Is(err, saltbox.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		// Nothing was computed, and nobody refused: it may well be the right password.
		return answer{503, "try again later, Retry-After: 1"}
	case err != nil:
		return answer{500, "refused, nothing decided: " + err.Error()}
	case verdict.Rehash:
		return answer{200, "signed in; hash the password anew and store that"}
	default:
		return answer{200, "signed in"}
	}
}

// rush is more sign-ins than there is room for. Threads asks for one more than
// the library lets in; left out, they would wait under ctx instead.
func rush(ctx context.Context, stored string, password []byte) {
	core, err := saltbox.New(saltbox.Options{
		Config:  []byte(`{"hash":{"max_running":1,"queue_ms":0}}`),
		Threads: 2,
	})
	if err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, 20)
	var users sync.WaitGroup
	for user := range answers {
		users.Add(1)
		go func() {
			defer users.Done()
			answers[user] = signIn(ctx, core, stored, password)
		}()
	}
	users.Wait()
	codes := make(map[int]int)
	for _, answer := range answers {
		codes[answer.code]++
	}
	fmt.Printf("a rush of %d:   %d signed in (200), %d to try again later (503)\n",
		len(answers), codes[200], codes[503])

	stats, err := core.Stats()
	if err != nil {
		log.Fatal(err)
	}
	freed, err := core.Trim()
	fmt.Printf("and after it:   %d done, %d told busy, %d MiB kept and given back: %v\n",
		stats.Jobs, stats.Busy, freed>>20, err == nil)
}
