use super::*;
use crate::hash::grammar::Reader;
use crate::hash::work;
use proptest::prelude::*;

/// A whole string.
fn parse(stored: &str) -> Result<text::Parts, Error> {
    let mut reader = Reader::at(0, stored.as_bytes());
    let parts = read(&mut reader)?;
    reader.end().map(|()| parts)
}

/// With a tag that is none.
fn costing(cost: &str) -> Yescrypt {
    parse(&format!("{cost}$..${}", ".".repeat(43)))
        .expect(cost)
        .0
}

fn verifies(stored: &str, password: &[u8]) -> bool {
    let (yescrypt, salt, expected) = parse(stored).expect(stored);
    let mut memory = WorkMemory::new(yescrypt.memory_bytes()).expect("memory");
    let mut tag = [0; TAG_BYTES];
    let done = work::of(|| {
        let derived = yescrypt.derive(&mut memory, password, salt.as_slice(), &mut tag);
        derived.expect("derives");
    });
    assert_eq!(done.scrypt_units, yescrypt.work_units(), "{stored}");
    tag == expected.as_slice()
}

/// The rows and their sources stand in tests/vectors/yescrypt.txt and gost-yescrypt.txt.
#[test]
fn known_answers() {
    for (password, stored) in [
        (
            "a",
            "$y$j75$.......$Azb4unskovkivqV5L2S5ovdEGpbGNKmfaJnP.BqXgm3",
        ),
        (
            "abc",
            "$y$j85$LdJMENpBABJJ3hIHjB1Bi.$UvuqvbTEtM2tjSx4PNDuWDTu7ZH82t51dznnOS5InOD",
        ),
        (
            "a",
            "$gy$j75$.......$eBagUD/6d5e0p3WmLp6DS1yMGjT9p55M7c1rJV6c2sA",
        ),
        (
            "pleaseletmein",
            "$y$.1/..$LdJMENpBABJJ3hIHjB1Bi.$1rQ0OolnpzhYDw65wkM3/N4oVfGvoOfkW/DeoRlw353",
        ),
        (
            "pleaseletmein",
            "$y$/1.$LdJMENpBABJJ3hIHjB1Bi.$Db.aHy4O9h7Ua8E6Rr9X4zVnlxP40PWkaPd1HPYgxO/",
        ),
        (
            "pleaseletmein",
            "$y$/0/0/.$LdJMENpBABJJ3hIHjB1Bi.$QTM9O47pKrpc.aiAMw0SyWGKHHK1Cq4SUXJHIDMUHZ6",
        ),
        (
            "pleaseletmein",
            "$y$//./0$LdJMENpBABJJ3hIHjB1Bi.$Uc2QRj/ZzHyil4tMUVTTPLVltMwxC8c6rQbJn4j3Zs8",
        ),
        (
            "pleaseletmein",
            "$y$j/.$$Uuf//D/d7Od.nFJXzWd1m4AX2IgaegOiTf/RlwvyCCA",
        ),
        (
            "pleaseletmein",
            "$y$j3..1$LdJMENpBABJJ3hIHjB1Bi.$rA7ancFFZUB1y9TO0IQxO0d2TPDGv1oFWxCJR3pse/6",
        ),
        (
            "pleaseletmein",
            "$y$j400/.$LdJMENpBABJJ3hIHjB1Bi.$L.FhaphlPbSAQ59N80jo7Ao/GRXNuOTqnHdhAVhP8B2",
        ),
        (
            "pleaseletmein",
            "$y$j9T$LdJMENpBABJJ3hIHjB1Bi.$iofk68xbXBoXKsxTyMBCh2qkQuzQZ2Zik521F9TsTq6",
        ),
        (
            "pleaseletmein",
            "$gy$.1/..$LdJMENpBABJJ3hIHjB1Bi.$wIrnhWexAodcNv6xCuIxX.vvPmq1uKbuQnJeOVSCEuA",
        ),
        (
            "pleaseletmein",
            "$gy$j400/.$LdJMENpBABJJ3hIHjB1Bi.$NV17.O73GEN1R3ijU.W5pKQISaq7p.MdLiChLGfyXF/",
        ),
    ] {
        assert!(verifies(stored, password.as_bytes()), "{stored}");
        assert!(!verifies(stored, b"wrong"), "{stored}");
        let nul = [password.as_bytes(), b"\0"].concat();
        let tells = parse(stored).expect(stored).0.tells_nul_apart();
        assert_eq!(verifies(stored, &nul), !tells, "{stored}");
    }
}

#[test]
fn flags_are_those_of_libxcrypt() {
    for (cost, flags) in [("$y$.75", 0), ("$y$/75", 1), ("$y$j75", 0xb6)] {
        assert_eq!(costing(cost).flags(), flags);
    }
}

#[test]
fn refusals_tell_the_place() {
    let tag = "Azb4unskovkivqV5L2S5ovdEGpbGNKmfaJnP.BqXgm3";
    for (head, at, reason) in [
        ("$y$k75$..$", 3, "flavour"),
        ("$gy$k75$..$", 4, "flavour"),
        ("$y$j.5$..$", 3, "2^31"),
        ("$y$j/5..$..$", 3, "four times p"),
        ("$y$.75/.$..$", 3, "no t"),
        ("$y$/Fzzzzzz.zzzzzz$..$", 3, "2^30"),
        ("$y$j751.$..$", 6, "no ROM"),
        ("$y$j75D$..$", 6, "no ROM"),
        ("$y$j75..", 8, "has to follow the parameters"),
        ("$y$j7!", 5, "a character"),
        ("$y$j75$.z$", 7, "./0-9A-Za-z"),
        ("$7$j75$..$", 0, "$gy$"),
    ] {
        let error = parse(&format!("{head}{tag}")).map(|parts| parts.0);
        let error = error.expect_err(head);
        assert_eq!(
            (error.kind(), error.offset()),
            (ErrorKind::Malformed, Some(at)),
            "{head}"
        );
        assert!(error.to_string().contains(reason), "{head}: {error}");
    }
}

#[test]
fn costs_neither_wrap_nor_panic() {
    let mut memory = WorkMemory::new(4096).expect("memory");
    let ends = [1, 2, 7, 1 << 14, 1 << 15, 1 << 29, (1 << 30) - 1, u32::MAX];
    for flavor in Flavor::ALL {
        for (ln, r) in [2, 3, 20, 31]
            .into_iter()
            .flat_map(|ln| ends.map(|r| (ln, r)))
        {
            for (p, t) in ends
                .into_iter()
                .flat_map(|p| [0, 1, 2, u32::MAX].map(|t| (p, t)))
            {
                let Ok(yescrypt) = Yescrypt::new(true, flavor, [ln, r, p, t]) else {
                    continue;
                };
                let (bytes, units) = (yescrypt.memory_bytes(), yescrypt.work_units());
                assert!(u128::from(bytes) >= (u128::from(r) << (ln + 7)).min(u64::MAX.into()));
                assert!(units >= yescrypt.strength());
                let over = units > 1 << 23 || bytes.div_ceil(1024) > (1 << 20) + (1 << 10);
                assert_eq!(yescrypt.check(&Limits::default(), TAG_BYTES).is_err(), over);
                if bytes > 4096 {
                    let error = yescrypt.derive(&mut memory, b"", b"", &mut [0; TAG_BYTES]);
                    assert_eq!(error.expect_err("too little").kind(), ErrorKind::Internal);
                }
            }
        }
    }
    let largest = Yescrypt::new(false, Flavor::Rw, [31, (1 << 30) - 1, 1, u32::MAX]);
    let largest = largest.expect("in range");
    assert_eq!(
        (largest.memory_bytes(), largest.work_units()),
        (u64::MAX, u64::MAX)
    );
}

/// libxcrypt's default, j9T: 4096 blocks of 4 KiB and a third of them again, a pass 64 times
/// shorter before, and each time 12 KiB of S-boxes and PBKDF2 over 4 KiB.
#[test]
fn costs_of_the_default() {
    let default = costing("$y$j9T");
    assert_eq!(default.memory_bytes(), 4096 * (4096 + 2) + 256 + (12 << 10));
    assert_eq!(default.strength(), (4096 + 1366) / 2 * 32);
    let both = (4096 + 1366 + 64 + 22) / 2 * 32;
    assert_eq!(default.work_units(), both + 2 * (48 + 32 * 9));
    // The largest of crypt_gensalt, cost 11, is within the default limits.
    assert!(
        costing("$y$jFT")
            .check(&Limits::default(), TAG_BYTES)
            .is_ok()
    );
    assert!(
        costing("$y$jGT")
            .check(&Limits::default(), TAG_BYTES)
            .is_err()
    );
}

#[test]
fn a_tag_has_32_bytes() {
    let yescrypt = costing("$y$j/.");
    let mut memory = WorkMemory::new(yescrypt.memory_bytes()).expect("memory");
    for len in [31, 33] {
        let error = yescrypt.derive(&mut memory, b"", b"", &mut vec![0; len]);
        assert_eq!(error.expect_err("no tag").kind(), ErrorKind::Argument);
    }
}

proptest! {
    #[test]
    fn a_setting_is_written_as_it_is_read(
        is_gost: bool, flavor in 0..3_usize, ln in 2..=31_u32, r in 0..30_u32, p in 0..30_u32,
        t in 0..31_u32, low: u32, salt in proptest::collection::vec(any::<u8>(), 0..=64),
    ) {
        // Of as many bits as said.
        let number = |bits: u32| (1 << bits | low & ((1 << bits) - 1)) >> 1;
        let costs = [ln, number(r) + 1, number(p) + 1, number(t)];
        let Ok(written) = Yescrypt::new(is_gost, Flavor::ALL[flavor], costs) else {
            return Ok(());
        };
        let mut stored = String::new();
        text::write_setting(&written, &salt, &mut |piece| {
            stored.push_str(std::str::from_utf8(piece).expect("ASCII"));
        });
        stored = stored + "$" + &".".repeat(43);
        let (read, read_salt, _) = parse(&stored).expect(&stored);
        prop_assert_eq!(read, written);
        prop_assert_eq!(read_salt.as_slice(), salt);
    }

    #[test]
    fn no_text_panics(text in "\\$g?y\\$[./j][./0-9A-Za-z]{0,24}\\$?[./0-9A-Za-z$]{0,130}") {
        let mut reader = Reader::at(0, text.as_bytes());
        let _ = read(&mut reader).map(|(yescrypt, ..)| yescrypt.check(&Limits::default(), TAG_BYTES));
    }
}
