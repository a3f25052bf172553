//! What SHA-256 and SHA-512 differ in: the size of a word, constants, and how many rounds there are.

use super::{Kernel, Stream};
use ::sha2::block_api::{compress256, compress512};
use std::array::from_fn;
use std::ops::BitXor;
use zeroize::Zeroize;

/// Words of a chaining value, and of an output.
pub(crate) const STATE: usize = 8;

/// Words of a message block.
pub(crate) const BLOCK: usize = 16;

/// The numbers of a function of these words.
pub(crate) trait Constants: Sized + 'static {
    const ZERO: Self;

    /// The chaining value before the first block.
    const INITIAL: [Self; STATE];

    /// K, sixteen rounds by sixteen.
    const K: &'static [[Self; BLOCK]];

    /// What follows an output in a block of HMAC: a one, zeros, and how many bits were hashed, with
    /// those of the key.
    const PADDING: [Self; STATE];

    /// Right rotations of Σ0.
    const BIG_0: [u32; 3];

    /// Right rotations of Σ1.
    const BIG_1: [u32; 3];

    /// Two rotations and a shift of σ0.
    const SMALL_0: [u32; 3];

    /// Two rotations and a shift of σ1.
    const SMALL_1: [u32; 3];
}

/// The words that a function is of.
pub(crate) trait Word: Constants + Copy + Default + BitXor<Output = Self> + Zeroize {
    /// Its bytes as FIPS 180-4 has them, the highest first.
    type Bytes: Copy + AsRef<[u8]>;

    fn bytes(self) -> Self::Bytes;

    /// Of the next bytes; missing ones are zeros.
    fn of_bytes(bytes: &mut impl Iterator<Item = u8>) -> Self;

    /// The block that HMAC makes of an output.
    #[inline(always)]
    fn padded(output: &[Self; STATE]) -> [Self; BLOCK] {
        from_fn(|t| match t.checked_sub(STATE) {
            None => output[t],
            Some(t) => Self::PADDING[t],
        })
    }

    /// The compression function of the `sha2` crate.
    fn compress(state: &mut [Self; STATE], block: &[Self; BLOCK]);

    /// So many iterations by the function of these words.
    fn iterate(kernel: impl Kernel, streams: &mut [Stream<Self>], iterations: u32);
}

impl Constants for u32 {
    const ZERO: Self = 0;
    const INITIAL: [Self; STATE] = upper_halves(&H);
    const K: &'static [[Self; BLOCK]] = UPPER_HALVES_OF_K.as_chunks().0;
    const PADDING: [Self; STATE] = [1 << 31, 0, 0, 0, 0, 0, 0, 8 * (64 + 32)];
    const BIG_0: [u32; 3] = [2, 13, 22];
    const BIG_1: [u32; 3] = [6, 11, 25];
    const SMALL_0: [u32; 3] = [7, 18, 3];
    const SMALL_1: [u32; 3] = [17, 19, 10];
}

impl Constants for u64 {
    const ZERO: Self = 0;
    const INITIAL: [Self; STATE] = H;
    const K: &'static [[Self; BLOCK]] = K.as_chunks().0;
    const PADDING: [Self; STATE] = [1 << 63, 0, 0, 0, 0, 0, 0, 8 * (128 + 64)];
    const BIG_0: [u32; 3] = [28, 34, 39];
    const BIG_1: [u32; 3] = [14, 18, 41];
    const SMALL_0: [u32; 3] = [1, 8, 7];
    const SMALL_1: [u32; 3] = [19, 61, 6];
}

macro_rules! word {
    ($word:ty, $compress:ident, $kernel:ident) => {
        impl Word for $word {
            type Bytes = [u8; size_of::<$word>()];

            fn bytes(self) -> Self::Bytes {
                self.to_be_bytes()
            }

            fn of_bytes(bytes: &mut impl Iterator<Item = u8>) -> Self {
                Self::from_be_bytes(from_fn(|_| bytes.next().unwrap_or(0)))
            }

            #[inline(always)]
            fn compress(state: &mut [Self; STATE], block: &[Self; BLOCK]) {
                let mut bytes = [0; size_of::<[$word; BLOCK]>()];
                for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(block) {
                    *bytes = word.to_be_bytes();
                }
                $compress(state, &[bytes]);
            }

            fn iterate(kernel: impl Kernel, streams: &mut [Stream<Self>], iterations: u32) {
                kernel.$kernel(streams, iterations);
            }
        }
    };
}

word!(u32, compress256, sha256);
word!(u64, compress512, sha512);

const UPPER_HALVES_OF_K: [u32; 64] = upper_halves(&K);

/// What SHA-256 has of the constants of SHA-512, which are bits of the same numbers.
#[allow(clippy::cast_possible_truncation)]
const fn upper_halves<const LEN: usize>(words: &[u64]) -> [u32; LEN] {
    let mut halves = [0; LEN];
    let mut i = 0;
    while i < LEN {
        halves[i] = (words[i] >> 32) as u32;
        i += 1;
    }
    halves
}

/// FIPS 180-4 section 5.3.5: the first 64 bits of the fractions of the square roots of the first
/// eight primes.
#[rustfmt::skip]
const H: [u64; STATE] = [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
];

/// FIPS 180-4 section 4.2.3: the first 64 bits of the fractions of the cube roots of the first 80
/// primes.
#[rustfmt::skip]
const K: [u64; 80] = [
    0x428a_2f98_d728_ae22, 0x7137_4491_23ef_65cd, 0xb5c0_fbcf_ec4d_3b2f, 0xe9b5_dba5_8189_dbbc,
    0x3956_c25b_f348_b538, 0x59f1_11f1_b605_d019, 0x923f_82a4_af19_4f9b, 0xab1c_5ed5_da6d_8118,
    0xd807_aa98_a303_0242, 0x1283_5b01_4570_6fbe, 0x2431_85be_4ee4_b28c, 0x550c_7dc3_d5ff_b4e2,
    0x72be_5d74_f27b_896f, 0x80de_b1fe_3b16_96b1, 0x9bdc_06a7_25c7_1235, 0xc19b_f174_cf69_2694,
    0xe49b_69c1_9ef1_4ad2, 0xefbe_4786_384f_25e3, 0x0fc1_9dc6_8b8c_d5b5, 0x240c_a1cc_77ac_9c65,
    0x2de9_2c6f_592b_0275, 0x4a74_84aa_6ea6_e483, 0x5cb0_a9dc_bd41_fbd4, 0x76f9_88da_8311_53b5,
    0x983e_5152_ee66_dfab, 0xa831_c66d_2db4_3210, 0xb003_27c8_98fb_213f, 0xbf59_7fc7_beef_0ee4,
    0xc6e0_0bf3_3da8_8fc2, 0xd5a7_9147_930a_a725, 0x06ca_6351_e003_826f, 0x1429_2967_0a0e_6e70,
    0x27b7_0a85_46d2_2ffc, 0x2e1b_2138_5c26_c926, 0x4d2c_6dfc_5ac4_2aed, 0x5338_0d13_9d95_b3df,
    0x650a_7354_8baf_63de, 0x766a_0abb_3c77_b2a8, 0x81c2_c92e_47ed_aee6, 0x9272_2c85_1482_353b,
    0xa2bf_e8a1_4cf1_0364, 0xa81a_664b_bc42_3001, 0xc24b_8b70_d0f8_9791, 0xc76c_51a3_0654_be30,
    0xd192_e819_d6ef_5218, 0xd699_0624_5565_a910, 0xf40e_3585_5771_202a, 0x106a_a070_32bb_d1b8,
    0x19a4_c116_b8d2_d0c8, 0x1e37_6c08_5141_ab53, 0x2748_774c_df8e_eb99, 0x34b0_bcb5_e19b_48a8,
    0x391c_0cb3_c5c9_5a63, 0x4ed8_aa4a_e341_8acb, 0x5b9c_ca4f_7763_e373, 0x682e_6ff3_d6b2_b8a3,
    0x748f_82ee_5def_b2fc, 0x78a5_636f_4317_2f60, 0x84c8_7814_a1f0_ab72, 0x8cc7_0208_1a64_39ec,
    0x90be_fffa_2363_1e28, 0xa450_6ceb_de82_bde9, 0xbef9_a3f7_b2c6_7915, 0xc671_78f2_e372_532b,
    0xca27_3ece_ea26_619c, 0xd186_b8c7_21c0_c207, 0xeada_7dd6_cde0_eb1e, 0xf57d_4f7f_ee6e_d178,
    0x06f0_67aa_7217_6fba, 0x0a63_7dc5_a2c8_98a6, 0x113f_9804_bef9_0dae, 0x1b71_0b35_131c_471b,
    0x28db_77f5_2304_7d84, 0x32ca_ab7b_40c7_2493, 0x3c9e_be0a_15c9_bebc, 0x431d_67c4_9c10_0d4c,
    0x4cc5_d4be_cb3e_42b6, 0x597f_299c_fc65_7e2a, 0x5fcb_6fab_3ad6_faec, 0x6c44_198c_4a47_5817,
];
