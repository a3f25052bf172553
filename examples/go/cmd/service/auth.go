package main

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	saltbox "example.invalid/saltbox-example"
)

const (
	sessionLifetime = 10 * time.Minute
	refreshLifetime = 28 * 24 * time.Hour
)

// authorization is what a request has to bring as its bearer.
type authorization int

const (
	ofNobody     authorization = iota
	ofProject                  // PROJECT
	ofSession                  // PROJECT:REFRESH-TOKEN
	ofManagement               // PROJECT:MANAGEMENT-KEY
)

// digest is what is kept of a token: who reads the store cannot use it.
type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// credential is what a request brought. The tokens of a header cannot be wiped.
type credential struct {
	refresh string
	token   digest
	user    string // whose session it is; "" for none
}

// authorize says who asks. A route that needs no session may be given one all the same.
func (s *service) authorize(header string, asks authorization) (credential, error) {
	if asks == ofNobody {
		return credential{}, nil
	}
	scheme, bearer, _ := strings.Cut(header, " ")
	project, token, _ := strings.Cut(bearer, ":")
	if !strings.EqualFold(scheme, "Bearer") || project != s.project {
		return credential{}, notAuthorized
	}
	given := credential{refresh: token, token: digestOf(token)}
	if asks == ofManagement {
		// Digests of one length, so that the time tells nothing of the key.
		if subtle.ConstantTimeCompare(given.token[:], s.managementKey[:]) != 1 {
			return credential{}, wrongManagementKey
		}
		return credential{}, nil
	}
	s.store.do(func(t *tables) { given.user = t.session(given.token, s.now()).user })
	if asks == ofSession && given.user == "" {
		return credential{}, notAuthorized
	}
	return given, nil
}

// session is what a refresh token stands for.
type session struct {
	user      string
	authTime  time.Time // when the user signed in with the password
	steppedUp bool
	expires   time.Time
}

// isFresh is whether the user has shown the password a short time ago.
func (s session) isFresh(now time.Time, within time.Duration) bool {
	return now.Sub(s.authTime) <= within
}

// settings are those of the core for what no flow decides.
type settings struct {
	AuthAge int64 `json:"auth_age_s"` // how long a sign-in counts as recent
	Mask    bool  `json:"mask"`       // whether a sign-up tells nobody that the login is taken
}

func settingsOf(core *saltbox.Core) (settings, error) {
	text, err := core.EffectiveConfig()
	if err != nil {
		return settings{}, err
	}
	var said struct{ Account settings }
	err = json.Unmarshal([]byte(text), &said)
	return said.Account, err
}

func (s settings) authAge() time.Duration { return time.Duration(s.AuthAge) * time.Second }

// session is the zero value for a token that is unknown or has expired.
func (t *tables) session(token digest, now time.Time) session {
	found := t.sessions[token]
	if !now.Before(found.expires) {
		delete(t.sessions, token)
		return session{}
	}
	return found
}

// begin makes a session and its refresh token.
func (t *tables) begin(user string, now time.Time) string {
	refresh := newToken()
	t.sessions[digestOf(refresh)] = session{user: user, authTime: now, expires: now.Add(refreshLifetime)}
	return refresh
}

// end ends all sessions of a user but that of a token; of the zero token there is none.
func (t *tables) end(user string, but digest) {
	for token, session := range t.sessions {
		if session.user == user && token != but {
			delete(t.sessions, token)
		}
	}
}

// newToken is 32 random bytes. A real service signs a JWT here, with the user as
// "sub" and DS or DSR as "drn", which other services check by themselves.
func newToken() string { return newHex(32) }

// newID is that of an account: it tells nothing, and is never given twice.
func newID() string { return newHex(16) }

func newHex(bytes int) string {
	random := make([]byte, bytes)
	rand.Read(random)
	return hex.EncodeToString(random)
}

// jwtAnswer is what a client gets with a session.
type jwtAnswer struct {
	SessionJWT        string `json:"sessionJwt"`
	RefreshJWT        string `json:"refreshJwt"`
	CookieDomain      string `json:"cookieDomain"`
	CookiePath        string `json:"cookiePath"`
	CookieMaxAge      int64  `json:"cookieMaxAge"`
	CookieExpiration  int64  `json:"cookieExpiration"`
	User              user   `json:"user"`
	FirstSeen         bool   `json:"firstSeen"`
	SessionExpiration int64  `json:"sessionExpiration"`
}

type user struct {
	LoginIDs      []string `json:"loginIds"`
	UserID        string   `json:"userId"`
	Name          string   `json:"name"`
	Email         string   `json:"email"`
	Phone         string   `json:"phone"`
	VerifiedEmail bool     `json:"verifiedEmail"`
	VerifiedPhone bool     `json:"verifiedPhone"`
	Status        string   `json:"status"`
	Test          bool     `json:"test"`
	Password      bool     `json:"password"`
	CreatedTime   int64    `json:"createdTime"`
}

// jwts gives the session that was decided.
func (d done) jwts(firstSeen bool) jwtAnswer {
	return jwtAnswer{
		SessionJWT:        d.session,
		RefreshJWT:        d.refresh,
		CookiePath:        "/",
		CookieMaxAge:      int64(refreshLifetime / time.Second),
		CookieExpiration:  d.at.Add(refreshLifetime).Unix(),
		User:              d.account.user(),
		FirstSeen:         firstSeen,
		SessionExpiration: d.at.Add(sessionLifetime).Unix(),
	}
}

func (a account) user() user {
	return user{
		LoginIDs:      []string{a.login},
		UserID:        a.id,
		Name:          a.name,
		Email:         a.email,
		Phone:         a.phone,
		VerifiedEmail: a.emailVerified,
		Status:        a.status,
		Password:      a.hasPassword,
		CreatedTime:   a.created,
	}
}
