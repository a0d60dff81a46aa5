//! From what a counterexample was made smaller, and what that took.

use crate::style::count;
use linear::Step;
use serde::{Deserialize, Serialize};

/// From what a counterexample was made, and what that took. Pairs are before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Minimised {
    /// Always `minimised`.
    pub kind: String,
    /// The program as it is now.
    pub program: String,
    /// The engine, and its mode.
    pub engine: String,
    /// The program as it was found.
    pub from_program: String,
    /// loom: the bound on preemptions with which it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_bound: Option<usize>,
    /// The execution of that search that failed.
    pub from_execution: u64,
    /// The tasks that shuttle ran in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_schedule: Vec<usize>,
    /// Threads.
    pub threads: (usize, usize),
    /// Calls, those of the set-up included.
    pub calls: (usize, usize),
    /// How often another thread went on.
    pub switches: (usize, usize),
    /// Executions whose outcome alone has no order were looked for, and not those that only break the order of time.
    #[serde(default)]
    pub is_by_outcomes_alone: bool,
    /// loom: it fails with so many preemptions, and no search with a smaller bound found a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preemptions: Option<usize>,
    /// shuttle: the schedule is none that the search tried, but one of these made simpler, and replayed.
    #[serde(default)]
    pub is_rescheduled: bool,
    /// No single removal and no renaming is left that fails in the same way; nothing where the program was left as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_minimal: Option<bool>,
    /// Tries that did not end in their time: they may fail, or not.
    #[serde(default)]
    pub cut_short: usize,
    /// The time was over before all was tried.
    #[serde(default)]
    pub is_out_of_time: bool,
    /// How many tries there were: explorations of a program, or replays of a schedule.
    pub runs: usize,
    /// How long it took.
    pub seconds: f64,
}

/// How often another thread of the program went on.
pub fn switches(steps: &[Step], threads: usize) -> usize {
    let threads: Vec<usize> = steps.iter().map(|step| step.thread).filter(|it| *it < threads).collect();
    threads.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

impl Minimised {
    /// Whether the program, or the schedule, is another than it was.
    pub fn is_smaller(&self) -> bool {
        self.program != self.from_program || self.switches.1 < self.switches.0
    }

    /// In words: `9 calls → 4, 3 threads → 2, 5 switches → 2, in 31 runs, 2.1 s; minimal: nothing can be left out`.
    pub fn told(&self) -> String {
        let changed = |(from, to): (usize, usize), one: &str, many: &str| {
            (from != to).then(|| format!("{from} {} → {to}", if from == 1 { one } else { many }))
        };
        let pairs = [
            changed(self.calls, "call", "calls"),
            changed(self.threads, "thread", "threads"),
            changed(self.switches, "switch", "switches"),
        ];
        let mut parts: Vec<String> = pairs.into_iter().flatten().collect();
        if parts.is_empty() && self.program != self.from_program {
            parts.push("renamed, or simpler calls".to_owned());
        } else if parts.is_empty() {
            parts.push("as it was found".to_owned());
        }
        match self.preemptions {
            Some(0) => parts.push("no preemption".to_owned()),
            Some(preemptions) => {
                parts.push(format!("{}, none found with fewer", count(preemptions, "preemption")))
            }
            None => {}
        }
        format!("{}, in {}, {:.1} s{}", parts.join(", "), count(self.runs, "run"), self.seconds, self.claim())
    }

    fn claim(&self) -> String {
        let open = match (self.cut_short, self.is_out_of_time) {
            (0, false) => String::new(),
            (0, true) => "the time was over before all was tried".to_owned(),
            (cut, is_over) => {
                let over = if is_over { ", and the time was over before all was tried" } else { "" };
                let were = if cut == 1 { "was" } else { "were" };
                format!("{} {were} cut short{over}", count(cut, "candidate"))
            }
        };
        match (self.is_minimal, open.is_empty()) {
            (Some(true), true) => "; minimal: nothing can be left out".to_owned(),
            (_, true) => String::new(),
            _ => format!("; perhaps not minimal: {open}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimised() -> Minimised {
        Minimised {
            kind: "minimised".into(),
            program: "|| load a".into(),
            engine: "loom/leak".into(),
            from_program: "store b 1 || load b; load b || load b".into(),
            from_bound: None,
            from_execution: 7,
            from_schedule: Vec::new(),
            threads: (2, 1),
            calls: (4, 1),
            switches: (5, 1),
            is_by_outcomes_alone: false,
            preemptions: Some(1),
            is_rescheduled: false,
            is_minimal: Some(true),
            cut_short: 0,
            is_out_of_time: false,
            runs: 31,
            seconds: 2.1,
        }
    }

    #[test]
    fn it_tells_what_is_smaller_and_what_that_took() {
        let told = minimised().told();
        let all = "4 calls → 1, 2 threads → 1, 5 switches → 1, 1 preemption, none found with fewer, in 31 runs, 2.1 s; minimal: nothing can be left out";
        assert_eq!(told, all);
    }

    #[test]
    fn it_never_says_minimal_when_something_was_cut_short() {
        let cut = Minimised { is_minimal: Some(false), cut_short: 3, ..minimised() }.told();
        assert!(cut.ends_with("; perhaps not minimal: 3 candidates were cut short"), "{cut}");
        let over = Minimised { is_minimal: Some(false), is_out_of_time: true, ..minimised() }.told();
        assert!(over.ends_with("perhaps not minimal: the time was over before all was tried"), "{over}");
        let schedule = Minimised { is_minimal: None, ..minimised() }.told();
        assert!(!schedule.contains("minimal"), "{schedule}");
    }
}
