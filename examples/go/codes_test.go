package saltbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	ada = Subject{ID: "u-1", Realm: "r", Email: "ada@example.com", EmailVerified: true, Phone: "+467", PhoneVerified: true}
	now = time.Unix(1_800_000_000, 0)
)

func newKeyedCore(t *testing.T, codes string) *Core {
	t.Helper()
	config := `{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1},"codes":` + codes + `}`
	core, err := New(Options{Config: []byte(config), Keys: map[uint32][]byte{1: rootKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

// newAccount is ada's, who has no password yet.
func newAccount(t *testing.T, core *Core) Account {
	t.Helper()
	account := Account{Subject: ada, Now: now}
	outcome, err := core.AdminImport(account, "")
	if err != nil || outcome.Verdict != Imported || outcome.Client != ClientDone {
		t.Fatalf("%+v, %v", outcome, err)
	}
	account.Record = outcome.Record
	return account
}

// codesOf are the codes of a way as a client sends them.
func codesOf(way Way, outcome Outcome) Codes {
	switch way {
	case EmailLink:
		return Codes{EmailAuthCode: outcome.Code}
	case OneTimeCode:
		return Codes{RequestCode: Secret(outcome.Lookup), VerificationCode: outcome.Code}
	}
	return Codes{PasswordResetCode: outcome.Code}
}

func TestEachWayResetsOnce(t *testing.T) {
	core := newKeyedCore(t, "{}")
	for way, channel := range map[Way]Channel{EmailLink: ByEmail, OneTimeCode: ByText, ResetLink: ByAdministrator} {
		account := newAccount(t, core)
		issued, err := core.RequestReset(t.Context(), account, way, channel)
		if err != nil || issued.Verdict != CodeIssued || issued.Client != ClientSent || issued.Effects != SendCode {
			t.Fatalf("%+v, %v", issued, err)
		}
		if issued.Lifetime < time.Minute || issued.RetryAfter != 0 || len(issued.Code) == 0 {
			t.Errorf("%+v", issued)
		}
		account.Record = issued.Record
		codes := codesOf(way, issued)
		if lookup, err := core.ResetLookup(codes); err != nil || lookup != issued.Lookup {
			t.Errorf("%q, %v, want %q", lookup, err, issued.Lookup)
		}

		refused, err := core.Reset(t.Context(), account, codes, []byte("mvqtz"))
		if !errors.Is(err, Rejected) || refused.Verdict != PasswordRefused || refused.Client != ClientPasswordRefused ||
			refused.Findings.Accepted || len(refused.Findings.Violations) != 1 || refused.Record == "" {
			t.Errorf("%+v, %v", refused, err)
		}

		account.Request.SuppressMail = way == ResetLink
		reset, err := core.Reset(t.Context(), account, codes, password)
		// The configuration does not allow that, so the user is told all the same.
		effects := RevokeSessions | NotifyPasswordChanged
		if err != nil || reset.Verdict != PasswordReset || reset.Effects != effects || !reset.Findings.Accepted ||
			!reset.Effects.Has(RevokeSessions) || reset.Effects.Has(SendCode|RevokeSessions) {
			t.Fatalf("%+v, %v", reset, err)
		}
		var record struct{ Hash string }
		if err := json.Unmarshal([]byte(reset.Record), &record); err != nil {
			t.Fatal(err)
		}
		expect(t, core, record.Hash, password, nil)

		account.Record = reset.Record
		again, err := core.Reset(t.Context(), account, codes, password)
		if !errors.Is(err, Rejected) || again.Verdict != SpentCode || again.Client != ClientUsedCode {
			t.Errorf("%+v, %v", again, err)
		}
		account.Record = ""
		nobody, err := core.Reset(t.Context(), account, codes, password)
		if !errors.Is(err, Rejected) || nobody.Verdict != NoAccount || nobody.Client != ClientInvalidCode || nobody.Record != "" {
			t.Errorf("%+v, %v", nobody, err)
		}
	}
}

func TestAResetSignsInWhereThatIsSetAndThereIsNoOtherFactor(t *testing.T) {
	yes, no := true, false
	for account, mfa := range map[string][]*bool{"{}": {&no}, `{"reset_signs_in":true}`: {nil, &yes, &no}} {
		core := newKeyedCore(t, `{},"account":`+account)
		for _, enrolled := range mfa {
			account := newAccount(t, core)
			account.Subject.MFAEnrolled = enrolled
			issued, err := core.RequestReset(t.Context(), account, EmailLink, ByEmail)
			if err != nil {
				t.Fatal(err)
			}
			account.Record = issued.Record
			reset, err := core.Reset(t.Context(), account, codesOf(EmailLink, issued), password)
			if err != nil || !reset.Effects.Has(RevokeSessions) ||
				reset.Effects.Has(NewSession) != (len(mfa) > 1 && enrolled == &no) {
				t.Errorf("%+v, %v", reset, err)
			}
		}
	}
}

func TestAClientIsToldTheSameWhoeverItAsksFor(t *testing.T) {
	core := newKeyedCore(t, "{}")
	account := newAccount(t, core)
	issued, err := core.RequestReset(t.Context(), account, OneTimeCode, ByEmail)
	if err != nil {
		t.Fatal(err)
	}
	soon := Account{Record: issued.Record, Subject: ada, Now: now.Add(time.Second)}
	unverified := account
	unverified.Subject.EmailVerified = false
	without := Account{Record: account.Record, Subject: Subject{ID: "u-1", Realm: "r"}, Now: now}
	for verdict, account := range map[Decision]Account{
		TooSoon: soon, NoAccount: {}, AddressUnverified: unverified, NoAddress: without,
	} {
		refused, err := core.RequestReset(t.Context(), account, OneTimeCode, ByEmail)
		if !errors.Is(err, Rejected) || refused.Verdict != verdict || refused.Client != issued.Client ||
			len(refused.Lookup) != len(issued.Lookup) || refused.Code != nil || refused.Effects != 0 {
			t.Errorf("%v: %+v, %v", verdict, refused, err)
		}
		if wait := refused.RetryAfter; (verdict == TooSoon) != (wait == 59*time.Second) {
			t.Errorf("%v: wait %v", verdict, wait)
		}
	}
}

func TestAnAddressIsVerifiedByItsCode(t *testing.T) {
	core := newKeyedCore(t, "{}")
	account := newAccount(t, core)
	account.Subject.EmailVerified = false
	issued, err := core.RequestVerification(t.Context(), account, EmailLink, ByEmail)
	if err != nil {
		t.Fatal(err)
	}
	account.Record = issued.Record
	codes := codesOf(EmailLink, issued)
	for _, other := range []struct {
		want    Decision
		account Account
	}{
		{ExpiredCode, Account{Record: account.Record, Subject: account.Subject, Now: now.Add(24 * time.Hour)}},
		{AddressChanged, Account{Record: account.Record, Subject: Subject{ID: "u-1", Realm: "r", Email: "else@example.com"}, Now: now}},
	} {
		outcome, err := core.VerifyAddress(t.Context(), other.account, codes)
		if !errors.Is(err, Rejected) || outcome.Verdict != other.want {
			t.Errorf("%+v, %v, want %v", outcome, err, other.want)
		}
	}
	verified, err := core.VerifyAddress(t.Context(), account, codes)
	if err != nil || verified.Verdict != AddressVerified || verified.Effects != StoreAddressVerified {
		t.Errorf("%+v, %v", verified, err)
	}
}

func TestCodesAreOfExactlyOneWay(t *testing.T) {
	core := newKeyedCore(t, "{}")
	empty, lookup, digits := Secret{}, Secret(strings.Repeat("a", 24)), Secret("123 456")
	link := Secret(string(lookup) + "." + strings.Repeat("b", 32))
	for _, given := range []struct {
		codes  Codes
		want   Status
		offset uint64
	}{
		{Codes{}, ErrNoCode, math.MaxUint64},
		{Codes{EmailAuthCode: link, PasswordResetCode: link}, ErrTwoWays, math.MaxUint64},
		{Codes{EmailAuthCode: link, PasswordResetCode: empty}, ErrTwoWays, math.MaxUint64},
		{Codes{RequestCode: lookup}, ErrHalfOfAPair, math.MaxUint64},
		{Codes{VerificationCode: digits}, ErrHalfOfAPair, math.MaxUint64},
		{Codes{EmailAuthCode: empty}, ErrEmptyCode, math.MaxUint64},
		{Codes{RequestCode: lookup, VerificationCode: empty}, ErrEmptyCode, math.MaxUint64},
		{Codes{EmailAuthCode: lookup}, ErrMalformedCode, 24},
	} {
		_, lookupErr := core.ResetLookup(given.codes)
		_, resetErr := core.Reset(t.Context(), Account{}, given.codes, password)
		_, verifyErr := core.VerifyAddress(t.Context(), Account{}, given.codes)
		for _, err := range []error{lookupErr, resetErr, verifyErr} {
			var wrong *CodesError
			if !errors.Is(err, given.want) || !errors.As(err, &wrong) || wrong.Offset != given.offset || wrong.Message == "" {
				t.Errorf("%v, want %v at %v", err, given.want, given.offset)
			}
		}
	}
	var sent Codes
	if err := json.Unmarshal([]byte(`{"emailAuthCode":null,"requestCode":"`+string(lookup)+`","verificationCode":"123456"}`), &sent); err != nil {
		t.Fatal(err)
	}
	if found, err := core.ResetLookup(sent); err != nil || found != string(lookup) {
		t.Errorf("%q, %v", found, err)
	}
}

func TestNoCodeIsPrinted(t *testing.T) {
	core := newKeyedCore(t, "{}")
	account := newAccount(t, core)
	issued, err := core.RequestReset(t.Context(), account, EmailLink, ByEmail)
	if err != nil {
		t.Fatal(err)
	}
	logged, err := json.Marshal(issued)
	if err != nil {
		t.Fatal(err)
	}
	codes := codesOf(EmailLink, issued)
	for _, text := range []string{
		fmt.Sprint(issued, codes), fmt.Sprintf("%+v %#v %x %s %q", issued, issued, issued.Code, codes, codes), string(logged), issued.JSON, issued.Record,
	} {
		if strings.Contains(text, string(issued.Code)) || strings.Contains(text, fmt.Sprintf("%x", []byte(issued.Code))) {
			t.Errorf("the code stands in %s", text)
		}
	}
	if !strings.Contains(issued.JSON, `"code_issued"`) {
		t.Error(issued.JSON)
	}
}

func TestWhatIsWrongWithAnAccountHasItsPlace(t *testing.T) {
	core := newKeyedCore(t, "{}")
	for record, want := range map[string]RecordError{
		`{"v":1,"id":7}`: {Status: ErrRecord, Path: "id"},
		`{"v":2}`:        {Status: ErrLaterRelease, Path: "v"},
	} {
		account := Account{Record: record, Subject: ada}
		_, requestErr := core.RequestReset(t.Context(), account, EmailLink, ByEmail)
		_, importErr := core.AdminImport(account, "")
		for _, err := range []error{requestErr, importErr} {
			var wrong *RecordError
			if !errors.As(err, &wrong) || !errors.Is(err, want.Status) || wrong.Path != want.Path || wrong.Message == "" {
				t.Errorf("%v, want %v", err, want)
			}
		}
	}
	account := newAccount(t, core)
	other := account
	other.Subject.ID = "u-2"
	nobody := account
	nobody.Subject = Subject{}
	crowded := account
	crowded.Subject.Words = make([]string, 129)
	for want, account := range map[Status]Account{ErrOtherSubject: other, ErrSubject: nobody} {
		if _, err := core.RequestReset(t.Context(), account, EmailLink, ByEmail); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	var wrong *SubjectError
	if _, err := core.AdminImport(crowded, ""); !errors.As(err, &wrong) || wrong.Path != "words[128]" {
		t.Error(err)
	}
	if _, err := core.AdminImport(account, "$saltbox$v=2$"); err != ErrLaterRelease {
		t.Error(err)
	}
	if _, err := core.RequestReset(t.Context(), account, EmailLink, ByText); err != ErrArgument {
		t.Error(err)
	}
	if _, err := newCore(t, testOnly, 0).RequestReset(t.Context(), Account{}, EmailLink, ByEmail); err != ErrKey {
		t.Error(err)
	}
}

func TestWaitingForAThreadOfAResetIsUnderAContext(t *testing.T) {
	core := newKeyedCore(t, "{}")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() (Outcome, error){
		"request": func() (Outcome, error) { return core.RequestReset(ctx, Account{}, EmailLink, ByEmail) },
		"reset":   func() (Outcome, error) { return core.Reset(ctx, Account{}, Codes{}, nil) },
	} {
		if outcome, err := call(); !errors.Is(err, ctx.Err()) || outcome.Verdict != 0 {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
	}
}

func TestAnswersOfTheLibraryHaveNames(t *testing.T) {
	names := map[Status]string{
		ErrRequest: "SALTBOX_E_REQUEST", ErrRecord: "SALTBOX_E_RECORD", ErrAnswers: "SALTBOX_E_ANSWERS",
		ErrOtherSubject: "SALTBOX_E_OTHER_SUBJECT", ErrMalformedCode: "SALTBOX_E_MALFORMED_CODE",
	}
	for _, status := range slices.Sorted(maps.Keys(names)) {
		if status.Error() != "saltbox: "+names[status] {
			t.Errorf("%d is %v", status, status)
		}
	}
}
