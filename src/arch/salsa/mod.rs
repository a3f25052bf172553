//! ROMix, the memory-hard core of scrypt (RFC 7914 sections 3 to 5).

pub(crate) mod portable;
