//! The executions beside one that is drawn, as its page has them: each has the same steps before, and its own from a step on.

use super::choices::{MOST_EXECUTIONS, Other, steps_of};
use super::data::{Data, Kind, Told};
use super::excerpt::Excerpts;
use super::execution::Execution;
use crate::what_if::Ran;
use linear::{Program, Snapshot};
use serde::Serialize;
use std::collections::HashMap;

/// The executions of a page have no more bytes than this.
const MOST_BYTES: usize = 2_000_000;

/// What of an execution is the same as in another is told once: strings, and looks.
#[derive(Default, Serialize)]
struct Words<'s> {
    strings: Vec<String>,
    looks: Vec<&'s Snapshot>,
    #[serde(skip)]
    known_strings: HashMap<String, usize>,
    #[serde(skip)]
    known_looks: HashMap<String, usize>,
    /// How many bytes that is, about.
    #[serde(skip)]
    bytes: usize,
}

/// A step, as a list of what [`Told`] has; texts and looks by number.
type Step = (usize, bool, Option<usize>, Option<Kind>, Vec<usize>, [usize; 5], Option<usize>, Vec<usize>);

impl<'s> Words<'s> {
    fn string(&mut self, text: &str) -> usize {
        if let Some(known) = self.known_strings.get(text) {
            return *known;
        }
        self.strings.push(text.to_owned());
        self.bytes += text.len();
        self.known_strings.insert(text.to_owned(), self.strings.len() - 1);
        self.strings.len() - 1
    }

    fn look(&mut self, look: &'s Snapshot) -> usize {
        let (looks, bytes) = (&mut self.looks, &mut self.bytes);
        let key = serde_json::to_string(look).unwrap_or_default();
        let size = key.len();
        *self.known_looks.entry(key).or_insert_with(|| {
            looks.push(look);
            *bytes += size;
            looks.len() - 1
        })
    }

    fn step(&mut self, told: &Told<'s>) -> Step {
        let texts =
            [told.text.as_str(), &told.knows, told.line, &told.names, told.row].map(|text| self.string(text));
        let look = told.after.map(|look| self.look(look));
        let changed = told.changed.iter().map(|line| self.string(line)).collect();
        (told.thread, told.little, told.from, told.kind, told.known.clone(), texts, look, changed)
    }
}

/// Another execution, or where one would be.
#[derive(Serialize)]
struct Way {
    /// In the place of this step.
    step: usize,
    /// This thread has stepped.
    thread: usize,
    /// What comes of it: nothing is wrong, or what is; nothing, if it is not on this page.
    right: Option<bool>,
    verdict: String,
    /// The command that goes on from there.
    command: Option<String>,
    /// So many steps are those of the execution that is drawn. Then these.
    same: usize,
    steps: Vec<Step>,
}

/// All of them, for the script.
#[derive(Default, Serialize)]
pub(super) struct Beside<'s> {
    #[serde(flatten)]
    words: Words<'s>,
    ways: Vec<Way>,
    /// So many of them are not on this page.
    #[serde(skip)]
    pub(super) left_out: usize,
    /// Why: there are too many executions, or too many bytes.
    #[serde(skip)]
    pub(super) is_too_large: bool,
}

/// How many steps of two executions are the same, from the first on.
fn same(one: &[Told<'_>], other: &[Told<'_>]) -> usize {
    let is_same = |(one, other): &(&Told<'_>, &Told<'_>)| {
        let key = |told: &Told<'_>| (told.thread, told.text.clone(), told.line.to_owned(), told.from);
        key(one) == key(other) && one.after == other.after && one.known == other.known
    };
    one.iter().zip(other).take_while(is_same).count()
}

/// What comes of an execution, in a sentence.
fn verdict(ran: &Ran, program: &Program) -> String {
    match ran {
        Ran::Right(ended) if program.is_judged() => {
            format!("It goes right: {}, which the specification allows.", ended.outcome)
        }
        Ran::Right(ended) => format!("Nothing is wrong with it: {}.", ended.outcome),
        Ran::Wrong(failure) => {
            let why = failure.sentence.as_ref().unwrap_or(&failure.message);
            format!("It fails, {}: {why}", failure.kind)
        }
    }
}

impl<'s> Beside<'s> {
    /// Of these, beside an execution with these steps. `command`: what plays the program; the picks of a choice are added.
    pub(super) fn new(
        others: &'s [Other],
        drawn: &Data<'_>,
        program: &Program,
        source: (&'s Excerpts, &'s str),
        command: Option<&str>,
    ) -> Beside<'s> {
        let mut beside = Beside::default();
        let mut bytes = 0;
        for Other { step, thread, picks, ran } in others {
            let picks: Vec<String> = picks.iter().map(ToString::to_string).collect();
            let command =
                command.map(|command| format!("{command} --schedule {} --html play.html", picks.join(",")));
            let mut way = Way {
                step: *step,
                thread: *thread,
                right: None,
                verdict: String::new(),
                command,
                same: 0,
                steps: Vec::new(),
            };
            if let Some(ran) = ran.as_ref().filter(|_| bytes + beside.words.bytes < MOST_BYTES) {
                let (steps, stopped) = steps_of(ran);
                let execution = Execution::new(steps, Some(program), stopped);
                let data = Data::new(steps, &execution, Some(program), source);
                way.same = same(&drawn.steps, &data.steps).min(step - 1);
                way.steps = data.steps[way.same..].iter().map(|told| beside.words.step(told)).collect();
                way.verdict = verdict(ran, program);
                way.right = Some(matches!(ran, Ran::Right(_)));
                bytes += serde_json::to_string(&way).map_or(0, |text| text.len());
            }
            beside.is_too_large |= bytes + beside.words.bytes >= MOST_BYTES;
            beside.left_out += usize::from(way.right.is_none());
            beside.ways.push(way);
        }
        beside
    }

    /// Why some of them are not on the page.
    pub(super) fn why_cut(&self) -> String {
        let others = if self.ways.len() > MOST_EXECUTIONS {
            format!("at most {MOST_EXECUTIONS} are run")
        } else {
            "their time was over, or they did not come to an end".to_owned()
        };
        match self.is_too_large {
            true => format!("a page has at most {} MB of them", MOST_BYTES / 1_000_000),
            false => others,
        }
    }

    /// How many of them go right, and how many fail.
    pub(super) fn counts(&self) -> (usize, usize) {
        let of = |right| self.ways.iter().filter(|way| way.right == Some(right)).count();
        (of(true), of(false))
    }

    /// At how many steps there is one.
    pub(super) fn steps(&self) -> usize {
        let mut steps: Vec<usize> = self.ways.iter().map(|way| way.step).collect();
        steps.dedup();
        steps.len()
    }
}
