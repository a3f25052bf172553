// README's first Go block does what it says, and fails closed.
package main

import (
	"context"
	"errors"
	"os"

	saltbox "example.invalid/saltbox-example"
)

func first(ctx context.Context, password []byte) error {
	// SNIPPET
}

func main() {
	ctx := context.Background()
	if first(ctx, []byte("correct horse battery staple")) != nil {
		os.Exit(1)
	}
	if !errors.Is(first(ctx, nil), saltbox.ErrPasswordEmpty) {
		os.Exit(2)
	}
}
