package main

import (
	"context"
	"hash/maphash"
	"sync"
)

// account is all that is stored of one: a row. Two are equal where nothing has changed.
type account struct {
	id            string // never changes; the record is bound to it
	login         string // as it was typed, to be shown
	key           string // what it is found by, in whatever letters and width it is typed
	name          string
	email         string
	emailVerified bool
	phone         string
	status        string
	mfa           bool // whether there is a second factor, to be asked for before a session is of use: here never
	hasPassword   bool
	created       int64  // in seconds since 1970
	toldAt        int64  // when its user was told that somebody tried to sign up with the login
	record        string // what the core stores; "" only where there is no such account
}

// tables are what a real service has in its database.
type tables struct {
	accounts map[string]account // by id
	logins   map[string]string  // ids by key
	lookups  map[string]string  // ids by the lookup key of a code: never changed, never removed
	sessions map[digest]session // by refresh token
}

func newTables() tables {
	return tables{
		accounts: map[string]account{},
		logins:   map[string]string{},
		lookups:  map[string]string{},
		sessions: map[digest]session{},
	}
}

// store is where transactions take place, one after the other.
type store struct {
	mutex  sync.Mutex
	tables tables
}

func newStore() *store { return &store{tables: newTables()} }

// do makes a transaction. Nothing in it waits or computes a hash.
func (s *store) do(transaction func(*tables)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	transaction(&s.tables)
}

// swap stores now where was is what is stored still; where there was no such
// account, only if nobody has taken the login:
//
//	UPDATE accounts SET …, version = version + 1 WHERE id = ? AND version = ?
//	INSERT INTO accounts … ON CONFLICT (login) DO NOTHING
//
// Where both are the same, it compares all the same: what was decided by a record
// that has changed since is void, a yes as well as a no.
func (t *tables) swap(was, now account) bool {
	if was.record != "" && t.accounts[was.id] != was {
		return false
	}
	if _, isTaken := t.logins[was.key]; was.record == "" && isTaken {
		return false
	}
	if now.record != "" {
		t.accounts[now.id] = now
		t.logins[now.key] = now.id
	}
	return true
}

// whom says how a request names an account. find returns an account without a
// record where there is none: with an id all the same, which a sign-up stores
// and everything else forgets, so that nothing looks different to the core.
type whom struct {
	name string
	find func(*tables) account
}

// byLogin finds the account with the login of newcomer, or newcomer.
func byLogin(newcomer account) whom {
	return whom{newcomer.key, func(t *tables) account {
		if id, ok := t.logins[newcomer.key]; ok {
			return t.accounts[id]
		}
		return newcomer
	}}
}

// byLookup finds the account that a code was made for.
func byLookup(lookup string) whom {
	return whom{lookup, func(t *tables) account { return t.byID(t.lookups[lookup]) }}
}

func byID(id string) whom {
	return whom{id, func(t *tables) account { return t.byID(id) }}
}

func (t *tables) byID(id string) account {
	if found, ok := t.accounts[id]; ok {
		return found
	}
	return account{id: newID()}
}

// turns lets the requests that name the same account decide one after the other:
// swaps that are lost cost hashes, and tell by the time that there is something
// to swap. So who names nobody waits as well. In a database it is the lock of a row;
// the swap stays, for other nodes and for who names the account in another way.
type turns struct {
	seed maphash.Seed
	// Two names may share one.
	lanes [1024]chan struct{}
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.lanes {
		t.lanes[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits for the turn of a name; give it back.
func (t *turns) take(ctx context.Context, name string) (back func(), err error) {
	lane := t.lanes[maphash.String(t.seed, name)%uint64(len(t.lanes))]
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
