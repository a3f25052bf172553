package main

import (
	"log"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// What follows is for tests, but for clock.now and sendNothing.

// clock is the time that it is, or the one that a test has said.
type clock struct{ standing atomic.Pointer[time.Time] }

func (c *clock) now() time.Time {
	if standing := c.standing.Load(); standing != nil {
		return *standing
	}
	// Without the clock that stands still while a machine sleeps: sessions age then, too.
	return time.Now().Round(0)
}

// sendNothing stands for mail: put a queue in its place, and wipe the code once it is sent.
func sendNothing(m message) {
	clear(m.code)
	log.Printf("a message was not sent: %s", m.kind)
}

// outbox keeps messages until they are read.
type outbox struct {
	mutex    sync.Mutex
	messages []message
}

func (o *outbox) add(m message) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.messages = append(o.messages, m)
}

func (o *outbox) take() []message {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	taken := o.messages
	o.messages = nil
	return taken
}

func devRoutes(box *outbox) []route {
	return []route{
		{"POST", "/dev/clock", ofNobody, (*call).setClock},
		{"POST", "/dev/clear", ofNobody, func(c *call) (any, error) {
			c.store.do(func(t *tables) { *t = newTables() })
			box.take()
			return nothing{}, nil
		}},
		{"GET", "/dev/outbox", ofNobody, func(*call) (any, error) { return messagesOf(box.take()), nil }},
	}
}

func (c *call) setClock() (any, error) {
	unix, err := strconv.ParseInt(string(c.body.needed("now")), 10, 64)
	if err != nil {
		c.body.refuse("now", "a number is needed")
	}
	if err := c.body.check(); err != nil {
		return nil, err
	}
	now := time.Unix(unix, 0)
	c.clock.standing.Store(&now)
	return nothing{}, nil
}

type sentMessages struct {
	Messages []sentMessage `json:"messages"`
}

type sentMessage struct {
	To              string `json:"to"`
	Kind            kind   `json:"kind"`
	Code            string `json:"code,omitempty"`
	LifetimeSeconds int64  `json:"lifetimeSeconds,omitempty"`
}

func messagesOf(taken []message) sentMessages {
	told := sentMessages{[]sentMessage{}}
	for _, m := range taken {
		told.Messages = append(told.Messages, sentMessage{m.to, m.kind, string(m.code), int64(m.lifetime / time.Second)})
		clear(m.code)
	}
	return told
}
