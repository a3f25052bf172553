//! The parts of a JSON text whose grammar has been checked: items, members, strings.

/// What may stand between the values.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// What the commas of an array or of an object part, without the blanks around.
pub(super) struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Of a text whose grammar has been checked.
    pub(super) fn of(container: &'a str) -> Self {
        let inside = container.strip_prefix(['[', '{']).unwrap_or_default();
        Self {
            rest: inside.trim_start_matches(BLANKS),
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (mut depth, mut at) = (0_usize, 0);
        while let Some(byte) = self.rest.as_bytes().get(at) {
            match byte {
                b'"' => at += string_len(self.rest.get(at..)?) - 1,
                b'[' | b'{' => depth += 1,
                b']' | b'}' | b',' if depth == 0 => {
                    let (part, rest) = self.rest.split_at_checked(at)?;
                    // Behind a bracket is nothing of this container.
                    let rest = rest.strip_prefix(',').unwrap_or_default();
                    self.rest = rest.trim_start_matches(BLANKS);
                    let part = part.trim_end_matches(BLANKS);
                    return (!part.is_empty()).then_some(part);
                }
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Bytes of the string that `text` begins with, its quotes too.
fn string_len(text: &str) -> usize {
    let (bytes, mut at) = (text.as_bytes(), 1);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            // What is escaped ends nothing.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// The key, in its quotes, and the value of a member.
pub(super) fn split_member(part: &str) -> (&str, &str) {
    let end = string_len(part);
    let (key, rest) = part.split_at_checked(end).unwrap_or((part, ""));
    let colon = rest.trim_start_matches(BLANKS);
    let value = colon.strip_prefix(':').unwrap_or_default();
    (key, value.trim_start_matches(BLANKS))
}

/// What a string stands for; where it has half a surrogate pair, the place of the byte that shows it.
pub(super) fn unescaped(literal: &str) -> Result<String, usize> {
    // What may be a secret is written once, and moved nowhere.
    let mut out = String::with_capacity(literal.len());
    let inside = literal.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
    let mut rest = inside.unwrap_or_default();
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = escape.chars();
        let c = characters.next().unwrap_or_default();
        rest = characters.as_str();
        out.push(match c {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (c, behind) = code_point(rest).map_err(|read| {
                    // The quote at the end stands behind `rest`.
                    literal.len() - 1 - rest.len() + read - 1
                })?;
                rest = behind;
                c
            }
            c => c,
        });
    }
    out.push_str(rest);
    Ok(out)
}

/// The character of `\u`, behind which `text` stands, and what follows; or how
/// many bytes show that there is none.
fn code_point(text: &str) -> Result<(char, &str), usize> {
    let unit = |text: &str, at: usize| {
        let digits = text.get(at..at + 4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text, 0).ok_or(4_usize)?;
    let second = match text.get(4..6) {
        Some("\\u") => unit(text, 6),
        _ => None,
    };
    let mut decoded = char::decode_utf16([first].into_iter().chain(second));
    match decoded.next() {
        Some(Ok(c)) => {
            let read = if c.len_utf16() == 2 { 10 } else { 4 };
            Ok((c, text.get(read..).unwrap_or_default()))
        }
        _ if first >= 0xdc00 => Err(4),
        _ if second.is_some() => Err(10),
        _ if text.get(4..5) == Some("\\") => Err(6),
        _ => Err(5),
    }
}
