//! Whether two logins or e-mail addresses are one, and what they are found by.

use super::fold::fold;

/// Whether two logins or e-mail addresses are the same, as UTR #36 section
/// 2.11.2 (B)(2) asks: compared in NFKC_Casefold, so without case, width and
/// what nobody sees, in no language.
///
/// It returns only whether they are: **send to the address that is stored**,
/// never to the one that was typed. Databases that compare in upper case found
/// the account of `mike@example.com` for `mıke@example.com` (U+0131), and the
/// link that opened it was sent to the latter (GitHub 2016; Django,
/// CVE-2019-19844). Here these two differ, as full case folding keeps ı;
/// `ＭＩＫＥ＠example.com` and `Mike@Example.com` are the same.
///
/// More than 1024 bytes are the same only as the same bytes. Nothing is trimmed.
/// Time depends on the texts, so neither may be a secret.
#[must_use]
pub fn same_identifier(a: &str, b: &str) -> bool {
    a == b || fold_identifier(a) == fold_identifier(b)
}

/// What [`same_identifier`] compares: a key that a database finds logins by, beside
/// the login as it is shown. Folding it again changes nothing: where it
/// did, ᴮᴵᴳᴮᴵᴿᴰ became BIGBIRD first and bigbird the second time, and one
/// account opened the other (Spotify 2013).
///
/// Every release folds a character to the same that Unicode has by then; one that it
/// has not yet stays as it is, and may fold when it has.
#[must_use]
pub fn fold_identifier(text: &str) -> String {
    match fold(text, &mut |c, say| say(c)) {
        Some(mut folded) => std::mem::take(&mut *folded),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_look_alike_are_not_the_same() {
        let mike = "mike@example.com";
        for other in [
            // GitHub 2016.
            "mıke@example.com",
            "MıKE@EXAMPLE.COM",
            // Django, CVE-2019-19844: equal by the database's upper case, not by case folding.
            "mike@exampıe.com",
            "mike@example.org",
            // Cyrillic.
            "miке@example.com",
            "mike@example.com ",
            "mike⑴@example.com",
            "",
        ] {
            assert!(!same_identifier(mike, other), "{other}");
            assert!(!same_identifier(other, mike), "{other}");
        }
    }

    #[test]
    fn case_width_and_form_make_no_difference() {
        for (a, b) in [
            ("mike@example.com", "Mike@EXAMPLE.com"),
            ("ｍｉｋｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "mike@example.com"),
            ("mi\u{ad}ke\u{200b}@example.com", "mike@example.com"),
            // The Kelvin sign and the long s.
            ("mi\u{212a}e@example.com", "mike@example.com"),
            ("\u{17f}am@example.com", "sam@example.com"),
            ("straße@example.com", "STRASSE@example.com"),
            ("STRAẞE@example.com", "strasse@example.com"),
            ("mu\u{308}ller@example.com", "MÜLLER@example.com"),
            ("ΟΔΟΣ@example.com", "οδος@example.com"),
            ("İ@example.com", "i\u{307}@example.com"),
            ("ﾊﾞ", "バ"),
            ("ᏣᎳᎩ", "ꮳꮃꭹ"),
        ] {
            assert!(same_identifier(a, b), "{a} {b}");
            assert!(same_identifier(b, a), "{b} {a}");
        }
        assert!(!same_identifier("İ@example.com", "i@example.com"));
        assert!(!same_identifier("İ@example.com", "ı@example.com"));
        assert!(same_identifier("I@example.com", "i@example.com"));
        assert!(!same_identifier("I@example.com", "ı@example.com"));
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for (text, expected) in [
            ("ᴮᴵᴳᴮᴵᴿᴰ", "bigbird"),
            ("mike⑴@Example.com", "mike(1)@example.com"),
            ("ⅷ", "viii"),
        ] {
            let once = fold_identifier(text);
            assert_eq!(once, expected);
            assert_eq!(fold_identifier(&once), once);
        }
    }

    #[test]
    fn what_is_too_long_is_the_same_only_as_it_is() {
        let long = "A".repeat(1025);
        assert!(same_identifier(&long, &long.clone()));
        assert!(!same_identifier(&long, &long.to_lowercase()));
        assert_eq!(fold_identifier(&long), long);
        assert!(same_identifier(&"A".repeat(1024), &"a".repeat(1024)));
    }

    /// What the buffers of C, Go and Python are made for.
    #[test]
    fn no_identifier_becomes_more_than_twelve_times_as_long() {
        let mut most = 0;
        for c in '\0'..=char::MAX {
            let (len, folded) = (c.len_utf8(), fold_identifier(&c.to_string()).len());
            assert!(folded <= 12 * len, "{c:?}");
            most = most.max(folded / len);
        }
        assert_eq!(most, 11);
    }
}
