// Command sign_in shows what a sign-in endpoint does with saltbox.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
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
	fmt.Println("stored:        ", stored)
	fmt.Println("right password:", signIn(ctx, core, stored, password))
	fmt.Println("wrong password:", signIn(ctx, core, stored, []byte("incorrect horse")))
	fmt.Println("no such user:  ", signIn(ctx, core, "", password))
	fmt.Println("damaged string:", signIn(ctx, core, stored[:40], password))

	findings, err := core.Identify(stored[:40])
	fmt.Println("what is it:    ", findings, err)
}

func signIn(ctx context.Context, core *saltbox.Core, stored string, password []byte) string {
	verdict, err := core.Verify(ctx, stored, password)
	switch {
	case errors.Is(err, saltbox.Rejected):
		return "refused"
	case err != nil:
		return "refused, nothing decided: " + err.Error()
	case verdict.Rehash:
		return "signed in; hash the password anew and store that"
	default:
		return "signed in"
	}
}
