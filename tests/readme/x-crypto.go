// The replacement for x/crypto's argon2.IDKey and a comparison lets nobody in by mistake.
package main

import (
	"context"
	"os"

	saltbox "example.invalid/saltbox-example"
)

// SNIPPET

func main() {
	ctx := context.Background()
	core, err := saltbox.New(saltbox.Options{})
	if err != nil {
		os.Exit(1)
	}
	// x/crypto argon2_test.go: IDKey("password", "somesalt", 1, 64, 1, 24).
	const stored = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$ZVrRXqxlLcWfcXCnMyv0m4Rpvh/bnCi7"
	if right, rehash := isRight(ctx, core, stored, []byte("password")); !right || !rehash {
		os.Exit(2)
	}
	for _, attempt := range [][2]string{{stored, "Password"}, {stored, ""}, {stored[:40], "password"}, {"", "password"}} {
		if right, rehash := isRight(ctx, core, attempt[0], []byte(attempt[1])); right || rehash {
			os.Exit(3)
		}
	}
}
