//! What preparation may do to a character: one look-up that spares most others.
//!
//! The tables say what `unicode-normalization` 0.1.26 says for Unicode 18.0,
//! which a test compares for every scalar value. They are laid out when this is
//! compiled, in 14 KiB. A character that is newer than they are stays as it is.

/// What preparation may do to a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    /// A starter that nothing before it changes, and that only marks after it may change.
    pub(super) const STABLE: Self = Self(0);
    /// A starter that composes with some starter before it.
    pub(super) const SECOND: Self = Self(Self::COMPOSES);
    /// What decomposes and is not always composed again.
    pub(super) const CHANGING: Self = Self(2);
    /// General category Zs, less U+0020 itself; the same from Unicode 6.3 to 17.0.
    pub(super) const SPACE: Self = Self(3);

    /// Marks of the lowest class; those of the next class are two further.
    const FIRST_MARK: u8 = 4;
    /// What marks that compose have more.
    const COMPOSES: u8 = 1;

    /// The kind of `c`.
    pub(super) fn of(c: char) -> Self {
        let block = BLOCK_OF.get(c as usize / BLOCK).copied().unwrap_or(0);
        let kinds = KINDS.get(usize::from(block));
        Self(kinds.map_or(0, |kinds| kinds[c as usize % BLOCK]))
    }

    /// The class of a mark, as a number less than [`CLASSES`] that ascends with it.
    pub(super) const fn class(self) -> Option<u32> {
        if self.0 < Self::FIRST_MARK {
            None
        } else {
            Some(self.0 as u32 / 2)
        }
    }

    /// Whether a mark composes with some starter.
    pub(super) const fn composes(self) -> bool {
        self.0 & Self::COMPOSES != 0
    }

    /// The kind of marks in a row of [`MARKS`].
    #[allow(clippy::cast_possible_truncation)] // There are 55.
    const fn of_row(row: usize) -> Self {
        Self(Self::FIRST_MARK + 2 * row as u8)
    }
}

/// What bounds [`Kind::class`]: of its 255 possible classes Unicode uses 55.
pub(super) const CLASSES: usize = 64;
const _: () = assert!(Kind::of_row(MARKS.len()).0 as usize / 2 <= CLASSES);

/// [`Kind::class`] of what stands above a letter (230).
pub(super) const ABOVE: u32 = {
    let mut row = 0;
    while MARKS[row].0 != 230 {
        row += 1;
    }
    Kind::of_row(row).0 as u32 / 2
};

/// Characters in a block.
const BLOCK: usize = 64;
/// Blocks up to the last character that is not [`Kind::STABLE`], and no further.
const BLOCKS: usize = 0x2fa40 / BLOCK;

/// Which of the kinds each block has, the kinds, and how many of them there are.
type Layout = ([u8; BLOCKS], [[u8; BLOCK]; 256], usize);

const LAYOUT: Layout = lay_out();

/// Which of [`KINDS`] each block has. Most have the first, [`Kind::STABLE`] throughout.
static BLOCK_OF: [u8; BLOCKS] = LAYOUT.0;

static KINDS: [[u8; BLOCK]; LAYOUT.2] = {
    let mut kinds = [[0; BLOCK]; LAYOUT.2];
    let mut at = 0;
    while at < kinds.len() {
        kinds[at] = LAYOUT.1[at];
        at += 1;
    }
    kinds
};

const fn lay_out() -> Layout {
    let mut layout = ([0; BLOCKS], [[0; BLOCK]; 256], 1);
    let mut row = 0;
    while row < MARKS.len() {
        add(&mut layout, MARKS[row].1, Kind::of_row(row).0);
        row += 1;
    }
    add(&mut layout, SECOND, Kind::COMPOSES);
    add(&mut layout, CHANGING, Kind::CHANGING.0);
    add(&mut layout, SPACES, Kind::SPACE.0);
    layout
}

/// Adds to the kind of every character of `ranges`.
#[allow(clippy::cast_possible_truncation)] // There is no place for more than 256 kinds.
const fn add((block_of, kinds, len): &mut Layout, ranges: &[u32], kind: u8) {
    let mut range = 0;
    while range < ranges.len() {
        let mut c = (ranges[range] >> 12) as usize;
        let end = c + (ranges[range] & 0xfff) as usize;
        while c <= end {
            let block = &mut block_of[c / BLOCK];
            if *block == 0 {
                *block = *len as u8;
                *len += 1;
            }
            kinds[*block as usize][c % BLOCK] += kind;
            c += 1;
        }
        range += 1;
    }
}

// In what follows a number is a range: its first character and, in the last
// three digits, how many follow it.

/// [`Kind::SPACE`].
const SPACES: &[u32] = &[
    0xa0000, 0x1680000, 0x200000a, 0x202f000, 0x205f000, 0x3000000,
];

/// [`Kind::CHANGING`].
const CHANGING: &[u32] = &[
    0x340001, 0x343001, 0x374000, 0x37e000, 0x387000, 0x958007, 0x9dc001, 0x9df000, 0xa33000,
    0xa36000, 0xa59002, 0xa5e000, 0xb5c001, 0xf43000, 0xf4d000, 0xf52000, 0xf57000, 0xf5c000,
    0xf69000, 0xf73000, 0xf75001, 0xf78000, 0xf81000, 0xf93000, 0xf9d000, 0xfa2000, 0xfa7000,
    0xfac000, 0xfb9000, 0x1f71000, 0x1f73000, 0x1f75000, 0x1f77000, 0x1f79000, 0x1f7b000,
    0x1f7d000, 0x1fbb000, 0x1fbe000, 0x1fc9000, 0x1fcb000, 0x1fd3000, 0x1fdb000, 0x1fe3000,
    0x1feb000, 0x1fee001, 0x1ff9000, 0x1ffb000, 0x1ffd000, 0x2126000, 0x212a001, 0x2329001,
    0x2adc000, 0xf90010d, 0xfa10000, 0xfa12000, 0xfa15009, 0xfa20000, 0xfa22000, 0xfa25001,
    0xfa2a043, 0xfa70069, 0xfb1d000, 0xfb1f000, 0xfb2a00c, 0xfb38004, 0xfb3e000, 0xfb40001,
    0xfb43001, 0xfb46008, 0x113c5000, 0x113c7001, 0x16121007, 0x16d68000, 0x1d15e006, 0x1d1bb005,
    0x2f80021d,
];
/// [`Kind::SECOND`], and the marks that compose.
const SECOND: &[u32] = &[
    0x300004, 0x306006, 0x30f000, 0x311000, 0x313001, 0x31b000, 0x323005, 0x32d001, 0x330001,
    0x338000, 0x342000, 0x345000, 0x653002, 0x93c000, 0x9be000, 0x9d7000, 0xb3e000, 0xb56001,
    0xbbe000, 0xbd7000, 0xc56000, 0xcc2000, 0xcd5001, 0xd3e000, 0xd57000, 0xdca000, 0xdcf000,
    0xddf000, 0x102e000, 0x1161014, 0x11a801a, 0x1b35000, 0x3099001, 0x110ba000, 0x11127000,
    0x1133e000, 0x11357000, 0x113b8000, 0x113bb000, 0x113c2000, 0x113c9000, 0x114b0000, 0x114ba000,
    0x114bd000, 0x115af000, 0x11930000, 0x1611e002, 0x16129000, 0x16d67000,
];
/// Each class of marks, and its marks less those that decompose.
const MARKS: [(u8, &[u32]); 55] = [
    (
        1,
        &[
            0x334004, 0x1cd4000, 0x1ce2006, 0x20d2001, 0x20d8002, 0x20e5001, 0x20ea001, 0x10a39000,
            0x16af0004, 0x1bc9e000, 0x1d167002, 0x1d25b001,
        ],
    ),
    (6, &[0x16ff0001]),
    (
        7,
        &[
            0x93c000, 0x9bc000, 0xa3c000, 0xabc000, 0xb3c000, 0xc3c000, 0xcbc000, 0x1037000,
            0x1b34000, 0x1be6000, 0x1c37000, 0xa9b3000, 0x110ba000, 0x11173000, 0x111ca000,
            0x11236000, 0x112e9000, 0x1133b001, 0x11446000, 0x114c3000, 0x115c0000, 0x116b7000,
            0x1183a000, 0x11943000, 0x11d42000, 0x1e94a000,
        ],
    ),
    (8, &[0x3099001]),
    (
        9,
        &[
            0x94d000, 0x9cd000, 0xa4d000, 0xacd000, 0xb4d000, 0xbcd000, 0xc4d000, 0xccd000,
            0xd3b001, 0xd4d000, 0xdca000, 0xe3a000, 0xeba000, 0xf84000, 0x1039001, 0x1714001,
            0x1734000, 0x17d2000, 0x1a60000, 0x1b44000, 0x1baa001, 0x1bf2001, 0x2d7f000, 0xa806000,
            0xa82c000, 0xa8c4000, 0xa953000, 0xa9c0000, 0xaaf6000, 0xabed000, 0x10a3f000,
            0x11046000, 0x11070000, 0x1107f000, 0x110b9000, 0x11133001, 0x111c0000, 0x11235000,
            0x112ea000, 0x1134d000, 0x113ce002, 0x11442000, 0x114c2000, 0x115bf000, 0x1163f000,
            0x116b6000, 0x1172b000, 0x11839000, 0x1193d001, 0x119e0000, 0x11a34000, 0x11a47000,
            0x11a99000, 0x11c3f000, 0x11d44001, 0x11d97000, 0x11f41001, 0x1612f000,
        ],
    ),
    (10, &[0x5b0000, 0x5c8000]),
    (11, &[0x5b1000]),
    (12, &[0x5b2000]),
    (13, &[0x5b3000]),
    (14, &[0x5b4000]),
    (15, &[0x5b5000]),
    (16, &[0x5b6000]),
    (17, &[0x5b7000]),
    (18, &[0x5b8000, 0x5c7000]),
    (19, &[0x5b9001]),
    (20, &[0x5bb000]),
    (21, &[0x5bc000, 0x5c9000]),
    (22, &[0x5bd000]),
    (23, &[0x5bf000]),
    (24, &[0x5c1000]),
    (25, &[0x5c2000]),
    (26, &[0xfb1e000]),
    (27, &[0x64b000, 0x8f0000]),
    (28, &[0x64c000, 0x8f1000]),
    (29, &[0x64d000, 0x8f2000]),
    (30, &[0x618000, 0x64e000]),
    (31, &[0x619000, 0x64f000]),
    (32, &[0x61a000, 0x650000]),
    (33, &[0x651000]),
    (34, &[0x652000]),
    (35, &[0x670000]),
    (36, &[0x711000]),
    (84, &[0xc55000]),
    (91, &[0xc56000]),
    (103, &[0xe38001]),
    (107, &[0xe48003]),
    (118, &[0xeb8001]),
    (122, &[0xec8003]),
    (129, &[0xf71000]),
    (130, &[0xf72000, 0xf7a003, 0xf80000]),
    (132, &[0xf74000]),
    (202, &[0x321001, 0x327001, 0x1dd0000]),
    (214, &[0x1dce000]),
    (
        216,
        &[
            0x31b000, 0xf39000, 0x1d165001, 0x1d16e004, 0x1d250002, 0x1d25f000, 0x1d280001,
        ],
    ),
    (218, &[0x1dfa000, 0x302a000]),
    (
        220,
        &[
            0x316003, 0x31c004, 0x323003, 0x32900a, 0x339003, 0x347002, 0x34d001, 0x353003,
            0x359001, 0x591000, 0x596000, 0x59b000, 0x5a2005, 0x5aa000, 0x5c5000, 0x655001,
            0x65c000, 0x65f000, 0x6e3000, 0x6ea000, 0x6ed000, 0x731000, 0x734000, 0x737002,
            0x73b001, 0x73e000, 0x742000, 0x744000, 0x746000, 0x748000, 0x7f2000, 0x7fd000,
            0x859002, 0x899002, 0x8cf004, 0x8e3000, 0x8e6000, 0x8e9000, 0x8ed002, 0x8f6000,
            0x8f9001, 0x952000, 0xf18001, 0xf35000, 0xf37000, 0xfc6000, 0x108d000, 0x193b000,
            0x1a18000, 0x1a7f000, 0x1ab5005, 0x1abd000, 0x1abf001, 0x1ac3001, 0x1aca000, 0x1add000,
            0x1ae6000, 0x1aee001, 0x1b6c000, 0x1cd5004, 0x1cdc003, 0x1ced000, 0x1dc2000, 0x1dca000,
            0x1dcf000, 0x1df9000, 0x1dfd000, 0x1dff000, 0x20e8000, 0x20ec003, 0xa92b002, 0xaab4000,
            0xfe27006, 0x101fd000, 0x102e0000, 0x10a0d000, 0x10a3a000, 0x10ae6000, 0x10ecc001,
            0x10ef0002, 0x10ef4000, 0x10ef6000, 0x10efa001, 0x10efd002, 0x10f46001, 0x10f4b000,
            0x10f4d003, 0x10f83000, 0x10f85000, 0x1d127001, 0x1d17b007, 0x1d18a001, 0x1e4ee000,
            0x1e5ef000, 0x1e8d0006,
        ],
    ),
    (222, &[0x59a000, 0x5ad000, 0x1939000, 0x302d000]),
    (224, &[0x302e001]),
    (226, &[0x1d16d000]),
    (228, &[0x5ae000, 0x18a9000, 0x1df7001, 0x302b000]),
    (
        230,
        &[
            0x300014, 0x33d002, 0x342000, 0x346000, 0x34a002, 0x350002, 0x357000, 0x35b000,
            0x36300c, 0x483004, 0x592003, 0x597002, 0x59c005, 0x5a8001, 0x5ab001, 0x5af000,
            0x5c4000, 0x610007, 0x653001, 0x657004, 0x65d001, 0x6d6006, 0x6df003, 0x6e4000,
            0x6e7001, 0x6eb001, 0x730000, 0x732001, 0x735001, 0x73a000, 0x73d000, 0x73f002,
            0x743000, 0x745000, 0x747000, 0x749001, 0x7eb006, 0x7f3000, 0x816003, 0x81b008,
            0x825002, 0x829004, 0x897001, 0x89c003, 0x8ca004, 0x8d400d, 0x8e4001, 0x8e7001,
            0x8ea002, 0x8f3002, 0x8f7001, 0x8fb004, 0x951000, 0x953001, 0x9fe000, 0xf82001,
            0xf86001, 0x135d002, 0x17dd000, 0x193a000, 0x1a17000, 0x1a75007, 0x1ab0004, 0x1abb001,
            0x1ac1001, 0x1ac5004, 0x1acb011, 0x1ade007, 0x1ae7003, 0x1aec001, 0x1af0000, 0x1b6b000,
            0x1b6d006, 0x1cd0002, 0x1cda001, 0x1ce0000, 0x1cf4000, 0x1cf8001, 0x1dc0001, 0x1dc3006,
            0x1dcb001, 0x1dd1024, 0x1dfb000, 0x1dfe000, 0x20d0001, 0x20d4003, 0x20db001, 0x20e1000,
            0x20e7000, 0x20e9000, 0x20f0000, 0x2cef002, 0x2de001f, 0xa66f000, 0xa674009, 0xa69e001,
            0xa6f0001, 0xa8e0011, 0xaab0000, 0xaab2001, 0xaab7001, 0xaabe001, 0xaac1000, 0xfe20006,
            0xfe2e001, 0x10376004, 0x10a0f000, 0x10a38000, 0x10ae5000, 0x10d24003, 0x10d69004,
            0x10eab001, 0x10ecb000, 0x10ece001, 0x10ef3000, 0x10ef5000, 0x10ef7002, 0x10f48002,
            0x10f4c000, 0x10f82000, 0x10f84000, 0x11100002, 0x11366006, 0x11370004, 0x1145e000,
            0x16b30006, 0x1d185004, 0x1d1aa003, 0x1d242002, 0x1e000006, 0x1e008010, 0x1e01b006,
            0x1e023001, 0x1e026004, 0x1e08f000, 0x1e130006, 0x1e2ae000, 0x1e2ec003, 0x1e4ef000,
            0x1e5ee000, 0x1e6e3000, 0x1e6e6000, 0x1e6ee001, 0x1e6f5000, 0x1e944005,
        ],
    ),
    (
        232,
        &[
            0x315000, 0x31a000, 0x358000, 0x1df6000, 0x302c000, 0x1e4ec001,
        ],
    ),
    (233, &[0x35c000, 0x35f000, 0x362000, 0x1dfc000]),
    (234, &[0x35d001, 0x360001, 0x1aeb000, 0x1dcd000]),
    (240, &[0x345000]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
    use unicode_normalization::{IsNormalized, is_nfc_quick};

    #[test]
    fn every_scalar_value_has_the_kind_that_the_crate_implies() {
        for c in '\0'..=char::MAX {
            let known = format!("{:x}", u32::from(c));
            let kind = Kind::of(c);
            let mut decomposes = false;
            decompose_canonical(c, |part| decomposes |= part != c);
            let class = canonical_combining_class(c);
            let quick = is_nfc_quick([c].into_iter());
            let is_space = c.is_whitespace() && !c.is_control() && c != ' ';
            let expected = match quick {
                _ if is_space && !matches!(c, '\u{2028}' | '\u{2029}') => Kind::SPACE,
                IsNormalized::No => Kind::CHANGING,
                IsNormalized::Maybe if decomposes => Kind::CHANGING,
                IsNormalized::Maybe if class == 0 => Kind::SECOND,
                IsNormalized::Yes if class == 0 => Kind::STABLE,
                _ => {
                    let row = MARKS.iter().position(|row| row.0 == class);
                    let composes = u8::from(quick == IsNormalized::Maybe);
                    assert!(!decomposes, "{known}");
                    Kind(Kind::of_row(row.expect("a class")).0 + composes)
                }
            };
            assert_eq!(kind, expected, "{known}");
        }
    }

    #[test]
    fn classes_ascend() {
        assert!(MARKS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(Kind::of('\u{334}').class(), Some(2));
        assert_eq!(Kind::of('\u{301}').class(), Some(ABOVE));
        assert!(Kind::of('\u{345}').class() > Some(ABOVE));
        assert!(Kind::of('\u{323}').class() < Some(ABOVE));
    }
}
