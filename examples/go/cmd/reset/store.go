package main

import (
	"errors"
	"sync"
)

// store is a host's: what is stored of each account, and whose a lookup key is.
type store struct {
	mutex sync.Mutex
	// The records by id.
	records map[string]string
	// The ids by lookup key. A row is never changed.
	owners map[string]string
}

func newStore() *store {
	return &store{records: map[string]string{}, owners: map[string]string{}}
}

// errChanged is why a record was not stored: another request was faster.
var errChanged = errors.New("the record has changed")

func (s *store) read(id string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.records[id]
}

// swap stores a record where was still is what is stored, "" where nothing was:
//
//	UPDATE accounts SET record = ? WHERE id = ? AND record = ?
func (s *store) swap(id, was, record string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.records[id] != was {
		return errChanged
	}
	s.records[id] = record
	return nil
}

func (s *store) own(lookup, id string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.owners[lookup] = id
}

// owner is the id of an account, "" where there is none.
func (s *store) owner(lookup string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.owners[lookup]
}
