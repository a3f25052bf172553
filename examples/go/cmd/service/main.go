// Command service is a password service over HTTP, to start from: sign-up and
// sign-in, changes and resets, security questions, and what an administrator
// does. Its store is in memory and its mail goes nowhere; both are small, to be
// replaced. What to keep is decide.go: every decision of the core goes through it.
//
//	go run ./cmd/service
//	curl -i localhost:8080/v1/auth/password/signup -H 'Authorization: Bearer example' \
//		-d '{"loginId":"ada@example.com","password":"correct horse battery staple"}'
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// config is in force where no other is given.
const config = `{"policy":{"profile":"nist-63b-4"},"keys":{"create_key_id":1},"questions":{"pool":[
	{"id":"city","text":"Where were you born?","kind":"city"},
	{"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
	{"id":"food","text":"What did you like to eat best as a child?","kind":"food"}]}}`

// keyID is that of the root key, to be named in "keys" of the configuration.
const keyID = 1

// leastKey is how many bytes a management key has: what stands in for administrators is not to be guessed.
const leastKey = 16

// patience is how long a request may wait and compute, before it is better refused.
const patience = 10 * time.Second

type options struct {
	config, keyFile                string
	project, managementKey, appURL string
	listen                         string
	dev                            bool
}

func main() {
	var o options
	flag.StringVar(&o.config, "config", "", "a file with the configuration; one is built in")
	flag.StringVar(&o.keyFile, "key-file", "", "a file of 32 or more random bytes, the root key; a new one for each run otherwise")
	flag.StringVar(&o.project, "project", "example", "the project that every request names")
	flag.StringVar(&o.managementKey, "management-key", "", "what a request of an administrator brings; printed where it is not given")
	flag.StringVar(&o.appURL, "app-url", "http://localhost:3000/reset", "the page that links with codes lead to")
	flag.StringVar(&o.listen, "listen", "127.0.0.1:8080", "the address to listen on, behind what speaks TLS")
	flag.BoolVar(&o.dev, "dev", false, "serve /dev/ as well, which is for tests and tells every code")
	flag.Parse()
	if !isGiven("management-key") {
		o.managementKey = rand.Text()
		fmt.Println("management key:", o.managementKey)
	} else if len(o.managementKey) < leastKey {
		fmt.Fprintf(os.Stderr, "-management-key has to have %d bytes or more\n", leastKey)
		os.Exit(2)
	}
	// A supervisor knows the time of each line.
	log.SetFlags(0)
	if err := run(o); err != nil {
		log.Fatal(err)
	}
}

// isGiven is whether a flag was set, be it to nothing.
func isGiven(name string) bool {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}

func run(o options) error {
	core, err := newCore(o)
	if err != nil {
		return err
	}
	service, err := newService(core, o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	server := http.Server{
		Handler:           service,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       patience,
		WriteTimeout:      2 * patience,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Printf("listening on http://%v\n", listener.Addr())
	select {
	case err := <-served:
		return err
	case <-stop.Done():
	}
	// What was begun is answered.
	ending, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(ending)
}

func newCore(o options) (*saltbox.Core, error) {
	settings, key := []byte(config), make([]byte, 32)
	// Nothing outlives this process, so neither has its key to. A real store needs the same one on all nodes.
	rand.Read(key)
	var err error
	if o.config != "" {
		if settings, err = os.ReadFile(o.config); err != nil {
			return nil, err
		}
	}
	if o.keyFile != "" {
		if key, err = os.ReadFile(o.keyFile); err != nil {
			return nil, err
		}
	}
	defer clear(key)
	core, err := saltbox.New(saltbox.Options{Config: settings, Keys: map[uint32][]byte{keyID: key}})
	if errors.Is(err, saltbox.ErrKey) {
		return nil, fmt.Errorf("%s is no root key of 32 random bytes or more: %w", o.keyFile, err)
	}
	return core, err
}
