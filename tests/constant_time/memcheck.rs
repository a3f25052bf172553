//! valgrind's memcheck: the client requests of valgrind.h and memcheck.h that are needed here.

use super::{Check, Reports};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

const NAME: &str = "valgrind";

/// What its CPU has no instructions for.
pub(super) const HIDDEN: &[&str] = &["avx512", "sha_ni"];

const RUNNING_ON_VALGRIND: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
const MAKE_MEM_DEFINED: usize = 0x4d43_0002;
const GET_VBITS: usize = 0x4d43_0008;

pub(super) fn missing() -> Option<&'static str> {
    let version = Command::new(NAME).arg("--version").output();
    let is_present = cfg!(all(target_arch = "x86_64", target_os = "linux"))
        && version.is_ok_and(|output| output.status.success());
    (!is_present).then_some(NAME)
}

/// This program, to be run so that it prints what [`read`] reads.
pub(super) fn program(own: &Path) -> Command {
    let mut program = Command::new(NAME);
    program.args(["--quiet", "--tool=memcheck", "--error-limit=no"]);
    program.arg("--leak-check=no").arg(own);
    program
}

/// Runs `check` and prints what was reported meanwhile.
pub(super) fn watch(check: &Check) {
    assert!(
        request(RUNNING_ON_VALGRIND, [0; 3]) != 0,
        "this is not valgrind"
    );
    let reports = || request(COUNT_ERRORS, [0; 3]);
    let before = reports();
    (check.body)();
    println!("{} {}", reports() - before, check.name);
}

/// The reports of every check.
pub(super) fn read(_: &Path, stdout: &str, _: &str) -> Result<HashMap<String, Reports>, String> {
    let line = |line: &str| {
        let (count, name) = line.split_once(' ')?;
        let reports = Reports {
            count: count.parse().ok()?,
            ..Reports::default()
        };
        Some((name.to_owned(), reports))
    };
    Ok(stdout.lines().filter_map(line).collect())
}

pub(super) fn classify(bytes: &mut [u8]) {
    let [bytes, len] = [bytes.as_mut_ptr() as usize, bytes.len()];
    request(MAKE_MEM_UNDEFINED, [bytes, len, 0]);
}

pub(super) fn declassify(bytes: &mut [u8]) {
    let [bytes, len] = [bytes.as_mut_ptr() as usize, bytes.len()];
    request(MAKE_MEM_DEFINED, [bytes, len, 0]);
}

/// Whether every one of these bytes is secret.
pub(super) fn is_secret(bytes: &[u8]) -> bool {
    let mut undefined = vec![0_u8; bytes.len()];
    let [from, to] = [bytes.as_ptr() as usize, undefined.as_mut_ptr() as usize];
    let done = request(GET_VBITS, [from, to, bytes.len()]) == 1;
    done && undefined.iter().all(|bits| *bits != 0)
}

#[cfg(target_arch = "x86_64")]
fn request(code: usize, [first, second, third]: [usize; 3]) -> usize {
    let arguments = [code, first, second, third, 0, 0];
    let mut result = 0_usize;
    // SAFETY: the sequence valgrind looks for: rotations of rdi by 128 bits in
    // all and an exchange of rbx with itself. Outside of valgrind it does nothing.
    // Inside it reads the six words behind rax and writes rdx. The requests used
    // change no content, only what valgrind knows of it, or write to memory of the caller's.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") result,
            options(nostack),
        );
    }
    result
}

#[cfg(not(target_arch = "x86_64"))]
fn request(_code: usize, _arguments: [usize; 3]) -> usize {
    0
}
