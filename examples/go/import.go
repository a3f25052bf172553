package saltbox

// #include <saltbox.h>
import "C"

// ImportError says what is wrong with a descriptor, or with what it describes, and where.
type ImportError struct {
	Status  Status // ErrImport, or ErrUnsupported for what no scheme of the library verifies
	Path    string // of the JSON value, such as "hash.salt"; empty where there is none
	Offset  uint64 // in bytes; the highest uint64 where there is no place
	Message string
}

func (e *ImportError) Error() string {
	return placed("import", e.Path, e.Message)
}

// Unwrap makes errors.Is(err, ErrImport) true, or ErrUnsupported.
func (e *ImportError) Unwrap() error { return e.Status }

// Import makes what another system exports in fields into one string to store,
// which Verify reads. saltbox_import in saltbox.h says what descriptor is.
//
// The error is an *ImportError where the descriptor is at fault.
func Import(descriptor []byte) (string, error) {
	var out [C.SALTBOX_HASH_MAX]C.char
	var length C.size_t
	var diag C.saltbox_diag
	status := C.saltbox_import(bytesOf(descriptor), C.size_t(len(descriptor)),
		&out[0], C.size_t(len(out)), &length, &diag)
	if status == C.SALTBOX_E_IMPORT || status == C.SALTBOX_E_UNSUPPORTED {
		return "", &ImportError{
			Status:  Status(status),
			Path:    C.GoString(&diag.path[0]),
			Offset:  uint64(diag.offset),
			Message: C.GoString(&diag.message[0]),
		}
	}
	if err := asError(Status(status)); err != nil {
		return "", err
	}
	return C.GoStringN(&out[0], C.int(length)), nil
}
