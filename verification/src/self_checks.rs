//! Checks of the suite itself: something wrong on purpose, which must be reported as what it is.

use crate::engine::{Engine, Job};
use crate::family::{self, Family, Size};
use crate::orderings::record::Record;
use crate::pool::Task;
use crate::program::Program;
use crate::scenarios::Scenario;
use crate::subject;
use crate::suite::Plan;
use crate::worker::Batch;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A check of the suite itself: something wrong on purpose, which must be reported as what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SelfCheck {
    /// Always `self-check`.
    pub kind: String,
    /// What is wrong.
    pub name: String,
    /// Where.
    pub engine: String,
    /// The kinds of failure that are right answers.
    pub expected: Vec<String>,
    /// The answer.
    pub found: String,
    /// Whether it is one of those.
    pub passes: bool,
}

fn kinds(kinds: &[&str]) -> Vec<String> {
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

impl Plan {
    /// Adds what must fail: misbehaviour of each kind, and orderings weaker than the algorithm needs.
    pub fn self_checks(&mut self, scenarios: &[Scenario]) {
        let misdeeds: [(&str, &[&str]); 6] = [
            ("panic", &["panic"]),
            ("hang", &["hang"]),
            ("abort", &["crash"]),
            ("overflow", &["crash"]),
            ("wrong", &["not linearizable"]),
            ("deadlock", &["deadlock", "hang"]),
        ];
        let canary = subject::by_name("canary").expect("a subject of the table");
        for (misdeed, expected) in misdeeds {
            let program =
                Program::parse(canary, &format!("|| ok || {misdeed}")).expect("the canary's operations");
            for engine in [Engine::LoomLeak, Engine::ShuttleSleep, Engine::Threads] {
                let mut job = Job::new(&program, engine);
                job.patience = Some(Duration::from_secs(2));
                self.must_fail(format!("{misdeed} on {engine}"), job, kinds(expected));
            }
        }
        // loom as it ships must be caught by the comparison of the engines.
        let name = "stock loom on programs of the family 2x1".to_owned();
        self.must_fail.insert(name.clone(), kinds(&["disagreement", "missing outcome"]));
        let family = Family::new("map", Size { threads: 2, operations: 1 }, Some(1)).expect("a family");
        self.tasks.push(Task::Batch(Batch {
            family: 0,
            subject: family.subject.clone(),
            programs: family::programs(&family).into_iter().enumerate().collect(),
            engines: vec![Engine::ShuttleSleep, Engine::LoomLeak],
            bound: None,
            budget: None,
            crippled: Some(name),
        }));
        self.weak_orderings(scenarios);
    }

    /// Each weakening that the ordering matrix calls needed, on the program that it names; and a weakening of three rows that
    /// only together are what acquire and release alone would be.
    fn weak_orderings(&mut self, scenarios: &[Scenario]) {
        let together = [("ORD-6", "Acquire"), ("ORD-7", "AcqRel"), ("ORD-8", "Acquire")];
        if let Some(scenario) = scenarios.iter().find(|scenario| scenario.name == "sb_two_keys") {
            let mut job = Job::new(&scenario.program, Engine::LoomLeak);
            job.orderings =
                together.iter().map(|(id, weak)| ((*id).to_owned(), (*weak).to_owned())).collect();
            let name = "sb_two_keys with ORD-6 Acquire, ORD-7 AcqRel, ORD-8 Acquire".to_owned();
            self.must_fail(name, job, kinds(&["not linearizable"]));
        }
        let record = match Record::kept() {
            Ok(record) => record,
            Err(problem) => return self.problems.push(problem),
        };
        match record.all_problems() {
            Ok(problems) => self.problems.extend(problems),
            Err(problem) => self.problems.push(problem),
        }
        for row in &record.rows {
            let Some(killer) = &row.killer else { continue };
            let name = format!("{} {}: `{}`", row.id, row.weaker, killer.program);
            let subject = subject::by_name(&killer.subject);
            match subject.and_then(|subject| Program::parse(subject, &killer.program).ok()) {
                Some(program) => {
                    let mut job = Job::new(&program, Engine::LoomLeak);
                    job.orderings = vec![(row.id.clone(), row.weaker.clone())];
                    job.outcomes_only = !killer.in_real_time_only;
                    self.must_fail(name, job, vec![killer.fails_as.clone()]);
                }
                None => self.problems.push(format!("{name} is no program of {}", killer.subject)),
            }
        }
    }
}
