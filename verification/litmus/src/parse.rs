//! Reads a litmus test from a line of text. Each error names the words that it is about, and what may stand there.

use crate::program::{Access, Change, Order, Program, Step, Value};
use std::collections::HashMap;
use std::str::FromStr;

/// More threads than the engine beside it can run make no litmus test.
pub(crate) const MOST_THREADS: usize = 4;

/// More accesses are not enumerated in sensible time.
pub(crate) const MOST_STEPS: usize = 20;

impl FromStr for Program {
    type Err = String;

    /// A program from its text.
    ///
    /// # Errors
    /// What is wrong, with the words that it is about.
    fn from_str(text: &str) -> Result<Program, String> {
        program(text)
    }
}

fn program(text: &str) -> Result<Program, String> {
    let mut names = Names::default();
    let mut threads = Vec::new();
    for (number, thread) in text.split("||").enumerate() {
        names.thread = number;
        let steps = thread.split(';').map(str::trim).filter(|step| !step.is_empty());
        threads.push(steps.map(|text| step(text, &mut names)).collect::<Result<Vec<_>, _>>()?);
    }
    if threads.len() > MOST_THREADS {
        return Err(format!("{} threads; a litmus test has at most {MOST_THREADS}", threads.len()));
    }
    let steps: usize = threads.iter().map(Vec::len).sum();
    if steps == 0 {
        return Err(
            "no accesses; a litmus test is threads like `x := 1 rlx; r = y acq`, with `||` between them"
                .into(),
        );
    }
    if steps > MOST_STEPS {
        return Err(format!("{steps} accesses; a litmus test has at most {MOST_STEPS}"));
    }
    if let Some((name, _)) = names.registers.iter().find(|(name, _)| names.locations.contains_key(*name)) {
        return Err(format!(
            "`{name}` is a register in one place and a location in another: give them two names"
        ));
    }
    Ok(Program { locations: names.location_list, registers: names.register_list, threads })
}

/// The names that have been met.
#[derive(Default)]
struct Names {
    thread: usize,
    /// The number of each location, and whether its accesses are atomic.
    locations: HashMap<String, (usize, bool)>,
    location_list: Vec<String>,
    /// The number of each register, and its thread.
    registers: HashMap<String, (usize, usize)>,
    register_list: Vec<String>,
}

impl Names {
    fn location(&mut self, name: &str, order: Order, step: &str) -> Result<usize, String> {
        let is_atomic = order != Order::NotAtomic;
        check_name(name, "location", step)?;
        if let Some((number, was)) = self.locations.get(name) {
            return match *was == is_atomic {
                true => Ok(*number),
                false => Err(format!(
                    "`{step}`: `{name}` is atomic in one place and `na` in another: a location is one or the other"
                )),
            };
        }
        let number = self.location_list.len();
        self.location_list.push(name.to_owned());
        self.locations.insert(name.to_owned(), (number, is_atomic));
        Ok(number)
    }

    fn new_register(&mut self, name: &str, step: &str) -> Result<usize, String> {
        check_name(name, "register", step)?;
        let number = self.register_list.len();
        if self.registers.insert(name.to_owned(), (number, self.thread)).is_some() {
            return Err(format!("`{step}`: `{name}` is set twice: each register is set in one place"));
        }
        self.register_list.push(name.to_owned());
        Ok(number)
    }

    fn register(&self, name: &str, step: &str) -> Result<usize, String> {
        match self.registers.get(name) {
            Some((number, thread)) if *thread == self.thread => Ok(*number),
            Some(_) => Err(format!("`{step}`: `{name}` is a register of another thread")),
            None => Err(format!("`{step}`: `{name}` is not a register that this thread has set before")),
        }
    }

    fn value(&self, word: &str, step: &str) -> Result<Value, String> {
        match word.parse::<u32>() {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                Err(format!("`{step}`: `{word}` is not a number from 0 to {}", u32::MAX))
            }
            Err(_) => self.register(word, step).map(Value::Register),
        }
    }
}

fn check_name(name: &str, what: &str, step: &str) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_word = ["swap", "add", "cas", "fence", "if"].contains(&name)
        || Order::WORDS.iter().any(|(word, _)| *word == name);
    match is_name && !is_word {
        true => Ok(()),
        false => {
            Err(format!("`{step}`: `{name}` is not a name for a {what}: a letter, then letters and digits"))
        }
    }
}

fn order(word: Option<&str>, allowed: &[&str], what: &str, step: &str) -> Result<Order, String> {
    let known = word.and_then(|word| Order::WORDS.iter().find(|(known, _)| *known == word));
    match (word, known) {
        (_, Some((word, order))) if allowed.contains(word) => Ok(*order),
        (Some(word), _) => {
            Err(format!("`{step}`: `{word}` is not an ordering of {what}: {}", allowed.join(", ")))
        }
        (None, _) => Err(format!("`{step}`: the ordering of {what} is left out: {}", allowed.join(", "))),
    }
}

const LOADS: [&str; 4] = ["na", "rlx", "acq", "sc"];
const STORES: [&str; 4] = ["na", "rlx", "rel", "sc"];
const MODIFIES: [&str; 5] = ["rlx", "acq", "rel", "acqrel", "sc"];
const FENCES: [&str; 4] = ["acq", "rel", "acqrel", "sc"];
const FAILURES: [&str; 3] = ["rlx", "acq", "sc"];

/// The forms, for an error.
const FORMS: &str = "an access is `x := 1 rel`, `r = x acq`, `r = swap x 1 rlx`, `r = add x 1 rlx`, `r = cas x 0 1 acqrel rlx` or `fence sc`";

fn step(text: &str, names: &mut Names) -> Result<Step, String> {
    let Some(rest) = text.strip_prefix("if ") else {
        return Ok(Step { when: None, access: access(text, names)? });
    };
    let form = || format!("`{text}`: a condition is written `if r == 1: ACCESS`");
    let (condition, rest) = rest.split_once(':').ok_or_else(form)?;
    let (register, value) = condition.split_once("==").ok_or_else(form)?;
    let register = names.register(register.trim(), text)?;
    let value = value.trim().parse::<u32>().map_err(|_| form())?;
    Ok(Step { when: Some((register, value)), access: access(rest.trim(), names)? })
}

fn access(text: &str, names: &mut Names) -> Result<Access, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let access = match words.as_slice() {
        ["fence", rest @ ..] => {
            let access = Access::Fence(order(rest.first().copied(), &FENCES, "a fence", text)?);
            return no_more(rest, 1, text).map(|()| access);
        }
        [location, ":=", value, rest @ ..] => {
            let order = order(rest.first().copied(), &STORES, "a store", text)?;
            let value = names.value(value, text)?;
            no_more(rest, 1, text)?;
            Access::Store(names.location(location, order, text)?, value, order)
        }
        [register, "=", how @ ("swap" | "add"), location, value, rest @ ..] => {
            let order = order(rest.first().copied(), &MODIFIES, "a read-modify-write", text)?;
            let value = names.value(value, text)?;
            no_more(rest, 1, text)?;
            let location = names.location(location, order, text)?;
            let change = if *how == "swap" { Change::Swap(value) } else { Change::Add(value) };
            Access::Modify(names.new_register(register, text)?, location, change, order)
        }
        [register, "=", "cas", location, old, new, rest @ ..] => {
            let success = order(rest.first().copied(), &MODIFIES, "a compare-exchange", text)?;
            let failed = match rest.get(1) {
                Some(word) => order(Some(word), &FAILURES, "a compare-exchange that fails", text)?,
                None => Order::Relaxed,
            };
            no_more(rest, 2, text)?;
            let (old, new) = (names.value(old, text)?, names.value(new, text)?);
            let location = names.location(location, success, text)?;
            let change = Change::CompareExchange(old, new, failed);
            Access::Modify(names.new_register(register, text)?, location, change, success)
        }
        [register, "=", location, rest @ ..] => {
            let order = order(rest.first().copied(), &LOADS, "a load", text)?;
            no_more(rest, 1, text)?;
            let location = names.location(location, order, text)?;
            Access::Load(names.new_register(register, text)?, location, order)
        }
        _ => return Err(format!("`{text}` is not an access: {FORMS}")),
    };
    Ok(access)
}

fn no_more(rest: &[&str], most: usize, step: &str) -> Result<(), String> {
    match rest.get(most) {
        Some(word) => {
            Err(format!("`{step}`: `{word}` is too much: separate accesses by `;`, threads by `||`"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_printed_as_it_was_read() {
        for text in [
            "x := 1 rlx; r = y acq || y := 1 rel; s = x rlx",
            "r = cas x 0 1 acqrel rlx; if r == 0: d := 1 na || s = add x 2 sc; t = swap x s rel; fence sc",
        ] {
            assert_eq!(program(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn errors_name_the_words_and_what_may_stand_there() {
        let cases = [
            ("", "no accesses"),
            ("x := 1", "`x := 1`: the ordering of a store is left out: na, rlx, rel, sc"),
            ("x := 1 acq", "`acq` is not an ordering of a store: na, rlx, rel, sc"),
            ("r = x rel", "`rel` is not an ordering of a load"),
            ("r = swap x 1 na", "`na` is not an ordering of a read-modify-write"),
            ("fence rlx", "`rlx` is not an ordering of a fence: acq, rel, acqrel, sc"),
            ("fence", "the ordering of a fence is left out"),
            ("x = 1 rlx", "`1` is not a name for a location"),
            ("r = x rlx; r = x rlx", "`r` is set twice"),
            ("r = x rlx || x := r rlx", "`r` is a register of another thread"),
            ("x := r rlx", "`r` is not a register that this thread has set before"),
            ("x := 1 na || r = x rlx", "`x` is atomic in one place and `na` in another"),
            ("x := 1 rlx y := 1 rlx", "`y` is too much: separate accesses by `;`"),
            ("r = x rlx; if r = 1: y := 1 rlx", "a condition is written `if r == 1: ACCESS`"),
            ("x := 4294967296 rlx", "is not a number from 0 to 4294967295"),
            ("r = x rlx || r2 = r rlx", "`r` is a register in one place and a location in another"),
            ("store x 1", "is not an access: an access is `x := 1 rel`"),
            ("x := 1 rlx || x := 1 rlx || x := 1 rlx || x := 1 rlx || x := 1 rlx", "5 threads"),
            ("swap := 1 rlx", "`swap` is not a name for a location"),
        ];
        for (text, part) in cases {
            let error = program(text).expect_err(text);
            assert!(error.contains(part), "`{text}`: {error}");
        }
    }
}
