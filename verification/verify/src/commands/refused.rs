//! What clap refuses, said in the words of this command.

use super::cli::Cli;
use super::usage::Usage;
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::error::Error as _;

/// What is wrong, and what to type.
pub(crate) fn refused(error: &Error, words: &[String]) -> Usage {
    let help = help(words);
    let of = |kind| error.get(kind).map(text).unwrap_or_default();
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let near = |kind| match of(kind) {
        near if near.is_empty() => format!("`{help}` lists what there is"),
        near => format!("did you mean {near}?"),
    };
    let said = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let near = near(ContextKind::SuggestedSubcommand);
            format!("{} is not a command: {near}", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument if argument.starts_with("`-") => {
            format!("{argument} is not an option of this command: {}", near(ContextKind::SuggestedArg))
        }
        ErrorKind::UnknownArgument => {
            format!(
                "{argument} is one word too many: `{help}` says what it takes; quote a program, 'load a || delete a'"
            )
        }
        ErrorKind::MissingRequiredArgument => format!("{argument} is missing: `{help}` says what it is"),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{argument} lacks its value: `{help}` says which")
        }
        ErrorKind::InvalidValue => {
            format!("{value} is no value of {argument}: it takes {}", of(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(|source| source.to_string()).unwrap_or_default();
            let why = match why.as_str() {
                "invalid digit found in string" => "a whole number is wanted".to_owned(),
                _ => why,
            };
            format!("{value} is no value of {argument}: {why}")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} and {} exclude each other: give one", of(ContextKind::PriorArg))
        }
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    };
    Usage(said)
}

/// The command whose help says more.
fn help(words: &[String]) -> String {
    let command = Cli::command();
    let known = words.iter().find(|word| command.find_subcommand(word).is_some());
    known.map_or("cargo verify --help".to_owned(), |name| format!("cargo verify {name} --help"))
}

/// Words in quotes, the last two with an *or* between them.
fn text(value: &ContextValue) -> String {
    let words = match value {
        ContextValue::String(word) => std::slice::from_ref(word),
        ContextValue::Strings(words) => words,
        _ => return String::new(),
    };
    let quoted: Vec<String> =
        words.iter().filter(|word| !word.is_empty()).map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
