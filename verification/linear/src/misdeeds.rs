//! Reading the misdeeds at the end of a program.

use crate::callback::{Effect, Misdeed};
use crate::subject::Subject;
use crate::text::{ParseError, words};

/// Reads the misdeeds at the end of the text of a program: `rest` begins at byte `start` of it, with a `!`.
///
/// # Errors
/// What is wrong, and where.
pub(crate) fn parse(
    subject: &Subject,
    text: &str,
    start: usize,
    rest: &str,
) -> Result<Vec<Misdeed>, Box<ParseError>> {
    let mut misdeeds = Vec::new();
    let mut at = start + 1;
    for clause in rest.split('!').skip(1) {
        misdeeds.push(parse_one(subject, text, at, clause)?);
        at += clause.len() + 1;
    }
    Ok(misdeeds)
}

fn parse_one(subject: &Subject, text: &str, start: usize, clause: &str) -> Result<Misdeed, Box<ParseError>> {
    let usage = "write a callback, the number of its call, and an effect: `!eq.3 lies`";
    let error = |at: usize, length: usize, message: String, help: String| {
        Box::new(ParseError { text: text.to_owned(), at, length: length.max(1), message, help })
    };
    let mut rest = words(clause, start);
    let Some((at, word)) = rest.next() else {
        return Err(error(start - 1, 1, "a callback is missing after the `!`".into(), usage.into()));
    };
    let (name, number) = word.split_once('.').unwrap_or((word, ""));
    let known = subject.callbacks;
    let Some(callback) = known.iter().copied().find(|callback| callback.name() == name) else {
        let names: Vec<&str> = known.iter().map(|callback| callback.name()).collect();
        let help = match names.is_empty() {
            true => format!("{} calls no code of its users", subject.name),
            false => format!("the callbacks of {} are {}", subject.name, names.join(", ")),
        };
        return Err(error(at, name.len(), format!("`{name}` is not a callback of {}", subject.name), help));
    };
    let calls = number.split_once('-').unwrap_or((number, number));
    let calls = (calls.0.parse::<u32>().unwrap_or(0), calls.1.parse::<u32>().unwrap_or(0));
    if calls.0 == 0 || calls.1 > 999 || calls.1 < calls.0 {
        let message = format!("`{word}` does not say at which call it happens: add a number from 1 to 999");
        return Err(error(at, word.len(), message, usage.into()));
    }
    let effects: Vec<&str> = callback.effects().iter().map(|effect| effect.name()).collect();
    let help = format!("the effects of `{name}` are {}", effects.join(", "));
    let Some((at, word)) = rest.next() else {
        return Err(error(start + clause.trim_end().len(), 1, "an effect is missing".into(), help));
    };
    let Some(effect) = callback.effects().iter().copied().find(|effect| effect.name() == word) else {
        return Err(error(at, word.len(), format!("`{word}` is not an effect of `{name}`"), help));
    };
    if let Some((at, word)) = rest.next() {
        return Err(error(
            at,
            word.len(),
            format!("nothing may follow the effect, and `{word}` does"),
            usage.into(),
        ));
    }
    if calls.0 != calls.1 && effect != Effect::Lies {
        let message = "only `lies` can last for several calls".to_owned();
        return Err(error(start, clause.trim_end().len(), message, usage.into()));
    }
    Ok(Misdeed { callback, number: calls.0, last: calls.1, effect })
}
