//! Histories as a person draws and orders them: calls that overlap in time, each with what it returned.

use crate::written::{Line, mistake_in};
use linear::{Answer, ParseError, Program, State, Subject, state_after_setup};

/// A call of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// `A`
    pub(crate) label: String,
    pub(crate) thread: usize,
    /// Which of the calls of its thread.
    number: usize,
    /// When it began, and when it had returned: columns of the drawing.
    from: usize,
    to: usize,
    /// As text.
    call: String,
    /// What it returned, as text.
    returned: String,
}

/// A history.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    program: Program,
    pub(crate) calls: Vec<Made>,
}

/// The form of a line.
const FORM: &str = "a call is a name, its thread, when it begins and returns, the call, and what it returns: A 0 0-20 load a -> 1";

fn made(text: &str, line: Line<'_>) -> Result<Made, ParseError> {
    let wrong = |message: &str| mistake_in(text, line, message, FORM);
    let (before, returned) = line.text.split_once("->").ok_or_else(|| wrong("this has no `->`"))?;
    let mut words = before.split_whitespace();
    let label = words.next().unwrap_or_default().to_owned();
    let thread =
        words.next().and_then(|word| word.parse().ok()).ok_or_else(|| wrong("this has no thread"))?;
    let times = words.next().and_then(|word| word.split_once('-'));
    let times = times.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let (from, to) =
        times.filter(|(from, to)| from < to).ok_or_else(|| wrong("this has no times, such as 0-20"))?;
    let call = words.collect::<Vec<_>>().join(" ");
    let is_label = label.len() == 1 && label.starts_with(char::is_uppercase);
    if !is_label || call.is_empty() || thread > 4 || to > 200 {
        return Err(wrong("this is not a call of a history"));
    }
    let returned = returned.trim().to_owned();
    Ok(Made { label, thread, number: 0, from, to, call, returned })
}

impl Drawn {
    /// Reads the calls of a history, one on each line.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(crate) fn read(
        subject: &'static Subject,
        setup: &str,
        text: &str,
        lines: &[Line<'_>],
    ) -> Result<Drawn, ParseError> {
        let mut calls = Vec::new();
        for line in lines {
            let made = made(text, *line)?;
            if calls.iter().any(|other: &Made| other.label == made.label) {
                return Err(mistake_in(
                    text,
                    *line,
                    "another call has this name",
                    "give each call a letter of its own",
                ));
            }
            let meets =
                |other: &&Made| other.thread == made.thread && made.from <= other.to && other.from <= made.to;
            if let Some(other) = calls.iter().find(meets) {
                let message = format!("thread {} is still in call {}", made.thread, other.label);
                return Err(mistake_in(text, *line, &message, "a thread makes one call after the other"));
            }
            calls.push(made);
        }
        let threads = calls.iter().map(|made| made.thread + 1).max().unwrap_or(0);
        let mut parts = vec![setup.to_owned()];
        for thread in 0..threads {
            let mut own: Vec<usize> = (0..calls.len()).filter(|at| calls[*at].thread == thread).collect();
            own.sort_by_key(|at| calls[*at].from);
            own.iter().enumerate().for_each(|(number, at)| calls[*at].number = number);
            parts.push(own.iter().map(|at| calls[*at].call.clone()).collect::<Vec<_>>().join("; "));
        }
        let program = Program::parse(subject, &parts.join(" || "));
        let program = program.map_err(|error| {
            let first = lines.first().copied().unwrap_or(Line { at: 0, text: "" });
            let named = lines.iter().find(|line| {
                let wrong = &error.text[error.at..(error.at + error.length).min(error.text.len())];
                !wrong.trim().is_empty() && line.text.contains(wrong.trim())
            });
            mistake_in(text, named.copied().unwrap_or(first), &error.message, &error.help)
        })?;
        Ok(Drawn { program, calls })
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The place of a call by its name.
    pub(crate) fn named(&self, label: &str) -> Option<usize> {
        self.calls.iter().position(|made| made.label == label)
    }

    /// `A, load a of thread 0,`
    pub(crate) fn told(&self, at: usize) -> String {
        let made = &self.calls[at];
        format!("{} (`{}` of thread {})", made.label, made.call, made.thread)
    }

    /// Whether a call must come before another: it is of the same thread, or had returned before the other began.
    fn comes_before(&self, first: usize, second: usize, real_time: bool) -> bool {
        let (one, other) = (&self.calls[first], &self.calls[second]);
        one.to < other.from && (real_time || one.thread == other.thread)
    }

    /// A call that comes too late in this order: one that comes before it in time, and after it in the order.
    pub(crate) fn out_of_time(&self, order: &[usize]) -> Option<(usize, usize)> {
        let pairs = order
            .iter()
            .enumerate()
            .flat_map(|(at, second)| order[..at].iter().map(move |first| (*first, *second)));
        // `first` stands before `second` in the order.
        pairs.into_iter().find(|(first, second)| self.comes_before(*second, *first, true))
    }

    fn apply(&self, at: usize, state: &mut State) -> Answer {
        let made = &self.calls[at];
        let call = self.program.call(made.thread, made.number);
        let thread = i64::try_from(made.thread).unwrap_or(0);
        self.program.subject.specification.apply(call, thread, state)
    }

    /// The first call of an order that would return something else: which, and what.
    pub(crate) fn first_wrong(&self, order: &[usize]) -> Option<(usize, Answer)> {
        let mut state = state_after_setup(&self.program);
        order.iter().find_map(|at| {
            let answer = self.apply(*at, &mut state);
            (answer.to_string() != self.calls[*at].returned).then_some((*at, answer))
        })
    }

    /// An order in which these calls return what they did; all of them, if none is named.
    pub(crate) fn order(&self, real_time: bool, of: Option<&[usize]>) -> Option<Vec<usize>> {
        let mut order = Vec::new();
        self.search(&state_after_setup(&self.program), &mut order, real_time, of).then_some(order)
    }

    fn search(&self, state: &State, order: &mut Vec<usize>, real_time: bool, of: Option<&[usize]>) -> bool {
        if order.len() == self.calls.len() {
            return true;
        }
        for at in 0..self.calls.len() {
            let waits = |first: usize| !order.contains(&first) && self.comes_before(first, at, real_time);
            if order.contains(&at) || (0..self.calls.len()).any(waits) {
                continue;
            }
            let mut after = state.clone();
            let answer = self.apply(at, &mut after);
            let counts = of.is_none_or(|of| of.contains(&at));
            if counts && answer.to_string() != self.calls[at].returned {
                continue;
            }
            order.push(at);
            if self.search(&after, order, real_time, of) {
                return true;
            }
            order.pop();
        }
        false
    }

    /// `A B C`
    pub(crate) fn names(&self, order: &[usize]) -> String {
        order.iter().map(|at| self.calls[*at].label.clone()).collect::<Vec<_>>().join(" ")
    }

    /// A row for each thread, time going to the right.
    pub(crate) fn drawing(&self) -> String {
        let threads = self.program.threads.len();
        let row = |thread: usize| {
            let mut row: Vec<char> = format!("thread {thread}  ").chars().collect();
            let start = row.len();
            let mut own: Vec<&Made> = self.calls.iter().filter(|made| made.thread == thread).collect();
            own.sort_by_key(|made| made.from);
            for made in own {
                row.resize(start + made.from, ' ');
                let result =
                    if made.returned == "()" { String::new() } else { format!(" = {}", made.returned) };
                let said = format!("|{} {}{result} ", made.label, made.call);
                row.extend(said.chars());
                row.resize((start + made.to).max(row.len()), '-');
                row.push('|');
            }
            row.into_iter().collect::<String>()
        };
        (0..threads).map(row).collect::<Vec<_>>().join("\n")
    }

    /// A call whose text does not fit between its times.
    pub(crate) fn too_narrow(&self) -> Option<&Made> {
        self.calls.iter().find(|made| {
            let result = if made.returned == "()" { 0 } else { made.returned.len() + 3 };
            made.label.len() + made.call.len() + result + 3 > made.to - made.from
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structures;
    use crate::written::lines;

    fn drawn(text: &str) -> Result<Drawn, ParseError> {
        structures::install();
        let subject = explore::subjects::by_name("lab-register").expect("it is installed");
        Drawn::read(subject, "", text, &lines(text).collect::<Vec<_>>())
    }

    /// A read that comes after a write in time, and does not see it.
    const STALE: &str = "A 0 0-12 write 1 -> ()\nB 1 14-26 read -> 0";

    #[test]
    fn time_counts_for_one_judge_and_not_for_the_other() {
        let stale = drawn(STALE).expect("a history");
        assert_eq!(stale.order(true, None), None);
        assert_eq!(stale.order(false, None), Some(vec![1, 0]));
        assert_eq!(stale.out_of_time(&[1, 0]), Some((1, 0)));
        assert_eq!(
            stale.first_wrong(&[0, 1]).map(|(at, answer)| (at, answer.to_string())),
            Some((1, "1".to_owned()))
        );
        assert!(stale.order(true, Some(&[0])).is_some(), "the write alone is right");
        let drawing = ["thread 0  |A write 1 -|", "thread 1                |B read = 0 |"];
        assert_eq!(stale.drawing(), drawing.join("\n"));
    }

    #[test]
    fn a_line_that_is_no_call_is_pointed_at() {
        for (text, what) in [
            ("A 0 0-12 write 1", "no `->`"),
            ("A x 0-12 write 1 -> ()", "no thread"),
            ("A 0 12-3 write 1 -> ()", "no times"),
            ("A 0 0-9 wrote 1 -> ()", "`wrote` is not an operation"),
            ("A 0 0-9 read -> 0\nB 0 5-20 read -> 0", "still in call A"),
            ("A 0 0-9 read -> 0\nA 0 15-20 read -> 0", "another call has this name"),
        ] {
            let told = drawn(text).expect_err("a mistake").to_string();
            assert!(told.contains(what), "{text}: {told}");
        }
    }
}
