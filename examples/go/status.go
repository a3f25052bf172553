package saltbox

// #include <saltbox.h>
import "C"

import "errors"

// Status is why a call did not say yes. It is an error, so that
//
//	errors.Is(err, saltbox.Rejected)
//
// tells a wrong password from a call that was not done. There is no Status for
// yes: yes is a nil error.
type Status int32

// Rejected is done, and no: the password is wrong, or there is no such user.
const Rejected Status = C.SALTBOX_REJECTED

// Not done, and why. See saltbox.h for each.
const (
	ErrArgument        Status = C.SALTBOX_E_ARGUMENT
	ErrBuffer          Status = C.SALTBOX_E_BUFFER
	ErrConfig          Status = C.SALTBOX_E_CONFIG
	ErrSubject         Status = C.SALTBOX_E_SUBJECT
	ErrPasswordEmpty   Status = C.SALTBOX_E_PASSWORD_EMPTY
	ErrPasswordTooLong Status = C.SALTBOX_E_PASSWORD_TOO_LONG
	ErrPasswordNotUTF8 Status = C.SALTBOX_E_PASSWORD_NOT_UTF8
	ErrPasswordNul     Status = C.SALTBOX_E_PASSWORD_NUL
	ErrMalformed       Status = C.SALTBOX_E_MALFORMED
	ErrUnsupported     Status = C.SALTBOX_E_UNSUPPORTED
	ErrNotAllowed      Status = C.SALTBOX_E_NOT_ALLOWED
	ErrLaterRelease    Status = C.SALTBOX_E_LATER_RELEASE
	ErrLimit           Status = C.SALTBOX_E_LIMIT
	ErrImport          Status = C.SALTBOX_E_IMPORT
	ErrSeal            Status = C.SALTBOX_E_SEAL
	ErrMemory          Status = C.SALTBOX_E_MEMORY
	ErrRandom          Status = C.SALTBOX_E_RANDOM
	ErrBudget          Status = C.SALTBOX_E_BUDGET
	ErrBusy            Status = C.SALTBOX_E_BUSY
	ErrKey             Status = C.SALTBOX_E_KEY
	ErrRequest         Status = C.SALTBOX_E_REQUEST
	ErrRecord          Status = C.SALTBOX_E_RECORD
	ErrOtherSubject    Status = C.SALTBOX_E_OTHER_SUBJECT
	ErrNoCode          Status = C.SALTBOX_E_NO_CODE
	ErrTwoWays         Status = C.SALTBOX_E_TWO_WAYS
	ErrHalfOfAPair     Status = C.SALTBOX_E_HALF_OF_A_PAIR
	ErrEmptyCode       Status = C.SALTBOX_E_EMPTY_CODE
	ErrMalformedCode   Status = C.SALTBOX_E_MALFORMED_CODE
	ErrAnswers         Status = C.SALTBOX_E_ANSWERS
	ErrInternal        Status = C.SALTBOX_E_INTERNAL
)

// errABI is returned by New where the library is not the one of the header.
var errABI = errors.New("saltbox: the library loaded does not fit the header this program was built with")

func (s Status) Error() string {
	return "saltbox: " + C.GoString(C.saltbox_status_name(C.saltbox_status(s)))
}

// asError is the one place where a status becomes a yes.
func asError(status Status) error {
	if status == C.SALTBOX_OK {
		return nil
	}
	return status
}

// placed is a message with the path that it is about, where there is one.
func placed(what, path, message string) string {
	if path != "" {
		path += ": "
	}
	return "saltbox: " + what + ": " + path + message
}

// ConfigError says what is wrong with a configuration, or with another system's settings, and where.
type ConfigError struct {
	Path    string // of the JSON value, such as "hash.create.t"; empty where there is none
	Offset  uint64 // in bytes; the highest uint64 where there is no place
	Message string
}

func (e *ConfigError) Error() string {
	return placed("configuration", e.Path, e.Message)
}

// Unwrap makes errors.Is(err, ErrConfig) true.
func (e *ConfigError) Unwrap() error { return ErrConfig }
