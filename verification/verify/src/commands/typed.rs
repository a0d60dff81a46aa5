//! What a player types.

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// The thread of this number in the list steps, so many times.
    Steps(usize, usize),
    /// The thread that stepped last goes on until something changes.
    On,
    /// This thread steps until its call has returned.
    Call(usize),
    /// So many choices are taken back.
    Undo(usize),
    /// The outcomes are printed.
    Outcomes,
    /// The outcome of this number is the goal.
    Goal(usize),
    /// What can be typed is printed.
    Help,
    /// The game is over.
    Quit,
}

/// What can be typed, for people.
pub(crate) const HELP: [(&str, &str); 9] = [
    ("1", "let the thread with that number in the list step"),
    ("1 5", "let it step five times"),
    ("s", "let the thread that stepped last go on until the state changes"),
    ("t 0", "let thread 0 go on until its call has returned"),
    ("u, u 3", "take back the last choice, or the last three"),
    ("o", "print the outcomes, and which of them can still be reached"),
    ("g 2", "make outcome 2 the goal"),
    ("q", "quit"),
    ("?", "print this"),
];

/// Reads a line.
///
/// # Errors
/// What was typed, and what can be.
pub(crate) fn typed(line: &str, choices: usize) -> Result<Typed, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |word: &str| {
        let read: Result<usize, _> = word.parse();
        read.map_err(|_| format!("`{word}` in `{}` is not a number", line.trim()))
    };
    match words.as_slice() {
        ["q" | "quit"] => Ok(Typed::Quit),
        ["?" | "h" | "help"] => Ok(Typed::Help),
        ["o"] => Ok(Typed::Outcomes),
        ["s"] => Ok(Typed::On),
        ["u"] => Ok(Typed::Undo(1)),
        ["u", times] => Ok(Typed::Undo(number(times)?)),
        ["g", goal] => Ok(Typed::Goal(number(goal)?)),
        ["t", thread] => Ok(Typed::Call(number(thread)?)),
        [one] | [one, _] if one.parse::<usize>().is_ok() => {
            let of_list = number(one)?;
            if of_list == 0 || of_list > choices {
                let list = match choices {
                    0 => "no thread can step".to_owned(),
                    _ => format!("the list has the numbers 1 to {choices}"),
                };
                return Err(format!("{of_list} is not in the list: {list}"));
            }
            Ok(Typed::Steps(of_list, words.get(1).map_or(Ok(1), |times| number(times))?))
        }
        _ => Err(format!(
            "`{}` cannot be typed here: type a number of the list, s, t, u, o, g, q, or ? for what they do",
            line.trim()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_typed_is_read_and_anything_else_is_named_with_what_can_be() {
        let read = ["1", " 2 5 ", "s", "t 0", "u", "u 3", "o", "g 2", "?", "q"].map(|line| typed(line, 2));
        let wanted = [
            Typed::Steps(1, 1),
            Typed::Steps(2, 5),
            Typed::On,
            Typed::Call(0),
            Typed::Undo(1),
            Typed::Undo(3),
            Typed::Outcomes,
            Typed::Goal(2),
            Typed::Help,
            Typed::Quit,
        ];
        assert_eq!(read, wanted.map(Ok));
        for (line, said) in [
            ("3", "3 is not in the list: the list has the numbers 1 to 2"),
            ("0", "0 is not in the list"),
            ("g two", "`two` in `g two` is not a number"),
            ("1 x", "`x` in `1 x` is not a number"),
            ("jump", "`jump` cannot be typed here: type a number of the list"),
            ("", "`` cannot be typed here"),
        ] {
            let error = typed(line, 2).expect_err(line);
            assert!(error.contains(said), "{line}: {error}");
        }
    }
}
