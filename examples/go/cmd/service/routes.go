package main

import (
	"context"
	"encoding/json"
	"log"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// route is what one method does at one path, and who may ask for it.
type route struct {
	method, path string
	asks         authorization
	handle       func(*call) (any, error)
}

var routes = []route{
	{"POST", "/v1/auth/password/signup", ofProject, (*call).signUp},
	{"POST", "/v1/auth/password/signin", ofProject, (*call).signIn},
	{"POST", "/v1/auth/password/update", ofSession, (*call).updatePassword},
	{"POST", "/v1/auth/password/replace", ofProject, (*call).replacePassword},
	{"POST", "/v1/auth/password/reset", ofProject, (*call).sendResetLink},
	{"GET", "/v1/auth/password/policy", ofProject, (*call).passwordPolicy},
	{"POST", "/v1/auth/magiclink/update/email", ofSession, (*call).updateEmail},
	{"POST", "/v1/auth/magiclink/verify", ofProject, (*call).verifyEmail},
	{"POST", "/v1/auth/security-questions/setup", ofSession, (*call).setQuestions},
	{"GET", "/v1/auth/security-questions/verify", ofSession, (*call).getQuestions},
	{"POST", "/v1/auth/security-questions/verify", ofSession, (*call).verifyQuestions},

	{"POST", "/api/v1/password-reset/request-password-reset", ofProject, (*call).requestReset},
	{"POST", "/api/v1/password-reset/create-password-reset-link", ofManagement, (*call).createResetLink},
	{"POST", "/api/v1/password-reset/reset-password", ofProject, (*call).resetPassword},

	{"POST", "/v1/mgmt/user/create", ofManagement, (*call).createUser},
	{"POST", "/v1/mgmt/user/password/set/temporary", ofManagement, setsPassword((*saltbox.Core).AdminSetTemporary)},
	{"POST", "/v1/mgmt/user/password/set/active", ofManagement, setsPassword((*saltbox.Core).AdminSetActive)},
	{"POST", "/v1/mgmt/user/password/expire", ofManagement, manages((*saltbox.Core).AdminExpire)},
	{"POST", "/v1/mgmt/user/update/status", ofManagement, (*call).updateStatus},
	{"POST", "/v1/mgmt/user/lock", ofManagement, manages((*saltbox.Core).AdminLock)},
	{"POST", "/v1/mgmt/user/unlock", ofManagement, manages((*saltbox.Core).AdminUnlock)},
}

// service is what all requests share.
type service struct {
	core          *saltbox.Core
	settings      settings
	project       string
	managementKey digest
	appURL        string
	clock         clock
	store         *store
	turns         *turns
	// send queues a message and is done: no answer waits for mail.
	send  func(message)
	paths map[string]map[string]route
}

func newService(core *saltbox.Core, o options) (*service, error) {
	settings, err := settingsOf(core)
	if err != nil {
		return nil, err
	}
	s := &service{
		core:          core,
		settings:      settings,
		project:       o.project,
		managementKey: digestOf(o.managementKey),
		appURL:        o.appURL,
		store:         newStore(),
		turns:         newTurns(),
		send:          sendNothing,
		paths:         map[string]map[string]route{},
	}
	served := routes
	if o.dev {
		box := &outbox{}
		s.send, served = box.add, slices.Concat(routes, devRoutes(box))
	}
	for _, each := range served {
		if s.paths[each.path] == nil {
			s.paths[each.path] = map[string]route{}
		}
		s.paths[each.path][each.method] = each
	}
	return s, nil
}

// call is one request.
type call struct {
	*service
	ctx  context.Context
	asks authorization
	credential
	body object
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	answer, err := s.answer(w, r)
	status := http.StatusOK
	if err != nil {
		problem := faultOf(err)
		if problem.status == http.StatusInternalServerError {
			// Errors of the core name places and numbers, never a secret or a record.
			log.Printf("%s %s: %v", r.Method, r.URL.Path, err)
		}
		if problem.retryAfter > 0 {
			header.Set("Retry-After", seconds(problem.retryAfter))
		}
		status, answer = problem.forDescope()
		if strings.HasPrefix(r.URL.Path, "/api/") {
			status, answer = problem.forAPI()
		}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		log.Printf("%s %s: %v", r.Method, r.URL.Path, err)
		status, text = http.StatusInternalServerError, nil
	}
	w.WriteHeader(status)
	w.Write(text)
	clear(text)
}

// answer is what to say with 200, or the error that says what else.
func (s *service) answer(w http.ResponseWriter, r *http.Request) (any, error) {
	methods, ok := s.paths[r.URL.Path]
	if !ok {
		return nil, noSuchPath
	}
	route, ok := methods[r.Method]
	if !ok {
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
		return nil, wrongMethod
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	c := &call{service: s, ctx: ctx, asks: route.asks}
	var err error
	if c.credential, err = s.authorize(r.Header.Get("Authorization"), route.asks); err != nil {
		return nil, err
	}
	if r.Method == http.MethodPost {
		body, err := readObject(w, r)
		defer body.wipe()
		if err != nil {
			return nil, err
		}
		c.body = body
	}
	return route.handle(c)
}

// now is the one place that time comes from.
func (s *service) now() time.Time { return s.clock.now() }
