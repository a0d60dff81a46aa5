//! The outcomes of one program, over all engines that ran it: what `check` shows of them.

use linear::{Impossible, Level, Program, Verdict, impossible_outcomes, outcomes_by_specification};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the specification expects an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does not say: a user of the program lies, or a service panics.
    Unknown,
}

impl Expected {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Expected::Yes => "yes",
            Expected::No => "NO",
            Expected::Unknown => "unknown",
        }
    }
}

/// One outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its number, counted from 1: what `--show` takes.
    pub number: usize,
    /// As text: `stored 2 || (); 2 -> {a:2 b:1}`.
    pub outcome: String,
    /// What the calls of each thread returned.
    pub threads: Vec<String>,
    /// What a quiet subject showed in the end.
    pub contents: String,
    /// Whether the specification expects it.
    pub expected: Expected,
    /// The engines that found it: in how many executions. Of one that did not pass the count may be missing.
    pub found_by: BTreeMap<String, u64>,
}

/// All of them.
#[derive(Clone, Debug, Serialize)]
pub struct Outcomes {
    /// Always `outcomes`.
    pub kind: &'static str,
    /// The type under test.
    pub subject: String,
    /// The program.
    pub program: String,
    /// Its outcomes: those that were found, and those that the specification expects.
    pub outcomes: Vec<Outcome>,
    /// The engines that explored all executions.
    pub complete: Vec<String>,
    /// What the specification forbids, and did not occur: on request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impossible: Option<Vec<Impossible>>,
    /// How many of these are not in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impossible_left_out: Option<usize>,
}

/// `loom/leak`.
pub fn engine_of(verdict: &Verdict) -> String {
    format!("{}/{}", verdict.engine, verdict.mode)
}

/// The results of the threads, and the contents.
fn parts(outcome: &str) -> (Vec<String>, String) {
    let (threads, contents) = outcome.rsplit_once(" -> ").unwrap_or((outcome, ""));
    (threads.split(" || ").map(str::to_owned).collect(), contents.to_owned())
}

impl Outcomes {
    /// The outcomes in these verdicts on one program.
    pub fn new(program: &Program, verdicts: &[&Verdict]) -> Outcomes {
        let allowed = outcomes_by_specification(program);
        let is_judged = program.is_judged() && !program.has(linear::Effect::Lies);
        let mut found: BTreeMap<String, (Expected, BTreeMap<String, u64>)> = BTreeMap::new();
        for outcome in allowed.iter().flatten() {
            found.insert(outcome.clone(), (Expected::Yes, BTreeMap::new()));
        }
        // An execution that passes has an outcome that the specification allows: it was judged.
        let passed = if is_judged { Expected::Yes } else { Expected::Unknown };
        for verdict in verdicts {
            for (outcome, count) in &verdict.executions_by_outcome {
                let row = found.entry(outcome.clone()).or_insert((passed, BTreeMap::new()));
                row.1.insert(engine_of(verdict), *count);
            }
        }
        for (verdict, failure) in verdicts.iter().filter_map(|v| Some((v, v.failure.as_ref()?))) {
            // Of other failures the outcome is not what is wrong.
            let is_wrong = matches!(failure.kind.as_str(), "not linearizable" | "forbidden outcome");
            let Some(outcome) = failure.outcome.as_ref().filter(|_| is_wrong) else { continue };
            let row = found.entry(outcome.clone()).or_insert((Expected::No, BTreeMap::new()));
            *row.1.entry(engine_of(verdict)).or_insert(0) += 1;
        }
        let rows = found.into_iter().enumerate().map(|(index, (outcome, (expected, found_by)))| {
            let (threads, contents) = parts(&outcome);
            Outcome { number: index + 1, outcome, threads, contents, expected, found_by }
        });
        let complete = verdicts.iter().filter(|verdict| verdict.verdict == Level::Complete);
        Outcomes {
            kind: "outcomes",
            subject: program.subject.name.to_owned(),
            program: program.to_string(),
            outcomes: rows.collect(),
            complete: complete.map(|verdict| engine_of(verdict)).collect(),
            impossible: None,
            impossible_left_out: None,
        }
    }

    /// Adds what the specification forbids and did not occur; false if nobody can tell.
    pub fn add_impossible(&mut self, program: &Program) -> bool {
        let Some((mut impossible, count)) = impossible_outcomes(program) else { return false };
        let occurred: BTreeSet<&str> = self.outcomes.iter().map(|outcome| outcome.outcome.as_str()).collect();
        // One that occurred is in the list, or among those that are not.
        let forbidden = self.outcomes.iter().filter(|outcome| outcome.expected == Expected::No);
        let listed = |outcome: &&Outcome| impossible.iter().any(|one| one.outcome == outcome.outcome);
        let unlisted = forbidden.filter(|outcome| !listed(outcome)).count();
        self.impossible_left_out = Some((count - impossible.len()).saturating_sub(unlisted));
        impossible.retain(|impossible| !occurred.contains(impossible.outcome.as_str()));
        self.impossible = Some(impossible);
        true
    }

    /// The outcome of that number, or that fits that text, in which `_` stands for any result.
    pub fn find(&self, typed: &str) -> Option<&Outcome> {
        let fits = |outcome: &&Outcome| match typed.trim().parse::<usize>() {
            Ok(number) => outcome.number == number,
            Err(_) => explore::job::matches(typed, &outcome.outcome),
        };
        self.outcomes.iter().find(fits)
    }
}
