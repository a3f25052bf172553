//! Firebase's own scrypt: the key that scrypt makes encrypts a key of the
//! project, and the ciphertext is what Firebase calls the hash.
//!
//! The cipher is AES-256 in counter mode from zero, so ciphertext and project
//! key together are the key stream, and only that depends on the password. A
//! string is therefore read into the key stream: the project's key need not be
//! kept beside it.

use super::cost::{Lengths, Work};
use super::kdf::{Function, InputFault, Parameter};
use super::{Limits, Scheme, Scrypt};
use crate::arch::memory::WorkMemory;
use crate::error::Error;
use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

/// scrypt with p = 1, and AES-256 under the key that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FirebaseScrypt {
    scrypt: Scrypt,
}

/// Bytes of the key that scrypt makes.
const KEY_BYTES: usize = 32;

impl FirebaseScrypt {
    /// With these parameters of scrypt: log2 N is Firebase's `mem_cost`, r its `rounds`, p is 1.
    #[must_use]
    pub const fn new(scrypt: Scrypt) -> Self {
        Self { scrypt }
    }

    /// The parameters of scrypt.
    #[must_use]
    pub const fn scrypt(&self) -> &Scrypt {
        &self.scrypt
    }
}

impl Function for FirebaseScrypt {
    fn scheme(&self) -> Scheme {
        Scheme::FirebaseScrypt
    }

    fn memory_bytes(&self) -> u64 {
        self.scrypt.memory_bytes()
    }

    fn strength(&self) -> u64 {
        self.scrypt.strength()
    }

    fn work(&self, lengths: Lengths) -> Work {
        self.scrypt.work(Lengths {
            tag: KEY_BYTES,
            ..lengths
        })
    }

    fn check(&self, limits: &Limits, _tag_len: usize) -> Result<(), Error> {
        self.scrypt.check(limits, KEY_BYTES)
    }

    fn fault_in(&self, input: &[u8]) -> Option<InputFault> {
        self.scrypt.fault_in(input)
    }

    fn describe(&self, say: &mut dyn FnMut(&'static str, Parameter)) {
        self.scrypt.describe(say);
    }

    fn compute(
        &self,
        memory: Option<&mut WorkMemory>,
        input: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        self.scrypt
            .compute(memory, input, salt, key.as_mut_slice())?;
        let cipher = Aes256::new((&*key).into());
        for (counter, block) in (0_u128..).zip(tag.chunks_mut(16)) {
            let mut stream = counter.to_be_bytes().into();
            cipher.encrypt_block(&mut stream);
            for (byte, key) in block.iter_mut().zip(stream) {
                *byte = key;
            }
        }
        Ok(())
    }
}
