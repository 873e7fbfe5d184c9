//! Text from outside: cleaned, and bounded.

/// The longest text that is stored.
const MAX_CHARS: usize = 1_000;
/// A PostgreSQL index entry holds 2,704 bytes; a thousand characters of four bytes each would not
/// fit.
const MAX_BYTES: usize = 2_600;

/// The text without control characters and direction marks, at most 1,000 characters long.
///
/// PostgreSQL accepts no NUL, and a direction mark reorders the text beside it on the screen. White
/// space becomes spaces, so that words stay apart.
pub(in super::super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len().min(MAX_BYTES));
    let kept = text.chars().filter_map(|char| match char {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        char if char.is_control() || is_direction_mark(char) => None,
        char => Some(char),
    });
    for char in kept.take(MAX_CHARS) {
        if cleaned.len() + char.len_utf8() > MAX_BYTES {
            break;
        }
        cleaned.push(char);
    }
    cleaned
}

/// <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
const fn is_direction_mark(char: char) -> bool {
    matches!(
        char,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_and_direction_marks_go_and_everything_else_stays() {
        assert_eq!(clean("hello/a\0b"), "hello/ab");
        assert_eq!(clean("two\nlines\u{7f}\u{9b}"), "two lines");
        assert_eq!(clean("user\u{202e}gpj.exe\u{2069}"), "usergpj.exe");
        let family = "C# 100% a b 👩‍👩‍👧 שלום \u{fffd}";
        assert_eq!(clean(family), family);
    }

    #[test]
    fn a_text_ends_after_a_thousand_characters_and_fits_into_an_index() {
        assert_eq!(clean(&"x".repeat(5_000)).chars().count(), 1_000);
        let wide = clean(&"👍".repeat(1_000));
        assert!(
            wide.len() <= MAX_BYTES && wide.chars().count() == 650,
            "{}",
            wide.len()
        );
    }

    proptest! {
        #[test]
        fn cleaning_again_changes_nothing(text in ".{0,1200}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
