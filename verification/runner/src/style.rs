//! How text for people is set: cut to the width of the terminal, in colour where that is wanted, numbers with commas.

use crate::output;
use std::ffi::OsStr;
use std::time::Duration;

/// A colour of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// It passes.
    Green,
    /// It was cut short.
    Yellow,
    /// It failed.
    Red,
    /// It is there for whoever looks for it.
    Dim,
    /// As it is.
    None,
}

/// How text is set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Lines are cut to this width; not at all in a pipe.
    pub width: Option<usize>,
    /// Whether there are colours.
    pub colour: bool,
}

/// How wide a table may be in a pipe, where lines are not cut.
const WIDE: usize = 120;

impl Style {
    /// The style of standard output, as it is now.
    pub fn of_output() -> Style {
        let terminal = output::is_terminal();
        let size = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        // A terminal that does not know its width says 0.
        let width = || size().filter(|width| *width > 0).unwrap_or(80);
        let variable = |name| std::env::var_os(name);
        let colour = wants_colour(terminal, variable("NO_COLOR").as_deref(), variable("TERM").as_deref());
        Style { width: terminal.then(width), colour }
    }

    /// How wide a table may be.
    pub(crate) fn table_width(&self) -> usize {
        self.width.unwrap_or(WIDE)
    }

    /// A line that begins with a word in colour.
    pub fn line(&self, colour: Colour, head: &str, rest: &str) -> String {
        let whole = format!("{head}{rest}");
        let text = self.cut(whole.trim_end());
        let code = match colour {
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Red => "31;1",
            Colour::Dim => "2",
            Colour::None => return text,
        };
        if !self.colour {
            return text;
        }
        let at = text.char_indices().nth(head.chars().count()).map_or(text.len(), |(at, _)| at);
        format!("\x1b[{code}m{}\x1b[0m{}", &text[..at], &text[at..])
    }

    /// A line of words that are not cut: what is too long goes on in the next line, under the place where the text begins.
    pub(crate) fn words(&self, colour: Colour, head: &str, text: &str) -> Vec<String> {
        let indent = head.chars().count();
        let Some(width) = self.width else { return vec![self.line(colour, head, text)] };
        let lines = wrapped(text, width.saturating_sub(indent).max(20));
        let head_of = |number| if number == 0 { head.to_owned() } else { " ".repeat(indent) };
        lines.iter().enumerate().map(|(number, line)| self.line(colour, &head_of(number), line)).collect()
    }

    /// The text, cut to the width.
    pub fn cut(&self, text: &str) -> String {
        match self.width {
            Some(width) if text.chars().count() > width => {
                let kept: String = text.chars().take(width.saturating_sub(1)).collect();
                format!("{kept}…")
            }
            _ => text.to_owned(),
        }
    }
}

/// Whether there are colours: on a terminal that has them, unless `NO_COLOR` is set to something.
fn wants_colour(terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    terminal && no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
}

/// A text in lines of at most so many characters. A longer word has a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split('\n') {
        let mut line = String::new();
        for word in paragraph.trim_end().split(' ') {
            if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// `1,234,567`
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// At most five characters: `9999`, `123k`, `1.2M`.
pub fn short(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..1_000_000 => format!("{}k", number / 1000),
        1_000_000..100_000_000 => format!("{:.1}M", number as f64 / 1e6),
        _ => format!("{}M", number / 1_000_000),
    }
}

/// `12 s`, `1 min 20 s`, `2 h 5 min`
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1 check`, `2 checks`
pub fn count(number: usize, what: &str) -> String {
    format!("{} {what}{}", thousands(number as u64), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_and_no_color_is_obeyed() {
        let some = |text: &'static str| Some(OsStr::new(text));
        assert!(wants_colour(true, None, some("xterm")));
        assert!(wants_colour(true, some(""), None), "an empty NO_COLOR is none");
        assert!(!wants_colour(true, some("1"), some("xterm")));
        assert!(!wants_colour(true, None, some("dumb")));
        assert!(!wants_colour(false, None, some("xterm")));
        let (plain, coloured) = (Style::default(), Style { width: None, colour: true });
        assert_eq!(plain.line(Colour::Red, "FAIL", " 1"), "FAIL 1");
        assert_eq!(coloured.line(Colour::Red, "FAIL", " 1"), "\x1b[31;1mFAIL\x1b[0m 1");
    }

    #[test]
    fn a_line_is_cut_to_the_width_before_it_is_coloured() {
        let style = Style { width: Some(6), colour: true };
        assert_eq!(style.line(Colour::Green, "PASS", " or not"), "\x1b[32mPASS\x1b[0m …");
        assert_eq!(style.line(Colour::Green, "NOT COMPLETE", ""), "\x1b[32mNOT C…\x1b[0m");
        assert_eq!(style.cut("✓ abcd"), "✓ abcd");
    }

    #[test]
    fn numbers_are_short_or_have_commas() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [9_999, 10_000, 999_999, 1_000_000, 123_456_789].map(short),
            ["9999", "10k", "999k", "1.0M", "123M"]
        );
        assert_eq!(time(Duration::from_secs(59)), "59 s");
        assert_eq!(time(Duration::from_secs(80)), "1 min 20 s");
        assert_eq!(time(Duration::from_secs(7500)), "2 h 5 min");
        assert_eq!((count(1, "check"), count(1200, "check")), ("1 check".into(), "1,200 checks".into()));
    }
}
