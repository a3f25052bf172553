//! The codes that a request brings.

use crate::run::Issued;
use crate::script::{self, Presented};
use saltbox::{Channel, CodeKind, Way};

pub(crate) fn way(way: script::Way) -> Way {
    Way::ALL[way as usize]
}

pub(crate) fn channel(channel: script::Channel) -> Channel {
    Channel::ALL[channel as usize]
}

/// What `presented` makes of the code that was issued; those that need none work without.
pub(crate) fn codes(
    presented: Presented,
    issued: Option<&Issued>,
) -> Result<Vec<(CodeKind, Vec<u8>)>, String> {
    use CodeKind::{EmailAuthCode, PasswordResetCode, RequestCode, VerificationCode};
    let (nothing, verifier) = ("x".repeat(24), "v".repeat(32));
    let (way, code, lookup) = match issued {
        Some(issued) => (issued.way, &*issued.code, &*issued.lookup),
        None => (script::Way::EmailLink, "", &*nothing),
    };
    let kind = match way {
        script::Way::EmailLink => EmailAuthCode,
        script::Way::OneTimeCode => VerificationCode,
        script::Way::ResetLink => PasswordResetCode,
    };
    let whole = |code: &str| match kind {
        VerificationCode => vec![(RequestCode, lookup.to_owned()), (kind, code.to_owned())],
        _ => vec![(kind, code.to_owned())],
    };
    let link = format!("{lookup}.{verifier}");
    let codes = match presented {
        Presented::None => Vec::new(),
        Presented::TwoWays => vec![(EmailAuthCode, link.clone()), (PasswordResetCode, link)],
        Presented::Half => vec![(RequestCode, lookup.to_owned())],
        Presented::OtherHalf => vec![(VerificationCode, "12345678".to_owned())],
        Presented::Empty => whole(""),
        Presented::Malformed => whole(code.get(..code.len().min(5)).unwrap_or_default()),
        Presented::Unknown if kind == VerificationCode => vec![
            (RequestCode, nothing),
            (VerificationCode, "12345678".to_owned()),
        ],
        Presented::Unknown => vec![(kind, format!("{nothing}.{verifier}"))],
        Presented::AsDigits => vec![
            (RequestCode, lookup.to_owned()),
            (VerificationCode, "12345678".to_owned()),
        ],
        Presented::AsLink => vec![(EmailAuthCode, link)],
        // What every other presents is made of a code.
        // A flow without codes has none to present.
        _ if issued.is_none() => Vec::new(),
        Presented::AsResetLink => vec![(PasswordResetCode, code.to_owned())],
        Presented::Right => whole(code),
        Presented::Wrong => whole(&wrong(code)),
        Presented::Spaced => whole(&spaced(code)),
    };
    let bytes = |(kind, code): (CodeKind, String)| (kind, code.into_bytes());
    Ok(codes.into_iter().map(bytes).collect())
}

/// As long, and different in the last place only.
fn wrong(code: &str) -> String {
    let mut code = code.to_owned();
    let last = code.pop();
    code.push(if last == Some('0') { '1' } else { '0' });
    code
}

fn spaced(digits: &str) -> String {
    let each = digits.chars().enumerate();
    let each = each.map(|(at, digit)| match at % 3 {
        0 => format!(" {digit}"),
        1 => format!("-{digit}"),
        _ => digit.to_string(),
    });
    each.collect()
}
