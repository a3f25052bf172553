// Command import_table moves a table of many systems' strings in: each user
// signs in once with the password of old and is stored anew.
//
//	go run ./cmd/import_table ../mixed-table.tsv
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	saltbox "example.invalid/saltbox-example"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: import_table mixed-table.tsv")
	}
	table, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer table.Close()
	core, err := saltbox.New(saltbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	users, moved := 0, 0
	for lines := bufio.NewScanner(table); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		users++
		if err := moveIn(context.Background(), core, strings.Split(line, "\t")); err != nil {
			fmt.Println("  not moved:", err)
			continue
		}
		moved++
	}
	fmt.Printf("%d of %d users moved in\n", moved, users)
	if moved != users {
		os.Exit(1)
	}
}

func moveIn(ctx context.Context, core *saltbox.Core, fields []string) error {
	if len(fields) != 3 {
		return errors.New("a line of the table has three fields")
	}
	system, stored, password := fields[0], fields[1], []byte(fields[2])
	fmt.Println(system)
	if strings.HasPrefix(stored, `{"vendor"`) {
		// What a vendor exports in fields is one string to store from here on.
		imported, err := saltbox.Import([]byte(stored))
		if err != nil {
			return err
		}
		stored = imported
		fmt.Println("  one string:", stored)
	}
	findings, err := core.Identify(stored)
	if err != nil {
		return err
	}
	fmt.Println(" ", findings)

	if _, err := core.Verify(ctx, stored, []byte("Tr0ub4dor&3")); !errors.Is(err, saltbox.Rejected) {
		return fmt.Errorf("a wrong password: %w", err)
	}
	verdict, err := core.Verify(ctx, stored, password)
	if err != nil {
		return err
	}
	if verdict.Rehash {
		// A database compares with the string that was verified before it replaces it.
		if stored, err = core.Hash(ctx, password); err != nil {
			return err
		}
	}
	fmt.Println("  signed in, stored anew:", stored)
	return nil
}
