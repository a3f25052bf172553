package saltbox

import (
	"context"
	"errors"
	"testing"
	"time"
)

var (
	wrong = []byte("wrong horse battery staple")
	fresh = []byte("a new password of her own")
)

func newAccountCore(t *testing.T, account string) *Core {
	t.Helper()
	core, err := New(Options{Config: []byte(`{"hash":{"create":{"profile":"test-only"}},"account":` + account + `}`)})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

// signedUp is ada's account, whose password is password.
func signedUp(t *testing.T, core *Core) Account {
	t.Helper()
	account := Account{Subject: ada, Now: now}
	outcome, err := core.SignUp(t.Context(), account, password)
	if err != nil || outcome.Verdict != SignedUp || outcome.Record == "" || !outcome.Findings.Accepted {
		t.Fatalf("%+v, %v", outcome, err)
	}
	account.Record = outcome.Record
	return account
}

// expectDecided is what a host does with an outcome that is as wanted: it stores the record.
func expectDecided(t *testing.T, account *Account, outcome Outcome, err error, verdict Decision, client Client, effects Effects) {
	t.Helper()
	var want error
	if verdict >= NoAccount {
		want = Rejected
	}
	if err != want || outcome.Verdict != verdict || outcome.Client != client || outcome.Effects != effects {
		t.Errorf("%+v, %v, want %v, %v, %v", outcome, err, verdict, client, effects)
	}
	if outcome.Record != "" {
		account.Record = outcome.Record
	}
}

func TestASignUpSaysTheSameOfATakenLogin(t *testing.T) {
	core := newAccountCore(t, "{}")
	account := Account{Subject: ada, Now: now}
	made, err := core.SignUp(t.Context(), account, password)
	expectDecided(t, &account, made, err, SignedUp, ClientSent, 0)
	// It is another's.
	account.Subject.ID = "u-2"
	taken, err := core.SignUp(t.Context(), account, password)
	expectDecided(t, &account, taken, err, Exists, ClientSent, NotifySignUpTried)
	if taken.Record != "" || !taken.Findings.Accepted {
		t.Errorf("%+v", taken)
	}
	refused, err := core.SignUp(t.Context(), account, []byte("mvqtz"))
	expectDecided(t, &account, refused, err, PasswordRefused, ClientPasswordRefused, 0)
	if refused.Findings.Accepted || len(refused.Findings.Violations) != 1 {
		t.Errorf("%+v", refused)
	}
	if _, err := core.SignUp(t.Context(), Account{}, password); !errors.Is(err, ErrSubject) {
		t.Error(err)
	}

	open := newAccountCore(t, `{"mask":false}`)
	account = Account{Subject: ada, Now: now}
	made, err = open.SignUp(t.Context(), account, password)
	expectDecided(t, &account, made, err, SignedUp, ClientDone, NewSession)
	taken, err = open.SignUp(t.Context(), account, password)
	expectDecided(t, &account, taken, err, Exists, ClientExists, NotifySignUpTried)
}

func TestASignInNamesTheSessionAndWritesNothing(t *testing.T) {
	core := newAccountCore(t, "{}")
	account := signedUp(t, core)
	in, err := core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, SignedIn, ClientDone, NewSession)
	if in.Record != "" {
		t.Error(in.Record)
	}
	account.Request = Request{SessionSubject: ada.ID, StepUp: true, RevokeOtherSessions: true}
	in, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, SignedIn, ClientDone, StepUpSession|RevokeOtherSessions)
	account.Request = Request{}

	stronger, err := New(Options{Config: []byte(`{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	in, err = stronger.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, SignedIn, ClientDone, NewSession|Rehashed)
	if in.Record == "" {
		t.Error("there is a hash to store")
	}

	for verdict, subject := range map[Decision]string{AccountDisabled: "disabled", AccountInvited: "invited"} {
		account.Subject.Status = subject
		in, err = core.SignIn(t.Context(), account, password)
		expectDecided(t, &account, in, err, verdict, ClientWrongPassword, 0)
	}
	account.Subject.Status = "expired"
	in, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, MustChange, ClientMustChange, 0)
	nobody, err := core.SignIn(t.Context(), Account{Now: now}, password)
	expectDecided(t, &account, nobody, err, NoAccount, ClientWrongPassword, 0)
	keyed := newKeyedCore(t, "{}")
	without, err := keyed.SignIn(t.Context(), newAccount(t, keyed), password)
	expectDecided(t, &account, without, err, NoPassword, ClientWrongPassword, 0)
}

func TestFailuresLockAndAnAdministratorUnlocks(t *testing.T) {
	core := newAccountCore(t, `{"lock":{"attempts":2,"first_s":60,"most_s":60}}`)
	account := signedUp(t, core)
	for range 2 {
		in, err := core.SignIn(t.Context(), account, wrong)
		expectDecided(t, &account, in, err, WrongPassword, ClientWrongPassword, 0)
		if in.Record == "" {
			t.Fatal("nothing was charged")
		}
	}
	locked, err := core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, locked, err, TemporarilyLocked, ClientWrongPassword, 0)
	if locked.RetryAfter != time.Minute {
		t.Error(locked.RetryAfter)
	}
	locked, err = core.Replace(t.Context(), account, password, fresh)
	expectDecided(t, &account, locked, err, TemporarilyLocked, ClientWrongPassword, 0)
	unlocked, err := core.AdminUnlock(account)
	expectDecided(t, &account, unlocked, err, AccountUnlocked, ClientDone, 0)
	in, err := core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, SignedIn, ClientDone, NewSession)

	done, err := core.AdminLock(account)
	expectDecided(t, &account, done, err, AccountLocked, ClientDone, RevokeSessions)
	in, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, PermanentlyLocked, ClientWrongPassword, 0)
	if in.RetryAfter != 0 {
		t.Error(in.RetryAfter)
	}
}

func TestATemporaryPasswordIsReplacedBeforeItSignsIn(t *testing.T) {
	core := newAccountCore(t, `{"temporary_s":3600,"history":2}`)
	account := signedUp(t, core)
	temporary := []byte("for her first day only")
	set, err := core.AdminSetTemporary(t.Context(), account, temporary)
	expectDecided(t, &account, set, err, TemporarySet, ClientDone, RevokeSessions|NotifyPasswordChanged)
	in, err := core.SignIn(t.Context(), account, temporary)
	expectDecided(t, &account, in, err, MustChange, ClientMustChange, 0)

	late := account
	late.Now = now.Add(time.Hour)
	in, err = core.SignIn(t.Context(), late, temporary)
	expectDecided(t, &late, in, err, TemporaryOver, ClientWrongPassword, 0)

	replaced, err := core.Replace(t.Context(), account, wrong, fresh)
	expectDecided(t, &account, replaced, err, WrongPassword, ClientWrongPassword, 0)
	replaced, err = core.Replace(t.Context(), account, temporary, password)
	expectDecided(t, &account, replaced, err, PasswordReused, ClientPasswordReused, 0)
	if replaced.Record == "" || !replaced.Findings.Accepted {
		t.Errorf("%+v", replaced)
	}
	account.Request.RevokeOtherSessions = true
	replaced, err = core.Replace(t.Context(), account, temporary, fresh)
	expectDecided(t, &account, replaced, err, PasswordChanged, ClientDone, NewSession|RevokeOtherSessions|NotifyPasswordChanged)
	account.Request = Request{}
	in, err = core.SignIn(t.Context(), account, fresh)
	expectDecided(t, &account, in, err, SignedIn, ClientDone, NewSession)

	active, err := core.AdminSetActive(t.Context(), account, password)
	expectDecided(t, &account, active, err, PasswordSet, ClientDone, RevokeSessions|NotifyPasswordChanged)
	expired, err := core.AdminExpire(account)
	expectDecided(t, &account, expired, err, PasswordExpired, ClientDone, 0)
	in, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, MustChange, ClientMustChange, 0)
}

func TestAnUpdateNeedsASessionThatIsYoung(t *testing.T) {
	core := newAccountCore(t, "{}")
	account := signedUp(t, core)
	for _, each := range []struct {
		request Request
		verdict Decision
	}{
		{Request{}, OtherSession},
		{Request{SessionSubject: "u-2", AuthTime: now}, OtherSession},
		{Request{SessionSubject: ada.ID}, OldAuthentication},
		{Request{SessionSubject: ada.ID, AuthTime: now.Add(-5*time.Minute - 1)}, OldAuthentication},
	} {
		account.Request = each.request
		outcome, err := core.Update(t.Context(), account, fresh)
		expectDecided(t, &account, outcome, err, each.verdict, ClientSignInFirst, 0)
		if outcome.Record != "" {
			t.Errorf("%+v", outcome)
		}
	}
	account.Request = Request{SessionSubject: ada.ID, AuthTime: now.Add(-5 * time.Minute), RevokeOtherSessions: true}
	outcome, err := core.Update(t.Context(), account, fresh)
	expectDecided(t, &account, outcome, err, PasswordChanged, ClientDone, RevokeOtherSessions|NotifyPasswordChanged)
	in, err := core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, in, err, WrongPassword, ClientWrongPassword, 0)
}

func TestADisabledAccountSignsNobodyIn(t *testing.T) {
	core := newAccountCore(t, "{}")
	account := signedUp(t, core)
	outcome, err := core.AdminDisable(account)
	expectDecided(t, &account, outcome, err, AccountNowDisabled, ClientDone, RevokeSessions)
	outcome, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, outcome, err, AccountDisabled, ClientWrongPassword, 0)
	again, err := core.AdminDisable(account)
	if err != nil || again.Record != "" {
		t.Errorf("%+v, %v", again, err)
	}
	outcome, err = core.AdminEnable(account)
	expectDecided(t, &account, outcome, err, AccountEnabled, ClientDone, 0)
	outcome, err = core.SignIn(t.Context(), account, password)
	expectDecided(t, &account, outcome, err, SignedIn, ClientDone, NewSession)
}

func TestAnAdministratorIsToldThatThereIsNoAccount(t *testing.T) {
	core := newAccountCore(t, "{}")
	nobody := Account{Subject: ada, Now: now}
	for name, call := range map[string]func(Account) (Outcome, error){
		"temporary": func(a Account) (Outcome, error) { return core.AdminSetTemporary(t.Context(), a, password) },
		"active":    func(a Account) (Outcome, error) { return core.AdminSetActive(t.Context(), a, password) },
		"expire":    core.AdminExpire, "lock": core.AdminLock, "unlock": core.AdminUnlock,
		"disable": core.AdminDisable, "enable": core.AdminEnable,
	} {
		outcome, err := call(nobody)
		if err != Rejected || outcome.Verdict != NoAccount || outcome.Record != "" || outcome.Effects != 0 {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
		other := signedUp(t, core)
		other.Subject.ID = "u-2"
		if _, err := call(other); err != ErrOtherSubject {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWaitingForAThreadOfAPasswordIsUnderAContext(t *testing.T) {
	core := newAccountCore(t, "{}")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	account := Account{Subject: ada}
	for name, call := range map[string]func() (Outcome, error){
		"sign up":   func() (Outcome, error) { return core.SignUp(ctx, account, password) },
		"sign in":   func() (Outcome, error) { return core.SignIn(ctx, account, password) },
		"update":    func() (Outcome, error) { return core.Update(ctx, account, password) },
		"replace":   func() (Outcome, error) { return core.Replace(ctx, account, password, fresh) },
		"temporary": func() (Outcome, error) { return core.AdminSetTemporary(ctx, account, password) },
		"active":    func() (Outcome, error) { return core.AdminSetActive(ctx, account, password) },
	} {
		if outcome, err := call(); !errors.Is(err, ctx.Err()) || outcome.Verdict != 0 {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
	}
}

func TestARequestSaysOnlyWhatIsAskedFor(t *testing.T) {
	for _, each := range []struct {
		want    string
		request Request
	}{
		{`{}`, Request{}},
		{`{"auth_age_s":0}`, Request{AuthTime: now}},
		{`{"auth_age_s":0}`, Request{AuthTime: now.Add(time.Hour)}},
		{`{"auth_age_s":1}`, Request{AuthTime: now.Add(-1)}},
		{`{"auth_age_s":300}`, Request{AuthTime: now.Add(-300 * time.Second)}},
		{`{"auth_age_s":9223372037}`, Request{AuthTime: time.Unix(-1<<40, 0)}},
		{`{"suppress_mail":true,"step_up":true,"revoke_other_sessions":true,"session_subject":"u-1"}`, Request{
			SuppressMail: true, StepUp: true, RevokeOtherSessions: true, SessionSubject: "u-1",
		}},
	} {
		if text, err := each.request.json(now); err != nil || string(text) != each.want {
			t.Errorf("%s, %v, want %s", text, err, each.want)
		}
	}
}

// A user who has just signed in did so no time ago, and not at a time that nobody knows.
func TestAnUpdateAtOnceIsOfAYoungSession(t *testing.T) {
	core := newAccountCore(t, "{}")
	for _, at := range []time.Time{now, {}} {
		account := signedUp(t, core)
		account.Now = at
		account.Request = Request{SessionSubject: ada.ID, AuthTime: at}
		if at.IsZero() {
			account.Request.AuthTime = time.Now()
		}
		outcome, err := core.Update(t.Context(), account, fresh)
		expectDecided(t, &account, outcome, err, PasswordChanged, ClientDone, NotifyPasswordChanged)
	}
}
