//! Any bytes in the place of a blocklist: attached or refused, and read
//! within their bounds. What all checks find whole has as many keys as it says.
//!
//! The input: a file. It is tried as it is, and with the head, the magic of
//! the trailer and the checksums set right, which no fuzzer finds by itself.

use saltbox::ErrorKind;
use saltbox::policy::{Blocklist, Hit, Precision};
use sha2::{Digest, Sha256};

const HEAD: &[u8; 16] = b"\x93SBLK\r\n\n\x01\0\0\0\xa0\0\0\0";
const TRAILER: usize = 160;

/// The same with what makes a file of it.
fn mended(data: &[u8]) -> Option<Vec<u8>> {
    let parts = data.len().checked_sub(HEAD.len() + TRAILER)?;
    let mut file = data.to_vec();
    file[..HEAD.len()].copy_from_slice(HEAD);
    let trailer = HEAD.len() + parts;
    file[trailer..trailer + 8].copy_from_slice(b"SBLKTAIL");
    let data_bytes = u64::from_le_bytes(file[trailer + 64..trailer + 72].try_into().ok()?);
    let data_bytes = usize::try_from(data_bytes).unwrap_or(usize::MAX).min(parts);
    let index = HEAD.len() + data_bytes;
    for (from, to, at) in [(HEAD.len(), index, 112), (index, trailer, 128)] {
        let sum = Sha256::digest(&file[from..to]);
        file[trailer + at..trailer + at + 16].copy_from_slice(&sum[..16]);
    }
    let summed = [&file[..HEAD.len()], &file[trailer..trailer + 144]].concat();
    let sum = Sha256::digest(summed);
    file[trailer + 144..].copy_from_slice(&sum[..16]);
    Some(file)
}

fn try_file(file: Vec<u8>, hash: &[u8]) {
    let list = match Blocklist::attach(file) {
        Ok(list) => list,
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Config),
    };
    let is_exact = list.precision() == Precision::Exact;
    let mut hashes = vec![[0; 20], [0xff; 20], [0x80; 20]];
    hashes.extend(hash.windows(20).step_by(7).map(|hash| {
        let mut copy = [0; 20];
        copy.copy_from_slice(hash);
        copy
    }));
    let hashes: Vec<_> = hashes
        .iter()
        .map(|hash| &hash[..list.hash().bytes()])
        .collect();
    let hits: Vec<Hit> = hashes.iter().map(|hash| list.contains(hash)).collect();
    let _ = list.contains_password("password");
    if list.check_all().is_ok() {
        assert_eq!(list.one_in() == 0, is_exact);
        let other = if is_exact { Hit::Probable } else { Hit::Yes };
        assert!(!hits.contains(&other));
        let is_found = hits.iter().any(|hit| *hit != Hit::No);
        assert!(list.keys() > 0 || !is_found);
    }
}

pub fn run(data: &[u8]) {
    try_file(data.to_vec(), data);
    if let Some(file) = mended(data) {
        try_file(file, data);
    }
}
