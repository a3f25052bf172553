// README's Go block that checks a password says what is wrong, and fails closed.
package main

import (
	"errors"
	"fmt"
	"os"

	saltbox "example.invalid/saltbox-example"
)

func check(core *saltbox.Core, subject saltbox.Subject, password []byte) error {
	// SNIPPET
}

func main() {
	core, err := saltbox.New(saltbox.Options{})
	if err != nil {
		os.Exit(1)
	}
	jane := saltbox.Subject{LoginID: "jane"}
	if check(core, jane, []byte("correct horse battery staple")) != nil {
		os.Exit(2)
	}
	if !errors.Is(check(core, jane, []byte("acme-jane")), saltbox.Rejected) {
		os.Exit(3)
	}
	crowded := saltbox.Subject{Words: make([]string, 129)}
	if !errors.Is(check(core, crowded, []byte("correct horse battery staple")), saltbox.ErrSubject) {
		os.Exit(4)
	}
}
