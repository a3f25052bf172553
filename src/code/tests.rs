use super::tickets::Tickets;
use super::*;
use crate::error::ErrorKind;
use crate::json;

const LOOKUP: &str = "abcdefghijklmnopqrstuv-_";
const VERIFIER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

fn kind(codes: &Codes) -> ErrorKind {
    codes.lookup().expect_err("refused").kind()
}

/// The sixteen combinations of null and given of the reset document, each with its answer.
#[test]
fn exactly_one_way_of_every_combination() {
    let link = format!("{LOOKUP}.{VERIFIER}");
    let value = |kind| match kind {
        CodeKind::RequestCode => LOOKUP,
        CodeKind::VerificationCode => "12345678",
        _ => link.as_str(),
    };
    for given in 0..16_u32 {
        let kinds = CodeKind::ALL.into_iter().enumerate();
        let kinds: Vec<_> = kinds
            .filter(|(bit, _)| given >> bit & 1 == 1)
            .map(|(_, kind)| kind)
            .collect();
        let codes = kinds
            .iter()
            .fold(Codes::new(), |codes, kind| codes.with(*kind, value(*kind)));
        use CodeKind::{EmailAuthCode, PasswordResetCode, RequestCode, VerificationCode};
        match kinds.as_slice() {
            [] => assert_eq!(kind(&codes), ErrorKind::NoCode),
            [RequestCode] | [VerificationCode] => assert_eq!(kind(&codes), ErrorKind::HalfOfAPair),
            [EmailAuthCode] | [PasswordResetCode] | [RequestCode, VerificationCode] => {
                assert_eq!(codes.lookup().expect("one way"), LOOKUP);
            }
            _ => assert_eq!(kind(&codes), ErrorKind::TwoWays, "{kinds:?}"),
        }
    }
}

#[test]
fn empty_is_not_null() {
    for kind_of in CodeKind::ALL {
        let other = match kind_of {
            CodeKind::RequestCode => CodeKind::VerificationCode,
            CodeKind::VerificationCode => CodeKind::RequestCode,
            alone => alone,
        };
        let codes = Codes::new().with(other, LOOKUP).with(kind_of, "");
        assert_eq!(kind(&codes), ErrorKind::EmptyCode, "{kind_of:?}");
    }
    // An empty code is still a way: with another one there are two.
    let codes = Codes::new()
        .with(CodeKind::EmailAuthCode, "")
        .with(CodeKind::PasswordResetCode, "x");
    assert_eq!(kind(&codes), ErrorKind::TwoWays);
    let codes = Codes::new().with(CodeKind::RequestCode, "");
    assert_eq!(kind(&codes), ErrorKind::EmptyCode);
}

#[test]
fn what_is_malformed_is_told_with_its_place() {
    let link = |code: &str| {
        let codes = Codes::new().with(CodeKind::EmailAuthCode, code);
        let error = codes.lookup().expect_err("malformed");
        assert_eq!(error.kind(), ErrorKind::MalformedCode);
        error.offset()
    };
    assert_eq!(link("x"), Some(1));
    assert_eq!(link(&format!("{LOOKUP}{VERIFIER}")), Some(24));
    assert_eq!(link(&format!("{LOOKUP}.{VERIFIER}x")), Some(57));
    assert_eq!(
        link(&format!("{LOOKUP}.{}", VERIFIER.trim_start_matches('A'))),
        Some(56)
    );
    assert_eq!(
        link(&format!("{LOOKUP}.{}=", VERIFIER.trim_start_matches('A'))),
        Some(56)
    );
    assert_eq!(
        link(&format!(
            "a b{}.{VERIFIER}",
            LOOKUP.trim_start_matches("abc")
        )),
        Some(1)
    );
    assert_eq!(
        link(&format!("{LOOKUP}.{}é", VERIFIER.trim_start_matches("AB"))),
        Some(55)
    );
    assert_eq!(link(&"a".repeat(1 << 20)), Some(24));
    let digits = |code: &str| {
        let codes = Codes::new().with(CodeKind::RequestCode, LOOKUP);
        let codes = codes.with(CodeKind::VerificationCode, code);
        let presented = codes
            .presented()
            .map(|presented| presented.secret.as_slice().to_vec());
        presented.map_err(|error| (error.kind(), error.offset()))
    };
    assert_eq!(digits("1234 5678").expect("digits"), b"12345678");
    assert_eq!(digits("12-34-56").expect("digits"), b"123456");
    assert_eq!(digits("12345"), Err((ErrorKind::MalformedCode, None)));
    assert_eq!(
        digits("1234567890123"),
        Err((ErrorKind::MalformedCode, Some(12)))
    );
    assert_eq!(digits("12345x"), Err((ErrorKind::MalformedCode, Some(5))));
    assert_eq!(
        digits("１２３４５６"),
        Err((ErrorKind::MalformedCode, Some(0)))
    );
}

fn read(text: &str) -> Result<CodeSettings, crate::error::Error> {
    CodeSettings::read(&json::parse(text.as_bytes()).expect("JSON"))
}

#[test]
fn lifetimes_stay_below_the_ceilings_and_the_stricter_wins() {
    let cases = [
        ("nist-63b-4", "email_link", 86_400),
        ("nist-63b-4", "email_code", 86_400),
        ("nist-63b-4", "text_code", 600),
        ("nist-63b-4", "voice_code", 600),
        ("nist-63b-4", "postal_code", 21 * 86_400),
        ("nist-63b-4", "reset_link", 86_400),
        ("asvs-5", "email_link", 600),
        ("asvs-5", "email_code", 600),
        ("asvs-5", "text_code", 600),
        ("asvs-5", "voice_code", 600),
        ("asvs-5", "postal_code", 21 * 86_400),
        ("asvs-5", "reset_link", 600),
    ];
    for (ceilings, key, most) in cases {
        let settings = |seconds: u64| {
            read(&format!(
                r#"{{"ceilings":"{ceilings}","lifetime_s":{{"{key}":{seconds}}}}}"#
            ))
        };
        assert!(settings(most).is_ok(), "{ceilings} {key}");
        let error = settings(most + 1).expect_err("over the ceiling");
        assert_eq!(error.path(), Some(format!("lifetime_s.{key}").as_str()));
        assert!(
            error
                .to_string()
                .contains(&format!("over the limit of {most}"))
        );
        assert!(settings(0).is_err());
    }
    for (way, channel) in [
        (Way::EmailLink, Channel::Email),
        (Way::OneTimeCode, Channel::Text),
    ] {
        assert_eq!(CodeSettings::DEFAULT.lifetime_s(way, channel), Ok(600));
    }
}

#[test]
fn ways_and_channels_that_do_not_go_together_are_refused() {
    let mut together = 0;
    for way in Way::ALL {
        for channel in Channel::ALL {
            match CodeSettings::DEFAULT.lifetime_s(way, channel) {
                Ok(_) => together += 1,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Argument),
            }
        }
    }
    assert_eq!(together, 6);
}

#[test]
fn settings_out_of_range_name_their_place_and_what_is_written_is_read() {
    for (text, path) in [
        (r#"{"digits":5}"#, "digits"),
        (r#"{"digits":13}"#, "digits"),
        (r#"{"attempts":0}"#, "attempts"),
        (r#"{"attempts":11}"#, "attempts"),
        (r#"{"window_s":59}"#, "window_s"),
        (r#"{"live":5}"#, "live"),
        (r#"{"newer_ends_older":1}"#, "newer_ends_older"),
        (r#"{"ceilings":"none"}"#, "ceilings"),
        (r#"{"lifetime_s":{"sms":1}}"#, "lifetime_s.sms"),
        (r#"{"digit":6}"#, "digit"),
    ] {
        assert_eq!(
            read(text).expect_err("refused").path(),
            Some(path),
            "{text}"
        );
    }
    let text = r#"{"ceilings":"asvs-5","lifetime_s":{"text_code":300},"digits":6,"attempts":3,"window_s":600,"live":1,"newer_ends_older":false,"reissue_after_s":0}"#;
    let settings = read(text).expect("settings");
    let written = json::Writer::object(|json| settings.write(json));
    assert_eq!(read(&written).expect("settings"), settings);
    assert!(written.contains(r#""text_code":300"#), "{written}");
}

fn tickets(text: &str) -> Result<Tickets, crate::error::Error> {
    Tickets::take(&mut json::parse(text.as_bytes())?.object()?)
}

/// Every member of a ticket, left out and broken: which one it is stands in the error.
#[test]
fn a_broken_ticket_names_the_member() {
    let members = [
        ("purpose", r#""reset""#),
        ("way", r#""email_link""#),
        ("channel", r#""email""#),
        ("realm", r#""""#),
        ("lookup", &format!(r#""{LOOKUP}""#)),
        ("issued", "5"),
        ("expires", "6"),
        ("address", &format!(r#""{}""#, "0f".repeat(16))),
        ("epoch", "0"),
        ("key", "1"),
        ("digest", &format!(r#""{}""#, "0f".repeat(32))),
    ];
    let ticket = |change: &dyn Fn(usize) -> Option<String>| {
        let each = members
            .iter()
            .enumerate()
            .filter_map(|(i, (key, value))| match change(i) {
                None => Some(format!(r#""{key}":{value}"#)),
                Some(other) if other.is_empty() => None,
                Some(other) => Some(format!(r#""{key}":{other}"#)),
            });
        let each: Vec<_> = each.collect();
        tickets(&format!(r#"{{"tickets":[{{{}}}]}}"#, each.join(",")))
    };
    assert!(ticket(&|_| None).is_ok());
    for (i, (key, _)) in members.iter().enumerate() {
        let left_out = ticket(&|at| (at == i).then(String::new)).expect_err("left out");
        assert!(left_out.to_string().contains(key), "{left_out}");
        for broken in ["null", "[]", "-1", r#""x""#] {
            if *key == "realm" && broken == r#""x""# {
                continue;
            }
            let error = ticket(&|at| (at == i).then(|| broken.to_owned())).expect_err("broken");
            assert_eq!(
                error.path(),
                Some(format!("tickets[0].{key}").as_str()),
                "{error}"
            );
        }
    }
    let many = format!(r#"{{"tickets":[{}]}}"#, ["{}"; 9].join(","));
    assert_eq!(
        tickets(&many).expect_err("too many").path(),
        Some("tickets")
    );
    let unknown = tickets(r#"{"tickets":[{"note":1}]}"#).expect_err("unknown");
    assert_eq!(unknown.path(), Some("tickets[0].note"));
}
