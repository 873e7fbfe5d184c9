//! Repairs JSON that strict parsers reject as a whole because of one character or number.

use std::borrow::Cow;

/// No real count has more digits, and longer numbers can exceed a parser's limits.
const MAX_NUMBER_LENGTH: usize = 300;

/// The JSON with lone surrogates and broken UTF-8 replaced by U+FFFD, raw control characters in
/// texts removed, and oversized numbers set to `null`; `None` if nothing needs repair.
pub(super) fn repaired(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut changed = matches!(text, Cow::Owned(_));
    let text = text.as_bytes();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut in_text = false;
    while let Some(&byte) = text.get(at) {
        let mut taken = 1;
        match byte {
            b'"' => {
                in_text = !in_text;
                out.push(byte);
            }
            b'\\' if in_text => {
                let (escape, fits) = escape(&text[at..]);
                taken = escape.len();
                if fits {
                    out.extend_from_slice(escape);
                } else {
                    out.extend_from_slice(b"\\ufffd");
                    changed = true;
                }
            }
            0..=0x1f if in_text => changed = true,
            b'-' | b'0'..=b'9' if !in_text => {
                let number = number(&text[at..]);
                taken = number.len();
                if is_bounded(number) {
                    out.extend_from_slice(number);
                } else {
                    out.extend_from_slice(b"null");
                    changed = true;
                }
            }
            _ => out.push(byte),
        }
        at += taken;
    }
    changed.then_some(out)
}

/// The escape at the beginning, a surrogate pair as one, and whether it is a character.
fn escape(text: &[u8]) -> (&[u8], bool) {
    let Some(unit) = unit(text) else {
        return (&text[..text.len().min(2)], true);
    };
    match unit {
        0xd800..=0xdbff => match text.get(6..).and_then(self::unit) {
            Some(0xdc00..=0xdfff) => (&text[..12], true),
            _ => (&text[..6], false),
        },
        0xdc00..=0xdfff => (&text[..6], false),
        _ => (&text[..6], true),
    }
}

/// The UTF-16 unit that `\uXXXX` at the beginning names.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn number(text: &[u8]) -> &[u8] {
    let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
    let length = text.iter().take_while(is_part).count();
    &text[..length]
}

fn is_bounded(number: &[u8]) -> bool {
    if number.len() <= MAX_NUMBER_LENGTH && !number.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return true;
    }
    // What is not a number at all is left for the parser to reject.
    let parsed = std::str::from_utf8(number)
        .ok()
        .and_then(|it| it.parse().ok());
    parsed.is_none_or(f64::is_finite)
}
