package saltbox

// #include <saltbox.h>
import "C"

import (
	"io/fs"
	"math"
	"os"
	"runtime"
	"syscall"
)

// Blocklist is a file of breached passwords, mapped: what is read of it stands
// in the page cache of the system, once for all processes. Any number of cores
// may have one.
type Blocklist struct {
	// Not Go's memory, which a core must not keep. Unmapped once neither the
	// list nor a core that has it is in reach.
	file []byte
}

// OpenBlocklist maps a file, for Options. To change a list, rename a new file
// over it and make new cores: to write in place may end the process.
func OpenBlocklist(path string) (*Blocklist, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > math.MaxInt {
		return nil, &fs.PathError{Op: "mmap", Path: path, Err: syscall.EFBIG}
	}
	// An empty file cannot be mapped, nor can a folder.
	mapped, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, &fs.PathError{Op: "mmap", Path: path, Err: err}
	}
	list := &Blocklist{file: mapped}
	runtime.AddCleanup(list, func(mapped []byte) { syscall.Munmap(mapped) }, mapped)
	return list, nil
}

// Check reads the list whole, some seconds for a gigabyte: once after it was
// copied is enough. The error is a *BlocklistError where something is damaged.
func (b *Blocklist) Check() error {
	defer runtime.KeepAlive(b)
	var diag C.saltbox_diag
	status := C.saltbox_blocklist_check(bytesOf(b.file), C.size_t(len(b.file)), &diag)
	return blocklistError(status, &diag)
}

// attachTo reads the head and the end of the list only.
func (b *Blocklist) attachTo(config *C.saltbox_config) error {
	var diag C.saltbox_diag
	status := C.saltbox_config_attach_blocklist(config, bytesOf(b.file), C.size_t(len(b.file)), &diag)
	return blocklistError(status, &diag)
}

// BlocklistError says why a list cannot be used: the file is none, is damaged,
// or the policy asks for no list.
type BlocklistError struct {
	Message string
}

func (e *BlocklistError) Error() string { return "saltbox: blocklist: " + e.Message }

// Unwrap makes errors.Is(err, ErrConfig) true.
func (e *BlocklistError) Unwrap() error { return ErrConfig }

func blocklistError(status C.saltbox_status, diag *C.saltbox_diag) error {
	if status == C.SALTBOX_E_CONFIG {
		return &BlocklistError{Message: C.GoString(&diag.message[0])}
	}
	return asError(Status(status))
}
