//! Which executions stand beside one that is drawn: at each of its steps the other threads that could have stepped.

use super::execution::Execution;
use crate::playing::command_of;
use crate::pool::Settings;
use crate::what_if::{Ran, follow, others};
use explore::engine::Engine;
use explore::job::Job;
use explore::what_if::{Asked, Choice, order};
use linear::{Program, Step};
use std::collections::BTreeMap;
use std::time::Duration;

/// No more executions than this stand beside one.
pub(super) const MOST_EXECUTIONS: usize = 150;

/// They take no longer than this.
const LONGEST: Duration = Duration::from_secs(10);

/// Another thread that could have stepped.
#[derive(Clone, Debug)]
pub struct Other {
    /// In the place of the step of this number, from 1.
    pub step: usize,
    /// The thread.
    pub thread: usize,
    /// What a player of the program picks to come there, and to let it step.
    pub picks: Vec<usize>,
    /// The execution that goes on from there; none, if it was not run.
    pub ran: Option<Ran>,
}

/// What is known of the executions beside one that is drawn.
#[derive(Clone, Debug, Default)]
pub enum WhatIf {
    /// Nobody has asked.
    #[default]
    NotAsked,
    /// These, in the order of the steps.
    Known(Vec<Other>),
    /// It is not known.
    Not(Instead),
}

/// What a page has in the place of what if.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Why it has none, in a sentence.
    pub why: String,
    /// What the command does, in a sentence without its end.
    pub does: String,
    /// The command.
    pub command: String,
}

impl Instead {
    /// Of a program that can only be played.
    pub(super) fn play(why: String, program: &Program) -> WhatIf {
        let does =
            "This plays the program, with the source as it is and where each load sees the latest value"
                .to_owned();
        WhatIf::Not(Instead { why, does, command: format!("{} --html play.html", command_of(program)) })
    }

    /// If a load of an execution sees a value that was out of date.
    pub(super) fn if_stale(steps: &[Step], program: &Program) -> Option<WhatIf> {
        let stale = steps.iter().position(|step| step.stale)?;
        let number = Execution::new(steps, Some(program), false).number_of(stale).unwrap_or(0);
        let why = format!(
            "Step {number} sees a value that was out of date, and here another thread is chosen only where each load sees the latest value."
        );
        Some(Instead::play(why, program))
    }
}

/// An execution that is known.
pub(super) struct Known<'k> {
    pub(super) job: &'k Job,
    pub(super) program: Program,
    pub(super) steps: &'k [Step],
    /// How it failed, if it did.
    pub(super) message: &'k str,
    /// It stopped in the middle.
    pub(super) stopped: bool,
}

/// The texts of the steps that are drawn, each with its thread.
fn drawn(execution: &Execution<'_>, program: &Program) -> Vec<(usize, String)> {
    let steps = execution.steps.iter().enumerate();
    steps.map(|(at, seen)| (seen.step.thread, execution.cell(at, Some(program), false))).collect()
}

/// The choices by the steps before which they stand, and of those at one step the last ones: before them its thread has done what is not drawn.
/// Each with its number among all.
fn at_steps(choices: &[Choice], execution: &Execution<'_>) -> BTreeMap<usize, Vec<(usize, Choice)>> {
    let mut at_steps: BTreeMap<usize, Vec<(usize, Choice)>> = BTreeMap::new();
    for (number, choice) in choices.iter().enumerate() {
        let before = execution.steps.partition_point(|seen| seen.at < choice.after);
        let Some(step) = execution.steps.get(before) else { continue };
        let at = at_steps.entry(before + 1).or_default();
        at.retain(|(_, other)| other.picks.len() == choice.picks.len());
        if choice.thread != step.step.thread {
            at.push((number, choice.clone()));
        }
    }
    at_steps
}

/// Whether the execution has the thread at this step, or stopped there. One that only waits there for another has not stepped.
fn has_stepped(ran: &Ran, step: usize, thread: usize, program: Option<&Program>) -> bool {
    let (steps, stopped) = steps_of(ran);
    let execution = Execution::new(steps, program, stopped);
    execution.steps.get(step - 1).map_or(stopped, |seen| seen.step.thread == thread)
}

/// The steps of an execution, and whether it stopped in the middle.
pub(super) fn steps_of(ran: &Ran) -> (&[Step], bool) {
    match ran {
        Ran::Right(ended) => (&ended.steps, false),
        Ran::Wrong(failure) => (&failure.steps, failure.outcome.is_none()),
    }
}

impl Known<'_> {
    /// The executions beside it, if it can be followed; `is_it` says whether an execution ends as this one.
    pub(super) fn beside(&self, is_it: impl Fn(&Ran) -> bool, settings: &Settings) -> WhatIf {
        let threads = self.program.threads.len();
        if let Some(stale) = Instead::if_stale(self.steps, &self.program) {
            return stale;
        }
        let watch = self.steps.iter().any(|step| step.shown.is_some());
        let message = self.message.to_owned();
        let asked = Asked { order: order(self.steps, threads), message, watch, executions: Vec::new() };
        let not = |why: &str| Instead::play(format!("It could not be computed: {why}."), &self.program);
        let (choices, ran) = match follow(self.job, asked.clone(), settings) {
            Ok(followed) => followed,
            Err(why) => return not(&why),
        };
        let execution = Execution::new(self.steps, Some(&self.program), self.stopped);
        let (steps, stopped) = steps_of(&ran);
        let again = Execution::new(steps, Some(&self.program), stopped);
        let (steps, steps_again) = (drawn(&execution, &self.program), drawn(&again, &self.program));
        // One engine may see in the middle what another sees at the end.
        let is_same = if self.stopped { steps_again.starts_with(&steps) } else { steps_again == steps };
        if !is_it(&ran) || !is_same {
            return not("run again step by step, it was another execution");
        }
        let mut wanted: Vec<(usize, usize, Choice)> = Vec::new();
        for (step, choices) in at_steps(&choices, &again) {
            wanted.extend(choices.into_iter().map(|(number, choice)| (step, number, choice)));
        }
        // If there are too many, those at the steps that are drawn come first.
        wanted.sort_by_key(|(step, ..)| (!execution.drawn[step - 1], *step));
        let numbers: Vec<usize> = wanted.iter().take(MOST_EXECUTIONS).map(|(_, number, _)| *number).collect();
        let mut ran = others(self.job, &asked, &numbers, settings, LONGEST);
        ran.resize_with(wanted.len(), || None);
        let all = wanted.into_iter().zip(ran);
        let other = |((step, _, choice), ran): ((usize, usize, Choice), Option<Ran>)| Other {
            step,
            thread: choice.thread,
            picks: choice.picks,
            ran,
        };
        let stepped = |other: &Other| {
            other
                .ran
                .as_ref()
                .is_none_or(|ran| has_stepped(ran, other.step, other.thread, Some(&self.program)))
        };
        let mut all: Vec<Other> = all.map(other).filter(stepped).collect();
        all.sort_by_key(|other| (other.step, other.thread));
        WhatIf::Known(all)
    }
}

/// What plays a program from a choice on, if an execution of this engine has the choices of a player: not where the epoch frees at other places.
pub(super) fn command_beside(engine: Engine, program: &Program) -> Option<String> {
    let is_other = engine.is_abstract() || engine == Engine::LoomVisible || program.has_users();
    (!is_other).then(|| command_of(program))
}

#[cfg(test)]
mod tests {
    use super::*;
    use linear::Failure;

    fn step(action: &str) -> Step {
        serde_json::from_value(serde_json::json!({
            "thread": 0, "action": action, "object": "slot #1", "site": null, "seen": "1", "written": null, "stale": false, "line": "",
        }))
        .expect("a step")
    }

    /// A pin is not drawn, so before a step that is drawn a thread may have had several choices.
    #[test]
    fn a_choice_is_at_the_step_that_is_drawn_next_and_of_several_the_last_is_taken() {
        let steps = ["Load", "Pin", "Load", "Load", "Pin"].map(step);
        let execution = Execution::new(&steps, None, false);
        let choice = |after, thread, picks: &[usize]| Choice { after, thread, picks: picks.to_vec() };
        let choices = [
            choice(0, 1, &[1]),
            choice(1, 1, &[0, 1]),
            choice(2, 1, &[0, 0, 1]),
            choice(2, 2, &[0, 0, 2]),
            choice(3, 0, &[0, 0, 0, 0]),
            choice(5, 1, &[0, 0, 0, 0, 1]),
        ];
        let found = at_steps(&choices, &execution).into_iter();
        let numbers = |at: Vec<(usize, Choice)>| at.into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        let found: Vec<_> = found.map(|(step, at)| (step, numbers(at))).collect();
        assert_eq!(found, [(1, vec![0]), (2, vec![2, 3]), (3, vec![])]);
    }

    #[test]
    fn a_thread_that_only_waits_has_not_stepped_and_one_that_fails_at_once_has() {
        let failed = |outcome: Option<&str>| {
            let outcome = outcome.map(str::to_owned);
            let steps = vec![step("Load"), step("Load")];
            let failure = Failure { steps, outcome, ..Failure::without_steps("deadlock", String::new()) };
            Ran::Wrong(Box::new(failure))
        };
        let has = |outcome, step, thread| has_stepped(&failed(outcome), step, thread, None);
        assert!(has(Some("an outcome"), 2, 0), "it is the one that steps");
        assert!(!has(Some("an outcome"), 2, 1), "another one steps");
        assert!(!has(Some("an outcome"), 3, 0), "it is over");
        assert!(has(None, 3, 0), "it fails there");
    }
}
