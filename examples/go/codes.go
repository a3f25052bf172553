package saltbox

// #include <saltbox.h>
import "C"

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"unsafe"
)

// Way is how a code comes back: the three ways of a password reset.
type Way uint32

const (
	EmailLink   Way = C.SALTBOX_WAY_EMAIL_LINK    // a link in an e-mail
	OneTimeCode Way = C.SALTBOX_WAY_ONE_TIME_CODE // digits that the user types in, with a request code that the client keeps
	ResetLink   Way = C.SALTBOX_WAY_RESET_LINK    // a link that an administrator made
)

// Channel is how a code reaches the user.
type Channel uint32

const (
	ByEmail         Channel = C.SALTBOX_CHANNEL_EMAIL
	ByText          Channel = C.SALTBOX_CHANNEL_TEXT
	ByVoice         Channel = C.SALTBOX_CHANNEL_VOICE
	ByPost          Channel = C.SALTBOX_CHANNEL_POSTAL
	ByAdministrator Channel = C.SALTBOX_CHANNEL_ADMINISTRATOR
)

// Codes are the codes of a request as a client sends them. nil is null: not
// given. One that is empty was given and is refused as that. Wipe them after
// the call; the copy that the library is given is wiped, too.
type Codes struct {
	EmailAuthCode     Secret `json:"emailAuthCode"`
	RequestCode       Secret `json:"requestCode"`
	VerificationCode  Secret `json:"verificationCode"`
	PasswordResetCode Secret `json:"passwordResetCode"`
}

// Format prints nothing of them, whatever the verb.
func (Codes) Format(f fmt.State, _ rune) { io.WriteString(f, "[codes]") }

// secrets is nil only beside an error; free it.
func (codes Codes) secrets() (*C.saltbox_secrets, error) {
	var secrets *C.saltbox_secrets
	if err := asError(Status(C.saltbox_secrets_new(&secrets))); err != nil {
		return nil, err
	}
	for kind, code := range map[C.uint32_t]Secret{
		C.SALTBOX_SECRET_EMAIL_AUTH_CODE:     codes.EmailAuthCode,
		C.SALTBOX_SECRET_REQUEST_CODE:        codes.RequestCode,
		C.SALTBOX_SECRET_VERIFICATION_CODE:   codes.VerificationCode,
		C.SALTBOX_SECRET_PASSWORD_RESET_CODE: codes.PasswordResetCode,
	} {
		if code == nil {
			continue
		}
		status := C.saltbox_secrets_add(secrets, kind, nil, 0, bytesOf(code), C.size_t(len(code)))
		if err := asError(Status(status)); err != nil {
			C.saltbox_secrets_free(secrets)
			return nil, err
		}
	}
	return secrets, nil
}

// textOf is where a string begins, NULL for an empty one, and its length. Nothing is copied.
func textOf(text string) (*C.uint8_t, C.size_t) {
	return (*C.uint8_t)(unsafe.Pointer(charsOf(text))), C.size_t(len(text))
}

// ResetLookup is what the account is found by whose codes have come, before any
// store is asked. The error is a *CodesError where the codes are not of exactly
// one way, or not of the shape that codes have.
func (c *Core) ResetLookup(codes Codes) (string, error) {
	defer runtime.KeepAlive(c)
	secrets, err := codes.secrets()
	if err != nil {
		return "", err
	}
	defer C.saltbox_secrets_free(secrets)
	var out [C.SALTBOX_LOOKUP_MAX]C.uint8_t
	var length C.size_t
	status := C.saltbox_reset_lookup(c.handle, secrets, &out[0], C.size_t(len(out)), &length)
	if err := codesError(status, secrets); err != nil {
		return "", err
	}
	return C.GoStringN((*C.char)(unsafe.Pointer(&out[0])), C.int(length)), nil
}

// RequestReset makes a code for setting a new password, to be sent.
//
// Store the record of the outcome before anything else is done or said, then
// its Lookup, as the key of a row that names the account; then do what its
// Effects say. The error is nil where there is a code to send, and Rejected
// where there is none, with an outcome for both. The client is told the same,
// Outcome.Client, whether there is such an account or not.
func (c *Core) RequestReset(ctx context.Context, account Account, way Way, channel Channel) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_request_reset(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, C.uint32_t(way), C.uint32_t(channel), a.now, outcome)
	})
}

// Reset sets a new password where the code is right; Record of account is that
// of the one that ResetLookup finds, "" where there is none.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected: a wrong code costs an attempt, and a right one is spent. The
// error is nil where the password is set, and Rejected where it is not, with an
// outcome for both; a *CodesError as for ResetLookup. Wipe password after the
// call; no copy of it was made.
//
// All sessions end, and there is no new one, unless "account" says
// "reset_signs_in":true: then RevokeSessions comes with NewSession, in this order,
// where MFAEnrolled of the subject is false and the code went to the user.
func (c *Core) Reset(ctx context.Context, account Account, codes Codes, password []byte) (Outcome, error) {
	return c.flow(ctx, account, codes, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_reset(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.secrets, bytesOf(password), C.size_t(len(password)), a.now, outcome)
	})
}

// RequestVerification makes a code that shows that an address is the user's,
// when it comes back from there. As RequestReset, but not by ResetLink.
func (c *Core) RequestVerification(ctx context.Context, account Account, way Way, channel Channel) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_request_verification(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, C.uint32_t(way), C.uint32_t(channel), a.now, outcome)
	})
}

// VerifyAddress says that an address is the user's where the code that went
// there is right. As Reset.
func (c *Core) VerifyAddress(ctx context.Context, account Account, codes Codes) (Outcome, error) {
	return c.flow(ctx, account, codes, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_verify_address(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.secrets, a.now, outcome)
	})
}

// AdminImport makes a record of a stored string that Verify takes; "" for an
// account without a password, which can get one by a Reset. Codes that were
// sent end. It computes no hash, so it needs no context.
func (c *Core) AdminImport(account Account, stored string) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		text, length := textOf(stored)
		return C.saltbox_admin_import(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, text, length, a.now, outcome)
	})
}

// CodesError says what is wrong with the codes of a request, and nothing of them.
type CodesError struct {
	Status  Status // ErrNoCode, ErrTwoWays, ErrHalfOfAPair, ErrEmptyCode or ErrMalformedCode
	Offset  uint64 // in bytes into the code at fault; the highest uint64 where there is no place
	Message string
}

func (e *CodesError) Error() string { return "saltbox: codes: " + e.Message }

// Unwrap makes errors.Is(err, e.Status) true.
func (e *CodesError) Unwrap() error { return e.Status }

func codesError(status C.saltbox_status, secrets *C.saltbox_secrets) error {
	switch status {
	case C.SALTBOX_E_NO_CODE, C.SALTBOX_E_TWO_WAYS, C.SALTBOX_E_HALF_OF_A_PAIR,
		C.SALTBOX_E_EMPTY_CODE, C.SALTBOX_E_MALFORMED_CODE:
	default:
		return asError(Status(status))
	}
	var diag C.saltbox_diag
	if C.saltbox_secrets_check(secrets, &diag) != status {
		return ErrInternal
	}
	return &CodesError{
		Status:  Status(status),
		Offset:  uint64(diag.offset),
		Message: C.GoString(&diag.message[0]),
	}
}
